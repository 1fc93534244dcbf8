import { describe, expect, test } from "vitest";
import { toStanding } from "../../../lambda/incident/standing.ts";
import { ANSWER, SENT_AT, securityEvent } from "../../support/notices.ts";
import { storedAlert } from "../../support/stored-alerts.ts";

const MINUTE = 60_000;
const TWELVE_MINUTES_LATER = SENT_AT + 1_000 + 12 * MINUTE;

describe("an alert that nobody has answered", () => {
  test.each([
    ["open", 0, "for 12 minutes", "The alert is repeated until somebody does."],
    [
      "open",
      1,
      "for 12 minutes",
      "The alert is repeated until somebody does. It was repeated once.",
    ],
    [
      "open",
      2,
      "for 12 minutes",
      "The alert is repeated until somebody does. It was repeated 2 times.",
    ],
    ["pending", 0, "for 12 minutes", "The alert is repeated until somebody does."],
    ["published", 0, "", "It was told once, 12 minutes ago."],
    ["lapsed", 0, "", "The alert is 12 minutes old, and is not repeated any more."],
    [
      "lapsed",
      14,
      "",
      "The alert is 12 minutes old, and is not repeated any more. It was repeated 14 times.",
    ],
    [
      "superseded",
      1,
      "",
      "A newer alert about this number is repeated instead of this one, which is 12 minutes old. An answer here counts for both.",
    ],
  ] as const)("stands as %s after %i repeats", (alert, repeats, age, detail) => {
    const title = `Nobody has answered${age && ` ${age}`}`;
    const standing = toStanding(storedAlert({ alert, repeats }), TWELVE_MINUTES_LATER);
    expect(standing).toEqual({ tone: "alarm", title, detail });
  });

  test("is as old as its publication, and before that as what was received", () => {
    const { publishedAt: _, ...unpublished } = storedAlert({ alert: "pending" });
    const publishedAt = new Date(SENT_AT + 9 * MINUTE).toISOString();
    const now = SENT_AT + 13 * MINUTE;
    expect(toStanding(storedAlert({ publishedAt }), now).title).toContain("for 4 minutes");
    expect(toStanding(unpublished, now + 1_000).title).toContain("for 13 minutes");
  });
});

describe("an alert with answers", () => {
  test.each([
    ["handling", "busy", "Ann Example: I am handling it"],
    ["planned", "calm", "Ann Example: this was planned"],
    ["pin-set", "calm", "Ann Example: the PIN is set again"],
    ["moved", "calm", "Ann Example: the number is no longer ours"],
  ] as const)("stands as the last one says: %s", (answer, tone, title) => {
    const answers = [
      { ...ANSWER, name: "Bo" },
      { ...ANSWER, answer },
    ];
    const now = Date.parse(ANSWER.at) + 4 * MINUTE;
    expect(toStanding(storedAlert({ alert: "acknowledged", answers }), now)).toEqual({
      tone,
      title,
      detail: "Answered 4 minutes ago. The alert is not repeated any more.",
    });
  });
});

test("a test says that it is one, whatever was answered", () => {
  const event = securityEvent({ test: true });
  for (const answers of [[], [ANSWER]]) {
    expect(toStanding(storedAlert({ event, answers }), SENT_AT)).toEqual({
      tone: "note",
      title: "This is a test",
      detail: "No number is in danger, and nothing has to be done. The link works.",
    });
  }
});
