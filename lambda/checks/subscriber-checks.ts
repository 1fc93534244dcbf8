import type { Facts } from "../facts/facts.ts";
import type { ExpectedSubscriber } from "../facts/settings.ts";
import type { Subscriber, TopicName } from "../facts/subscribers.ts";
import type { WatchedSystem } from "../facts/system.ts";
import { count } from "../shared/time-text.ts";
import { absent, type Check, type CheckOutcome, failed, ok, unread } from "./check.ts";
import { findProblems } from "./subscriber-problems.ts";

/** Whether those whom the settings name get a topic's messages, and nobody else does. */
export function toSubscriberChecks(system: WatchedSystem, facts: Facts): Check[] {
  return [
    {
      id: "subscribers",
      name: "Alert subscribers",
      look: async () => compare("alert", await facts.alertSubscribers(), system, facts),
    },
    {
      id: "operations-subscribers",
      name: "Operations subscribers",
      look: async () => {
        const subscribers = await facts.operationsSubscribers();
        if (!subscribers) return absent("The local run has no operations topic.");
        return compare("operations", subscribers, system, facts);
      },
    },
    {
      id: "ways",
      name: "Ways to people",
      look: async () => {
        if (!system.aws) return absent("The local run reaches people by its terminal only.");
        return checkWays(await facts.alertSubscribers(), system);
      },
    },
  ];
}

async function compare(
  topic: TopicName,
  subscribers: readonly Subscriber[],
  system: WatchedSystem,
  facts: Facts,
): Promise<CheckOutcome> {
  // Without the permission to read the settings, at least what is there is judged.
  const read = system.aws ? await facts.settings().catch(() => undefined) : undefined;
  const problems = findProblems({ topic, subscribers, settings: read, system });
  const [first] = problems;
  if (first) return failed(problems.map(({ message }) => message).join(" "), first.fix);
  const unseen = subscribers.filter(({ isUnread }) => isUnread);
  if (unseen.length > 0) {
    const message = `It cannot be seen how ${count(unseen.length, "subscriber")} confirmed.`;
    return unread(message, "allow sns:GetSubscriptionAttributes");
  }
  const people = count(subscribers.length, "subscriber");
  return ok(`${people}, all confirmed (${toCounts(subscribers)}).`);
}

function toCounts(subscribers: readonly Subscriber[]): string {
  const protocols = Map.groupBy(subscribers, ({ protocol }) => protocol);
  return [...protocols].map(([protocol, found]) => `${found.length} by ${protocol}`).join(", ");
}

/** Whoever reads the only mailbox sees every link, and can keep every message from everybody else. */
function checkWays(subscribers: readonly Subscriber[], system: WatchedSystem): CheckOutcome {
  const ways = subscribers.filter(({ protocol }) => /^(email|sms|http)/.test(protocol));
  if (!isOnlyMailbox(ways)) return ok(`${count(ways.length, "way")}, not one mailbox alone.`);
  return ok(
    "One mailbox is the only way to every person: whoever holds it can keep each alert from you.",
    system.command("subscribe", "--sms +4915112345678"),
  );
}

/** Whether these are one e-mail address and nothing else. */
function isOnlyMailbox(ways: readonly ExpectedSubscriber[]): boolean {
  const [way, ...others] = ways;
  return others.length === 0 && way !== undefined && way.protocol.startsWith("email");
}
