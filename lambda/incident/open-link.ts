import { isEventKey, NO_EVENT_KEY, toKeyText } from "../event/event-key.ts";
import type { StoredAlert } from "../event/stored-alert.ts";
import type { EventTable } from "../outbox/event-table.ts";
import { type HttpEvent, onlyValue } from "../shared/http.ts";
import { isSameSecret } from "../shared/same-secret.ts";

/**
 * The incident that a link is for. Whatever is wrong with the link, it costs the same one read of a
 * key that only events have, and one comparison.
 */
export async function openLink(
  { rawQueryString }: HttpEvent,
  table: Pick<EventTable, "find">,
): Promise<StoredAlert | undefined> {
  const query = new URLSearchParams(rawQueryString);
  const eventKey = onlyValue(query, "k") ?? "";
  const incident = await table.find({
    wabaId: toKeyText(onlyValue(query, "w") ?? ""),
    eventKey: isEventKey(eventKey) ? eventKey : NO_EVENT_KEY,
  });
  const code = incident?.incidentCode;
  const isSame = isSameSecret(String(onlyValue(query, "c")), String(code));
  return isSame && code !== undefined ? incident : undefined;
}
