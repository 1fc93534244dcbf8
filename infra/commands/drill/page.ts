import type { Item } from "../../../lambda/event/event-item.ts";
import { toStoredAlert } from "../../../lambda/event/stored-alert.ts";
import { TEST_TITLE } from "../../../lambda/incident/status.ts";
import { toIncidentLink } from "../../../lambda/outbox/link.ts";
import { INCIDENT_PATH, WEBHOOK_PATH } from "../../../lambda/shared/names.ts";
import { toNetworkReason } from "../../../lambda/shared/sentence.ts";
import { UserError } from "../../cli/errors.ts";
import type { Deployment } from "../../deployment/deployment.ts";

const TIMEOUT_MS = 30_000;

/**
 * Opens the page behind the alert's link at the public address, as a person with the mail does. The
 * link is made from the stored item: only the forms that people read carry it. False where the
 * alert has none, because alerts are not repeated. The link's code is in no text and no error.
 */
export async function openPage(
  { webhookUrl }: Pick<Deployment, "webhookUrl">,
  item: Item,
): Promise<boolean> {
  const publicUrl = webhookUrl.slice(0, -WEBHOOK_PATH.length);
  const link = toIncidentLink(toStoredAlert(item), { publicUrl });
  if (!link) return false;
  const fault = await findFault(link);
  if (!fault) return true;
  throw new UserError(
    `The alert went out, but the page behind its link, ${publicUrl}${INCIDENT_PATH}, ${fault}. People can't answer there; npm run acknowledge works without it.`,
  );
}

/** What is wrong with the page; undefined for nothing. */
async function findFault(link: string): Promise<string | undefined> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch(link, { redirect: "manual", signal });
    const page = await response.text();
    if (response.status !== 200) return `answers ${response.status}: ${toMeaning(response.status)}`;
    return page.includes(TEST_TITLE) ? undefined : "does not say that it is a test: it is another";
  } catch (error) {
    return `does not answer (${toNetworkReason(error)})`;
  }
}

function toMeaning(status: number): string {
  if (status === 404) return "the address leads elsewhere, or the function reads another table";
  return status === 503 ? "the function can't read the table" : "see the function's log";
}
