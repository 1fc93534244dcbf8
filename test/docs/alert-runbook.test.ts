import { expect, test } from "vitest";
import { toEventTexts } from "../../lambda/event/event-texts.ts";
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
    expect(ANCHORS).toContain(toEventTexts({ event }).anchor);
  },
);

test("a digest's link is one too", () => {
  expect(ANCHORS).toContain("many-numbers-at-once");
});
