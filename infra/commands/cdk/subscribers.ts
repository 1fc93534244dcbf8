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

/** Throws a UserError that names everybody who would get less than now, except `removals`. */
export function assertNobodyIsLost(
  before: readonly TopicSubscriber[],
  after: readonly TopicSubscriber[],
  removals: readonly string[],
): void {
  const known = [...before, ...after].map(({ address }) => address);
  const stranger = removals.find((address) => !known.includes(address));
  if (stranger !== undefined) {
    throw new UserError(
      `Nothing was deployed: ${stranger} is not a subscriber of this stack${known.length > 0 ? `, whose subscribers are ${[...new Set(known)].join(", ")}` : ""}.`,
    );
  }
  const lost = before.filter(
    (each) => !removals.includes(each.address) && !after.some((other) => isSame(each, other)),
  );
  if (lost.length === 0) return;
  const addresses = [...new Set(lost.map(({ address }) => address))];
  const names = addresses.map((address) => `${address} (${toWhat(lost, address)})`).join(", ");
  const options = addresses.map((address) => `--remove-subscriber ${address}`).join(" ");
  throw new UserError(
    `Nothing was deployed, because it would unsubscribe ${names}. Name them in the settings too; or, if they are to go, add ${options}`,
  );
}

function isSame(one: TopicSubscriber, other: TopicSubscriber): boolean {
  return one.address === other.address && one.gets === other.gets;
}

function toWhat(lost: readonly TopicSubscriber[], address: string): string {
  return lost
    .filter((each) => each.address === address)
    .map(({ gets }) => gets)
    .join(", ");
}
