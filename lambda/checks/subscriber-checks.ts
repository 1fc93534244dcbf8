import { maskEndpoint } from "../shared/text.ts";
import { absent, type CheckOutcome, type CheckResult, failed, ok, runCheck } from "./check.ts";
import type { Facts } from "./facts.ts";
import type { ExpectedSubscriber } from "./settings.ts";
import type { Subscriber, TopicName } from "./subscribers.ts";
import { toCommand, type WatchedSystem } from "./system.ts";

/** Whether those whom the settings name get a topic's messages, and who else does. */
export function checkSubscribers(system: WatchedSystem, facts: Facts): Promise<CheckResult[]> {
  return Promise.all([
    runCheck("subscribers", "Alert subscribers", async () =>
      compare("alert", await facts.alertSubscribers(), system, facts),
    ),
    runCheck("operations-subscribers", "Operations subscribers", async () => {
      const subscribers = await facts.operationsSubscribers();
      if (!subscribers) return absent("The local run has no operations topic.");
      return compare("operations", subscribers, system, facts);
    }),
  ]);
}

async function compare(
  topic: TopicName,
  subscribers: readonly Subscriber[],
  system: WatchedSystem,
  facts: Facts,
): Promise<CheckOutcome> {
  // Without the permission to read the settings, at least what is there is judged.
  const settings = await facts.settings().catch(() => undefined);
  const expected = settings?.expected[topic] ?? [];
  const problems = findProblems(topic, subscribers, expected, system);
  const [first] = problems;
  if (first) return failed(problems.map(({ message }) => message).join(" "), first.fix);
  const strangers =
    expected.length === 0 ? [] : subscribers.filter((it) => !includes(expected, it));
  return ok(`All are confirmed: ${toCounts(subscribers)}${toStrangers(strangers)}.`);
}

interface Problem {
  readonly message: string;
  readonly fix: string;
}

/** The worst first. */
function findProblems(
  topic: TopicName,
  subscribers: readonly Subscriber[],
  expected: readonly ExpectedSubscriber[],
  system: WatchedSystem,
): Problem[] {
  const subscribe = (each?: ExpectedSubscriber) => toSubscribe(topic, each, system);
  const missing = expected.filter((each) => !includes(subscribers, each));
  const waiting = subscribers.filter(({ confirmed }) => !confirmed);
  const clicked = subscribers.filter(isRemovableByLink);
  const what = topic === "alert" ? "an alert" : "an alarm";
  const [gone, late, loose] = [missing, waiting, clicked].map(([each]) => each);
  return [
    ...(subscribers.length === 0
      ? [{ message: `Nobody is subscribed: ${what} would reach nobody.`, fix: subscribe(gone) }]
      : []),
    ...(gone
      ? [
          {
            message: `Gone, although the settings name it: ${toNames(missing)}.`,
            fix: subscribe(gone),
          },
        ]
      : []),
    ...(late
      ? [
          {
            message: `Not confirmed, so that it gets nothing: ${toNames(waiting)}. AWS mailed a link; npm run subscribe has it sent again.`,
            fix: toCommand("confirm", system, "'LINK FROM THE MAIL'"),
          },
        ]
      : []),
    ...(loose
      ? [
          {
            message: `Confirmed by a click, so that the link at the foot of each mail removes it: ${toNames(clicked)}.`,
            fix: subscribe(loose),
          },
        ]
      : []),
  ];
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
