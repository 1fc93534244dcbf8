import { type PhoneNumber, readPhoneNumbers } from "../meta/account.ts";
import type { Graph } from "../meta/graph.ts";
import { MetaError } from "../meta/graph-error.ts";
import type { MetaNumber } from "../meta/pin.ts";
import type { SystemUser } from "../meta/token.ts";
import { toDigits } from "../numbers/number-state.ts";
import { inParallel } from "../shared/parallel.ts";
import { toSentence } from "../shared/sentence.ts";
import { count } from "../shared/time-text.ts";

export interface NumberSearch {
  readonly graph: Graph;
  readonly user: SystemUser;
  /** The accounts that the token may use. */
  readonly wabaIds: readonly string[];
  /** The account that is likely: it is looked at first. */
  readonly likely?: string | undefined;
}

/** A partner may have thousands of accounts, and Meta limits the rate. */
const CONCURRENCY = 8;

/** Throws a MetaError that says what to do when no account shows this number (digits). */
export async function findNumber(number: string, search: NumberSearch): Promise<MetaNumber> {
  const { wabaIds, likely } = search;
  const found: MetaNumber[] = [];
  const faults: string[] = [];

  async function look(wabaId: string): Promise<void> {
    if (found.length > 0) return;
    try {
      const numbers = await readPhoneNumbers(search.graph, search.user, wabaId, NUMBER_FIELDS);
      const same = numbers.find((each) => isSame(each, number));
      if (same) found.push({ id: same.id, wabaId });
    } catch (error) {
      faults.push(toSentence(error));
    }
  }

  if (likely !== undefined && wabaIds.includes(likely)) await look(likely);
  await inParallel(
    wabaIds.filter((wabaId) => wabaId !== likely),
    CONCURRENCY,
    look,
  );
  if (found[0]) return found[0];
  throw new MetaError(toNotFound(number, wabaIds, faults));
}

/** Without `is_pin_enabled`, which stands in no current specification: a search must not need it. */
export const NUMBER_FIELDS = "id,display_phone_number";

/** Meta writes "+1 555-078-3881". */
function isSame({ displayPhoneNumber }: PhoneNumber, number: string): boolean {
  return toDigits(displayPhoneNumber) === number;
}

function toNotFound(number: string, wabaIds: readonly string[], faults: readonly string[]): string {
  const [fault] = faults;
  if (fault !== undefined) {
    return `+${number} was not found, and ${count(faults.length, "account")} could not be read. ${fault}`;
  }
  if (wabaIds.length === 0) {
    return "The system-user token names no account: run npm run connect with --waba and --keep-token.";
  }
  return `+${number} is in none of the accounts that the system-user token may use (${toList(wabaIds)}): give its system user the number's account in Business settings, System users, Assign assets, or check the number.`;
}

const SHOWN = 5;

function toList(wabaIds: readonly string[]): string {
  const more = wabaIds.length - SHOWN;
  return wabaIds.slice(0, SHOWN).join(", ") + (more > 0 ? ` and ${more} more` : "");
}
