import { type Answer, OFFERED_ANSWERS } from "../../lambda/event/answer.ts";
import type { StoredAlert } from "../../lambda/event/stored-alert.ts";
import { toIncidentPage } from "../../lambda/incident/page.ts";
import type { PageContent } from "../../lambda/incident/page-content.ts";
import { toStory } from "../../lambda/numbers/incident.ts";
import { toNumberState } from "../../lambda/numbers/number-state.ts";
import { waitsForLink } from "../../lambda/numbers/offer.ts";
import { ANSWER, later, SENT_AT, securityEvent } from "./notices.ts";
import { storedAlert } from "./stored-alerts.ts";

const MINUTE = 60_000;
export const CONFIG = {
  label: "Shop <1>",
  runbookUrl: "https://example.com/RUNBOOK.md",
  numberLabels: { "15550783881": "DE & AT" },
  stackName: "Hooks",
  protect: true,
};

export interface Given extends Partial<PageContent> {
  /** The number's other alerts. */
  readonly history?: readonly StoredAlert[];
}

/** The page as it is looked at 13 minutes after the request. */
export function pageOf({ history = [], ...difference }: Given = {}): string {
  const { incident = storedAlert() } = difference;
  const all = [incident, ...history];
  return toIncidentPage({
    incident,
    number: toNumberState(incident.event.displayPhoneNumber ?? "", all, []),
    story: toStory(all, incident.event),
    offered: incident.event.test ? [] : OFFERED_ANSWERS,
    waitsForLink: waitsForLink(all),
    config: CONFIG,
    now: SENT_AT + 13 * MINUTE,
    ...difference,
  });
}

export function said(answer: Answer["answer"], difference: Partial<Answer> = {}): Answer {
  return { ...ANSWER, answer, ...difference };
}

const off = (difference: Partial<StoredAlert> = {}) =>
  storedAlert({
    event: later(3, { event: "PIN_REQUEST_SUCCESS", eventKey: "off" }),
    ...difference,
  });
const replaced = storedAlert({ alert: "superseded", supersededBy: "off" });
const pin = storedAlert({
  event: later(5, { event: "PIN_CHANGED", eventKey: "pin" }),
  alert: "published",
});
export const ended = (answer: Answer) => storedAlert({ alert: "acknowledged", answers: [answer] });
const { requester: _, sentAt: __, displayPhoneNumber: ___, event: ____, ...bare } = securityEvent();

const failedRun = {
  name: "<Ben>",
  from: "203.0.113.7",
  askedAt: Date.parse(ANSWER.at),
  result: { outcome: "refused", sentence: "The PIN was not changed. <Meta> says no." },
};

/** One for each way in which an alert and its number can stand. */
export const STATES: Readonly<Record<string, Given>> = {
  requested: {},
  unprotected: { incident: off(), history: [replaced] },
  "superseded by an unprotected one": { incident: replaced, history: [off()] },
  disputed: { incident: pin, history: [storedAlert()] },
  "being handled": { incident: storedAlert({ answers: [said("handling")] }) },
  "answered five times by link": {
    incident: storedAlert({ answers: Array.from({ length: 5 }, () => said("handling")) }),
    offered: [],
  },
  "handled an hour ago": {
    incident: storedAlert({ answers: [said("handling")] }),
    now: Date.parse(ANSWER.at) + 60 * MINUTE,
  },
  claimed: { incident: off({ alert: "acknowledged", answers: [said("pin-set")] }) },
  confirmed: {
    incident: off({
      alert: "acknowledged",
      answers: [said("pin-set", { origin: "terminal", from: "terminal" })],
    }),
  },
  planned: { incident: ended(said("planned")) },
  "answered, while a later one is open": {
    incident: ended(said("planned")),
    history: [off({ event: later(10, { eventKey: "later" }) })],
  },
  "lapsed two days later, in another year": {
    incident: storedAlert({ alert: "lapsed", repeats: 14 }),
    now: Date.parse("2027-01-02T03:00:00Z"),
  },
  "a new PIN by link": {
    incident: off(),
    pin: { isOffered: true, run: failedRun, given: { name: "<Ann>", error: "Enter your name." } },
  },
  "sent once": { incident: pin },
  "a test": { incident: storedAlert({ event: securityEvent({ test: true }), alert: "published" }) },
  "without most fields": {
    incident: storedAlert({ event: { ...bare, time: -1 } }),
    config: { label: "Shop", runbookUrl: "javascript:alert(1)", numberLabels: {} },
  },
};
