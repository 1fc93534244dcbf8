import type { QueryCommandInput } from "@aws-sdk/client-dynamodb";
import { INDEXES } from "../../lambda/shared/item-names.ts";
import { WATCHDOG } from "../../lambda/shared/names.ts";
import { isOfPins } from "./pins.ts";
import type { Send } from "./requests.ts";
import type { Scenario } from "./scenario.ts";
import type { Flight, Process, State } from "./state.ts";

/**
 * The step of this process that is taken at once where it comes, and not at every later moment too,
 * because nobody else can notice when (partial-order reduction).
 *
 * - Reading the secret touches no store, and the clock is read only after it.
 * - Asking for a place where there are always enough.
 * - Reading what never holds anything in this scenario, and counting what waits for the metrics: the
 *   answer is always the same, or nothing depends on it.
 * - Getting an answer, where no time can pass meanwhile: only this process's own code learns of it.
 */
export function findUnnoticed(
  { phase, point, flights }: Process,
  state: State,
  scenario: Scenario,
): Flight | undefined {
  if (phase !== "running") return undefined;
  const unnoticed = flights.find(({ send }) => {
    const request = point?.sends.get(send);
    return request !== undefined && isUnnoticed(request, scenario);
  });
  if (unnoticed) return unnoticed;
  const isTimeless = scenario.isInstant && state.waitsLeft === 0 && !scenario.strays;
  const [only, ...others] = flights;
  return isTimeless && others.length === 0 && only?.answer ? only : undefined;
}

function isUnnoticed({ kind, row, input }: Send, scenario: Scenario): boolean {
  switch (kind) {
    case "read secret":
      return true;
    case "take place":
      return !scenario.paced;
    case "read":
      return row.startsWith(`${WATCHDOG.partition}/`) || (isOfPins(row) && !setsPins(scenario));
    case "list outbox":
      return (
        isCount(input as QueryCommandInput) || isAlwaysEmpty(input as QueryCommandInput, scenario)
      );
    default:
      return false;
  }
}

function setsPins({ visits }: Scenario): boolean {
  return visits.some(({ pin }) => pin !== undefined);
}

/** What a tick counts for its metrics: all of a queue, whenever it is due. */
export function isCount({ KeyConditionExpression }: QueryCommandInput): boolean {
  return KeyConditionExpression === `${INDEXES.outbox.partitionKey} = :queue`;
}

/** An invariant holds each event to the queue of what is due about it. */
function isAlwaysEmpty(
  { ExpressionAttributeValues: values }: QueryCommandInput,
  { deliveries, visits, repeatAfterMinutes }: Scenario,
): boolean {
  switch (values?.[":queue"]?.S) {
    case "alert":
      return deliveries.length === 0;
    case "answer":
      return visits.length === 0;
    default:
      return repeatAfterMinutes.length === 0;
  }
}
