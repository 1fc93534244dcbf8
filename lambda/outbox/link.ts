import type { StoredAlert } from "../event/stored-alert.ts";
import type { Config } from "../shared/config.ts";
import { INCIDENT_PATH } from "../shared/names.ts";

/** Where a person answers; undefined where the deployment or the event has no such page. */
export function toIncidentLink(
  { event, incidentCode }: StoredAlert,
  { publicUrl }: Pick<Config, "publicUrl">,
): string | undefined {
  if (!publicUrl || !incidentCode) return undefined;
  return `${publicUrl}${INCIDENT_PATH}?${toLinkQuery({ event, incidentCode })}`;
}

/** What a link carries: which event, and the proof that somebody has read a message about it. */
export function toLinkQuery({
  event,
  incidentCode = "",
}: Pick<StoredAlert, "event" | "incidentCode">): string {
  const fields = { w: event.wabaId, k: event.eventKey, c: incidentCode };
  return new URLSearchParams(fields).toString();
}
