import type { Config } from "../shared/config.ts";
import { INCIDENT_PATH } from "../shared/names.ts";
import type { StoredAlert } from "./stored-alert.ts";

/** Where a person answers; undefined where the deployment or the event has no such page. */
export function toIncidentLink(
  { event, incidentCode }: StoredAlert,
  { publicUrl }: Pick<Config, "publicUrl">,
): string | undefined {
  if (!publicUrl || !incidentCode) return undefined;
  const query = new URLSearchParams({ w: event.wabaId, k: event.eventKey, c: incidentCode });
  return `${publicUrl}${INCIDENT_PATH}?${query}`;
}
