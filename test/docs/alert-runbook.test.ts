import { expect, test } from "vitest";
import { toEventWords } from "../../lambda/event/event-words.ts";
import { KNOWN_EVENTS } from "../../lambda/shared/names.ts";
import { readDocument } from "./documents.ts";

const ANCHORS = [...readDocument("infra/RUNBOOK.md").matchAll(/^##+ (.+)$/gm)].map(
  ([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\w -]/g, "")
      .replaceAll(" ", "-"),
);

test.each([...KNOWN_EVENTS, "NEVER_SEEN"])(
  "the message of %s links a runbook's heading",
  (event) => {
    expect(ANCHORS).toContain(toEventWords({ event }).anchor);
  },
);

test("a digest's link is one too", () => {
  expect(ANCHORS).toContain("many-numbers-at-once");
});
