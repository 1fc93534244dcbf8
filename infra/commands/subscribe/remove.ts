import type { Subscriber } from "../../../lambda/facts/subscribers.ts";
import { maskEndpoint } from "../../../lambda/facts/subscribers.ts";
import { UserError } from "../../cli/errors.ts";

/**
 * The subscribers of these addresses, which may be given whole or as reports mask them. Throws a
 * UserError unless each of them names exactly one.
 */
export function findToRemove(
  present: readonly Subscriber[],
  addresses: readonly string[],
): Subscriber[] {
  return [...new Set(addresses.map((address) => findOne(present, address)))];
}

function findOne(present: readonly Subscriber[], address: string): Subscriber {
  const whole = present.filter(({ endpoint }) => endpoint === address);
  const masked = present.filter((each) => maskEndpoint(each.protocol, each.endpoint) === address);
  const [found, ...others] = whole.length > 0 ? whole : masked;
  if (!found) {
    throw new UserError(`${address} is not subscribed to this topic: nothing was changed.`);
  }
  if (others.length > 0) {
    const all = [found, ...others].map(({ protocol, endpoint }) => `${protocol} ${endpoint}`);
    throw new UserError(`${address} may be each of ${all.join(", ")}: give the whole address.`);
  }
  if (found.confirmed) return found;
  throw new UserError(
    `${address} is not confirmed: AWS forgets it within two days, and until then it gets nothing.`,
  );
}
