import { maskEndpoint } from "../shared/text.ts";
import { type CheckResult, type Finding, failed, ok, runCheck, unknown } from "./check.ts";
import type { Facts } from "./facts.ts";
import type { ExpectedSubscriber } from "./settings.ts";
import type { Subscriber } from "./subscribers.ts";
import { toCommand, type WatchedSystem } from "./system.ts";

export const TOPICS = ["alert", "operations"] as const;
export type TopicName = (typeof TOPICS)[number];

/** Whether those whom the settings name get a topic's messages, and who else does. */
export function checkSubscribers(system: WatchedSystem, facts: Facts): Promise<CheckResult[]> {
  return Promise.all([
    runCheck("subscribers", "Alert subscribers", async () =>
      compare("alert", await facts.alertSubscribers(), system, facts),
    ),
    runCheck("operations-subscribers", "Operations subscribers", async () => {
      const subscribers = await facts.operationsSubscribers();
      if (!subscribers) return unknown("The local run has no operations topic.");
      return compare("operations", subscribers, system, facts);
    }),
  ]);
}

async function compare(
  topic: TopicName,
  subscribers: readonly Subscriber[],
  system: WatchedSystem,
  facts: Facts,
): Promise<Finding> {
  // Without the permission to read the settings, at least what is there is judged.
  const settings = await facts.settings().catch(() => undefined);
  const missing = (settings?.expected[topic] ?? []).filter((each) => !includes(subscribers, each));
  const subscribe = (each?: ExpectedSubscriber) => toSubscribe(topic, each, system);
  if (missing.length > 0) {
    return failed(
      `Gone, although the settings name ${missing.length === 1 ? "it" : "them"}: ${toNames(missing)}.`,
      subscribe(missing[0]),
    );
  }
  const waiting = subscribers.filter(({ confirmed }) => !confirmed);
  if (waiting.length > 0) {
    return failed(
      `Not confirmed, so that it gets nothing: ${toNames(waiting)}.`,
      `${toCommand("confirm", system, "'LINK'")} with the link of the mail "AWS Notification - Subscription Confirmation"; to have it sent again: ${subscribe(waiting[0])}`,
    );
  }
  if (subscribers.length === 0) {
    return failed(
      topic === "alert"
        ? "Nobody is subscribed: an alert would reach nobody."
        : "Nobody is subscribed: an alarm would reach nobody.",
      subscribe(),
    );
  }
  const clicked = subscribers.filter(isRemovableByLink);
  if (clicked.length > 0) {
    return failed(
      `Confirmed by a click, so that the link at the foot of each mail removes it: ${toNames(clicked)}.`,
      `${subscribe(clicked[0])}, then ${toCommand("confirm", system, "'LINK'")}`,
    );
  }
  const expected = settings?.expected[topic] ?? [];
  const strangers =
    expected.length === 0 ? [] : subscribers.filter((it) => !includes(expected, it));
  return ok(`All are confirmed: ${toCounts(subscribers)}${toStrangers(strangers)}.`);
}

/** Mail scanners follow links. */
export function isRemovableByLink({ protocol, authenticated }: Subscriber): boolean {
  return protocol.startsWith("email") && authenticated === false;
}

function includes(
  list: readonly ExpectedSubscriber[],
  { protocol, endpoint }: ExpectedSubscriber,
): boolean {
  return list.some((each) => each.protocol === protocol && each.endpoint === endpoint);
}

function toSubscribe(
  topic: TopicName,
  { protocol, endpoint }: ExpectedSubscriber = { protocol: "email", endpoint: "you@example.com" },
  system: WatchedSystem,
): string {
  const where = topic === "operations" ? "--operations " : "";
  const option = protocol === "sms" ? "--sms" : "--email";
  return toCommand("subscribe", system, `${where}${option} ${endpoint}`);
}

function toNames(subscribers: readonly ExpectedSubscriber[]): string {
  return subscribers.map(({ protocol, endpoint }) => maskEndpoint(protocol, endpoint)).join(", ");
}

function toCounts(subscribers: readonly Subscriber[]): string {
  const protocols = Map.groupBy(subscribers, ({ protocol }) => protocol);
  return [...protocols].map(([protocol, found]) => `${found.length} by ${protocol}`).join(", ");
}

function toStrangers(strangers: readonly Subscriber[]): string {
  return strangers.length === 0 ? "" : `; not named in the settings: ${toNames(strangers)}`;
}
