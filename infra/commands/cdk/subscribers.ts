import { maskEndpoint } from "../../../lambda/facts/subscribers.ts";
import { UserError } from "../../cli/errors.ts";
import type { Settings } from "../../stack/settings.ts";

/** One address and what it gets. */
export interface TopicSubscriber {
  readonly address: string;
  readonly gets: "alerts" | "alarms" | "alerts and alarms";
}

/** Whom the stack of these settings subscribes. */
export function toSubscribers(settings: Settings): TopicSubscriber[] {
  const { alertEmails, alertPhoneNumbers, operationsEmails, slackChannelId } = settings;
  return [
    ...[...alertEmails, ...alertPhoneNumbers].map(
      (address) => ({ address, gets: "alerts" }) as const,
    ),
    ...operationsEmails.map((address) => ({ address, gets: "alarms" }) as const),
    ...(slackChannelId ? [{ address: slackChannelId, gets: "alerts and alarms" } as const] : []),
  ];
}

/** The subscriptions that a deploy would end. */
export function findLost(
  before: readonly TopicSubscriber[],
  after: readonly TopicSubscriber[],
): readonly TopicSubscriber[] {
  return before.filter((each) => !after.some((other) => isSame(each, other)));
}

function isSame(one: TopicSubscriber, other: TopicSubscriber): boolean {
  return one.address === other.address && one.gets === other.gets;
}

/**
 * The address that was typed, as it is subscribed: whole, in another case, or as reports mask it.
 * Throws a UserError unless it is exactly one.
 */
export function findAddress(typed: string, known: readonly TopicSubscriber[]): string {
  const addresses = [...new Set(known.map(({ address }) => address))];
  const equal = (form: (address: string) => string) =>
    addresses.filter((address) => form(address).toLowerCase() === typed.toLowerCase());
  const whole = addresses.filter((address) => address === typed);
  const [found, ...others] = [whole, equal((address) => address), equal(toMask)].find(
    (each) => each.length > 0,
  ) ?? [undefined];
  if (found === undefined) {
    const list = addresses.length > 0 ? `, whose subscribers are ${addresses.join(", ")}` : "";
    throw new UserError(`Nothing was deployed: ${typed} is not a subscriber of this stack${list}.`);
  }
  if (others.length === 0) return found;
  const each = [found, ...others].join(", ");
  throw new UserError(
    `Nothing was deployed: ${typed} may be each of ${each}: give the whole address.`,
  );
}

function toMask(address: string): string {
  return maskEndpoint(address.includes("@") ? "email" : "sms", address);
}

/** Throws a UserError that names everybody who would get less than now, except `removals`. */
export function assertNobodyIsLost(
  before: readonly TopicSubscriber[],
  after: readonly TopicSubscriber[],
  removals: readonly string[],
): void {
  const lost = findLost(before, after).filter(({ address }) => !removals.includes(address));
  if (lost.length === 0) return;
  const addresses = [...new Set(lost.map(({ address }) => address))];
  const names = addresses.map((address) => `${address} (${toWhat(lost, address)})`).join(", ");
  const options = addresses.map((address) => `--remove-subscriber ${address}`).join(" ");
  throw new UserError(
    `Nothing was deployed, because it would unsubscribe ${names}. Name them in the settings too; or, if they are to get no more of it, add ${options}`,
  );
}

function toWhat(lost: readonly TopicSubscriber[], address: string): string {
  return lost
    .filter((each) => each.address === address)
    .map(({ gets }) => gets)
    .join(", ");
}
