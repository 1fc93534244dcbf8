import { toKeyText } from "../../../lambda/event/event-key.ts";
import { toPhoneNumber } from "../../cli/arguments.ts";
import type { Filter, Range } from "../../deployment/event-queries.ts";
import type { EventSource } from "../../deployment/events.ts";
import { queryOpenAlerts } from "../../deployment/open-alerts.ts";
import type { StoredEvent } from "../../deployment/stored-event.ts";

/** The alerts that nobody has answered, of those that are asked for. */
export async function* queryOpen(
  source: EventSource,
  options: Filter & Range,
): AsyncIterable<StoredEvent> {
  const { since = Number.NEGATIVE_INFINITY, until = Number.POSITIVE_INFINITY } = options;
  for await (const event of queryOpenAlerts(source)) {
    const isIn = event.time >= since && event.time <= until;
    if (isIn && isMeant(event, options)) yield event;
  }
}

function isMeant(record: StoredEvent, { waba, phone, event, requester }: Filter): boolean {
  return (
    (waba === undefined || record.wabaId === toKeyText(waba)) &&
    (phone === undefined || record.displayPhoneNumber === toKeyText(toPhoneNumber(phone))) &&
    (event === undefined || record.event === toKeyText(event)) &&
    (requester === undefined || record.requester === toKeyText(requester))
  );
}
