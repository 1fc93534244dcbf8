import { UserError } from "../../cli/errors.ts";
import { parseSettings, type Settings } from "../../stack/settings.ts";
import { type Context, type Layers, toContext } from "./layers.ts";
import { findAddress, findLost, type TopicSubscriber, toSubscribers } from "./subscribers.ts";

/** What is kept once the removals are out of it. */
export interface Removed {
  readonly kept: Context;
  /** Whole addresses, which the deploy may unsubscribe. */
  readonly addresses: readonly string[];
}

/**
 * An address that the given settings already leave out may be unsubscribed, and stays in the lists
 * that still have it. Any other is taken out of every kept list. Throws a UserError where an address
 * is nobody's, or is in a list that was typed or is in cdk.json.
 */
export function takeOut(
  typed: readonly string[],
  kept: Context,
  layers: Layers,
  deployed: readonly TopicSubscriber[],
): Removed {
  const after = toSubscribers(parseSettings(toContext(kept, layers)));
  const addresses = typed.map((text) => findAddress(text, [...deployed, ...after]));
  const lost = findLost(deployed, after).map(({ address }) => address);
  const named = addresses.filter((address) => !lost.includes(address));
  return { kept: without(named, kept, layers), addresses };
}

const LISTS = ["alertEmails", "alertPhoneNumbers", "operationsEmails", "slackChannelId"] as const;

function without(addresses: readonly string[], kept: Context, layers: Layers): Context {
  const settings = parseSettings(toContext(kept, layers));
  const changed: Record<string, unknown> = { ...kept };
  for (const name of LISTS) {
    const rest = toRest(settings, name, addresses);
    if (!rest) continue;
    assertKept(name, layers);
    // A list that is the default follows the list it comes from; an empty one would mean nobody.
    if (rest.length > 0 && name in kept) changed[name] = rest;
    else delete changed[name];
    if (name === "slackChannelId") delete changed.slackWorkspaceId;
  }
  return changed;
}

/** What is left of the setting; undefined where nothing is to go. */
function toRest(
  settings: Settings,
  name: (typeof LISTS)[number],
  addresses: readonly string[],
): readonly string[] | undefined {
  const all = [settings[name] ?? []].flat();
  const rest = all.filter((address) => !addresses.includes(address));
  return rest.length < all.length ? rest : undefined;
}

function assertKept(name: string, { typed, project }: Layers): void {
  for (const [layer, where] of [
    [typed, "was typed"],
    [project, "is in cdk.json"],
  ] as const) {
    if (layer[name] === undefined) continue;
    throw new UserError(`Nothing was deployed: take the address out of ${name}, which ${where}.`);
  }
}
