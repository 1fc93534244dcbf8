import type { StoredAlert } from "../event/stored-alert.ts";
import { type NumberState, toDigits, toNumberState } from "../numbers/number-state.ts";
import type { Config } from "../shared/config.ts";
import type { EventTable } from "./event-table.ts";

/** All that is known about the number of an alert. */
export interface NumberFacts {
  /** Its events, and this alert as it was given. */
  readonly history: readonly StoredAlert[];
  readonly state: NumberState;
}

/**
 * If Meta named no number, this alert is the whole history. With `separateAccounts`, events of the
 * number in other accounts are left out.
 */
export async function readNumberFacts(
  stored: StoredAlert,
  table: Pick<EventTable, "numberHistory" | "readings" | "protectReadings">,
  { separateAccounts }: Pick<Config, "separateAccounts"> = {},
): Promise<NumberFacts> {
  const { displayPhoneNumber = "", wabaId, eventKey } = stored.event;
  const digits = toDigits(displayPhoneNumber);
  const [found, ownReadings, protectReadings] = await Promise.all([
    displayPhoneNumber === "" ? [] : table.numberHistory(displayPhoneNumber),
    table.readings(wabaId),
    digits === "" ? [] : table.protectReadings(digits),
  ]);
  const others = found.filter(({ event }) => {
    return event.wabaId === wabaId ? event.eventKey !== eventKey : !separateAccounts;
  });
  const accounts = new Set(others.map(({ event }) => event.wabaId));
  accounts.delete(wabaId);
  const more = await Promise.all([...accounts].map((account) => table.readings(account)));
  const readings = [ownReadings, ...more, protectReadings]
    .flat()
    .filter((reading) => toDigits(reading.displayPhoneNumber) === digits);
  const history = [...others, stored];
  return { history, state: toNumberState(displayPhoneNumber, history, readings) };
}
