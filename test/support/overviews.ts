import { type CheckResult, failed, ok, unknown } from "../../lambda/checks/check.ts";
import type { OverviewInput } from "../../lambda/checks/overview.ts";
import { HOUR_MS, historyEvent, LOOKED_AT, subscriber } from "./facts.ts";
import { ANSWER } from "./notices.ts";

export function check(id: string, name: string, outcome: Omit<CheckResult, "id" | "name">) {
  return { id, name, ...outcome };
}

export const RELAY = check(
  "relay",
  "Relay",
  failed("The relay ran last 9 minutes ago.", "npm run deploy"),
);
export const BARE = check("bare", "Bare", failed("Bad <b>."));
export const GOOD = check(
  "sms-limit",
  "SMS spending limit",
  ok("SNS may spend 10 USD a month on SMS."),
);

/** A number that is unprotected since three days; its alert has lapsed. */
export const OFF = historyEvent({
  event: "PIN_REQUEST_SUCCESS",
  displayPhoneNumber: "15550783882",
  receivedAt: LOOKED_AT - 72 * HOUR_MS,
  alert: "lapsed",
});
/** One that is no longer ours. */
export const SETTLED = historyEvent({
  event: "PIN_REQUEST_SUCCESS",
  displayPhoneNumber: "15550783883",
  alert: "acknowledged",
  answers: [
    { ...ANSWER, answer: "moved", at: new Date(LOOKED_AT).toISOString(), origin: "terminal" },
  ],
});
/** One that is protected. */
export const CHANGED = historyEvent({
  event: "PIN_CHANGED",
  displayPhoneNumber: "15550783884",
  alert: "none",
});
const ODD = historyEvent({ event: "PIN_ODD", displayPhoneNumber: "1\u202e", alert: "none" });

/** A number in each state, checks and subscribers of each kind. */
export const NOTHING_WELL: Partial<OverviewInput> = {
  history: [historyEvent(), OFF, SETTLED, CHANGED, ODD],
  pins: [
    { displayPhoneNumber: "+1 555-078-3885", isPinEnabled: true, at: LOOKED_AT - 24 * HOUR_MS },
  ],
  checks: [
    RELAY,
    BARE,
    GOOD,
    check("meta-app", "Meta app", ok("Security hooks (1) has an app secret that is saved here.")),
    check("account-1", "Account 1", failed("The app is not subscribed to it.", "npm run connect")),
    check(
      "apps-1",
      "Apps of 1",
      unknown("Meta does not show the apps, whoever asks it for them: try again."),
    ),
    check("numbers-1", "Numbers of 1", ok("Two-step verification is on for 2 numbers.")),
    check("ways", "Ways", ok("One mailbox is the only way to every person.", "npm run subscribe")),
    check("numbers", "Protection", failed("Two-step verification was turned off.", "set a PIN")),
  ],
  numberLabels: { "15550783881": "Support <DE>", "15550783882": "A label that is long" },
  alertSubscribers: [
    subscriber(),
    subscriber({ endpoint: "click@example.com", authenticated: false }),
    subscriber({ endpoint: "new@example.com", confirmed: false }),
    subscriber({ protocol: "sms", endpoint: "+4915112345678", authenticated: undefined }),
    subscriber({ protocol: "https", endpoint: "https://user:pw@pager.example/secret" }),
    subscriber({ protocol: "https", endpoint: "odd" }),
    subscriber({ protocol: "sqs", endpoint: "arn:aws:sqs:eu-central-1:123456789012:alerts" }),
  ],
  operationsSubscribers: undefined,
  lastTest: LOOKED_AT - 2 * HOUR_MS,
};
