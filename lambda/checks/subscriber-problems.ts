import {
  CHANNEL_ENDPOINT,
  type DeployedSettings,
  type ExpectedSubscriber,
} from "../facts/settings.ts";
import {
  isRemovableByLink,
  maskEndpoint,
  type Subscriber,
  type TopicName,
} from "../facts/subscribers.ts";
import type { WatchedSystem } from "../facts/system.ts";
import { quote } from "../shared/commands.ts";

export interface Problem {
  readonly message: string;
  readonly fix: string;
}

interface Topic {
  readonly topic: TopicName;
  readonly subscribers: readonly Subscriber[];
  /** Undefined where they could not be read, and on the local run. */
  readonly settings: DeployedSettings | undefined;
  readonly system: WatchedSystem;
}

/** What is wrong with a topic's subscribers, the worst first. No address is written out. */
export function findProblems(given: Topic): Problem[] {
  const { topic, subscribers, settings, system } = given;
  const expected = settings?.expected[topic] ?? [];
  const confirmed = subscribers.filter((each) => each.confirmed);
  const clicked = confirmed.filter(isRemovableByLink);
  const subscribe = (more: string) =>
    system.command("subscribe", `${topic === "operations" ? "--operations " : ""}${more}`);
  const all = subscribe(expected.length > 0 ? "--all" : "--email you@example.com");
  const what = topic === "alert" ? "an alert" : "an alarm";
  const names = (found: readonly ExpectedSubscriber[]) => found.map(toMasked).join(", ");
  const problem = (
    found: readonly ExpectedSubscriber[],
    message: (names: string) => string,
    fix: string,
  ) => (found.length === 0 ? [] : [{ message: message(names(found)), fix }]);

  const strangers = settings ? findStrangers(confirmed, expected) : [];
  const removals = strangers.map((each) => `--remove ${quote(toMasked(each))}`).join(" ");
  return [
    ...(subscribers.length > 0
      ? []
      : [{ message: `Nobody is subscribed: ${what} would reach nobody.`, fix: all }]),
    ...problem(
      expected.filter((each) => !includes(subscribers, each)),
      (gone) => `Gone, although the settings name it: ${gone}.`,
      all,
    ),
    ...problem(
      strangers,
      (found) =>
        `Gets ${what} with all it says, although the settings do not name it: ${found}. Remove it, or add it to the settings and deploy.`,
      subscribe(removals),
    ),
    ...findMissingChannel(given),
    ...problem(
      subscribers.filter((each) => !each.confirmed),
      (late) =>
        `Not confirmed, so that it gets nothing: ${late}. AWS mailed a link; npm run subscribe has it sent again.`,
      system.command("confirm", "'LINK FROM THE MAIL'"),
    ),
    ...problem(
      clicked,
      (loose) =>
        `Confirmed by a click, so that the link at the foot of each mail removes it: ${loose}.`,
      all,
    ),
    ...problem(
      settings?.separateAccounts ? [] : confirmed.filter(filtersByAccount),
      (filtered) =>
        `Filters by account (wabaId), while one message may be about several: ${filtered} misses alerts of its own or gets those of others.`,
      "set separateAccounts to true and deploy, or take the filter policy away",
    ),
  ];
}

/** Somebody who left, or was never let in, and reads along. Queues and pagers are not people. */
function findStrangers(
  confirmed: readonly Subscriber[],
  expected: readonly ExpectedSubscriber[],
): readonly Subscriber[] {
  return confirmed.filter(
    (each) => /^(email|sms)/.test(each.protocol) && !includes(expected, each),
  );
}

function findMissingChannel({ subscribers, settings }: Topic): Problem[] {
  const isThere = subscribers.some(({ endpoint }) => endpoint.startsWith(CHANNEL_ENDPOINT));
  if (!settings?.hasChannel || isThere) return [];
  return [
    {
      message: "The chat channel that the settings name is not subscribed.",
      fix: "AWS console, Amazon Q Developer in chat applications, the channel, Edit, Notifications: choose the topic again",
    },
  ];
}

/** A filter policy may hold its conditions in "$or", too. */
function filtersByAccount({ filterPolicy }: Subscriber): boolean {
  return filterPolicy !== undefined && /"wabaId"\s*:/.test(filterPolicy);
}

function includes(
  list: readonly ExpectedSubscriber[],
  { protocol, endpoint }: ExpectedSubscriber,
): boolean {
  return list.some((each) => each.protocol === protocol && each.endpoint === endpoint);
}

function toMasked({ protocol, endpoint }: ExpectedSubscriber): string {
  return maskEndpoint(protocol, endpoint);
}
