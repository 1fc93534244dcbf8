import { expect, test } from "vitest";
import type { StoredAlert } from "../../../lambda/event/stored-alert.ts";
import { type PageContent, toIncidentPage } from "../../../lambda/incident/page.ts";
import { toStory } from "../../../lambda/numbers/incident.ts";
import { toNumberState } from "../../../lambda/numbers/number-state.ts";
import { isTaken, toOffered } from "../../../lambda/numbers/offer.ts";
import { ANSWER, later, SENT_AT, securityEvent } from "../../support/notices.ts";
import { answersOf, storedAlert } from "../../support/stored-alerts.ts";

const OFF = storedAlert({
  event: later(3, { event: "PIN_REQUEST_SUCCESS", eventKey: "off" }),
  alert: "none",
});
const RUNBOOK = "https://example.com/RUNBOOK.md";
const CONFIG = {
  label: "Shop <1>",
  runbookUrl: RUNBOOK,
  numberLabels: { "15550783881": "DE & AT" },
};

interface Given extends Partial<PageContent> {
  readonly history?: readonly StoredAlert[];
}

/** The page without its style. */
function pageOf({ history = [], ...difference }: Given = {}): string {
  const { incident = storedAlert() } = difference;
  const all = [incident, ...history];
  const content = {
    incident,
    number: toNumberState(incident.event.displayPhoneNumber ?? "", all, []),
    story: toStory(all, incident.event),
    offered: toOffered(isTaken(incident, "link")),
    config: CONFIG,
    now: SENT_AT + 13 * 60_000,
    ...difference,
  };
  return toIncidentPage(content).replace(/<style>.*<\/style>/s, "<style></style>");
}

const { requester: _, sentAt: __, displayPhoneNumber: ___, event: ____, ...bare } = securityEvent();

const PAGES: readonly [string, Given][] = [
  ["an open alert", {}],
  ["an open alert with what has happened since", { history: [OFF] }],
  ["an answered alert", { incident: storedAlert({ alert: "acknowledged", answers: [ANSWER] }) }],
  [
    "an alert with all its answers",
    {
      incident: storedAlert({
        alert: "acknowledged",
        answers: [
          ...answersOf(5),
          { ...ANSWER, answer: "planned", from: "terminal", origin: "terminal" },
        ],
      }),
    },
  ],
  ["a test", { incident: storedAlert({ event: securityEvent({ test: true }) }) }],
  [
    "an event that Meta told little of",
    {
      incident: storedAlert({ event: { ...bare, time: -1 } }),
      config: { label: "Shop", runbookUrl: "javascript:alert(1)", numberLabels: {} },
    },
  ],
];

test("every page stays as it was reviewed", () => {
  for (const [name, content] of PAGES) expect.soft(pageOf(content)).toMatchSnapshot(name);
});

test("a runbook is linked where it has an address of the web", () => {
  for (const runbookUrl of ["https://e.com/R", "http://e.com/R"]) {
    expect(pageOf({ config: { ...CONFIG, runbookUrl } })).toContain(`href="${runbookUrl}#`);
  }
  for (const runbookUrl of ["", "infra/RUNBOOK.md", "file:///https://e.com", "httpx"]) {
    expect(pageOf({ config: { ...CONFIG, runbookUrl } })).not.toContain("The whole runbook");
  }
});

test("a number is called by its label however it is written", () => {
  const event = securityEvent({ displayPhoneNumber: "+1 (555) 078-3881" });
  expect(pageOf({ incident: storedAlert({ event }) })).toContain("DE &#38; AT");
});
