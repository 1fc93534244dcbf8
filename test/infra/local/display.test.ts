import { expect, test } from "vitest";
import { toActivity, toLetter } from "../../../infra/local/display.ts";

test("an alert fits into 80 columns, and what is set in stays set in", () => {
  const long = "word ".repeat(30).trim();
  const letter = toLetter({ subject: long, sms: long, email: `Title\n\n  1. ${long}\n${long}` });
  expect(letter.split("\n").filter((line) => line.length > 80)).toEqual([]);
  expect(letter).toContain("\n    1. word");
  expect(letter).toContain("\n    word word");
});

test("a refused request names its reason once", () => {
  const line = JSON.stringify({
    timestamp: "2026-01-01T00:00:00.000Z",
    message: "request rejected",
    reason: "signature malformed",
    count: 1,
    SignatureMalformed: 1,
  });
  expect(toActivity(line)).toMatch(/request rejected: signature malformed$/);
  expect(toActivity(line, "npm run status")).toMatch(/signature malformed \(by npm run status\)$/);
});

test("a tick that did nothing is not shown, however many alerts are open", () => {
  const tick = { timestamp: "2026-01-01T00:00:00.000Z", message: "outbox relayed", RelayRun: 1 };
  const open = { OpenIncidents: 2, UnansweredMinutes: 7, OutboxSize: 2 };
  expect(toActivity(JSON.stringify({ ...tick, ...open }))).toBeUndefined();
  expect(toActivity(JSON.stringify({ ...tick, ...open, RepeatPublished: 1 }))).toMatch(
    /outbox relayed: repeat published$/,
  );
});
