import type { StoredAlert } from "../event/stored-alert.ts";
import type { EventTable } from "../outbox/event-table.ts";
import { hadNoEffect } from "../shared/failure.ts";
import { type HttpEvent, onlyValue } from "../shared/http.ts";
import { PHONE_DIGITS, PROTECT, STAGE_VARIABLE } from "../shared/names.ts";
import { readLinkScope } from "./answer-targets.ts";
import type { LinkRuns } from "./link-runs.ts";
import { PIN_FIELD, type PinByLink } from "./pin-part.ts";
import { parseName } from "./submission.ts";

/** What the watchdog's function is started with. The number is the stored event's. */
export interface LinkRunRequest {
  readonly protectByLink: {
    readonly wabaId: string;
    readonly eventKey: string;
    /** Of the note in the table, which has the name and the time of the request. */
    readonly token: string;
  };
}

/** Has the watchdog's function at this address set a PIN, and does not wait for it. */
export type StartLinkRun = (address: string, request: LinkRunRequest) => Promise<void>;

export interface AskPinDeps {
  readonly table: EventTable;
  readonly linkRuns: LinkRuns;
  /** Absent: no link's holder may ask. */
  readonly startLinkRun?: StartLinkRun | undefined;
  readonly now: () => number;
  readonly newToken: () => string;
}

/** A new PIN of the link's number: offered while the link acts for an open incident. */
export async function readPinByLink(
  request: HttpEvent,
  incident: StoredAlert,
  history: readonly StoredAlert[],
  { linkRuns, startLinkRun, table, now }: AskPinDeps,
): Promise<PinByLink | undefined> {
  const { displayPhoneNumber: number = "", receivedAt, test } = incident.event;
  if (!startLinkRun || !toAddress(request)) return undefined;
  if (test || !PHONE_DIGITS.test(number)) return undefined;
  const run = await linkRuns.read(number);
  const at = now();
  const againAt = (run?.askedAt ?? 0) + PROTECT.linkSeconds * 1000;
  const isActing = (await readLinkScope(incident, history, at, table)) === "incident";
  const isRecent = at < againAt || (run?.askedAt ?? 0) >= Date.parse(receivedAt);
  return {
    isOffered: isActing && at >= againAt,
    ...(isActing && at < againAt && { againAt }),
    ...(isRecent && { run }),
  };
}

function toAddress({ stageVariables }: HttpEvent): string | undefined {
  return stageVariables?.[STAGE_VARIABLE.protectByLink];
}

export function isPinForm(body: Buffer): boolean {
  return new URLSearchParams(body.toString("utf8")).has(PIN_FIELD);
}

/**
 * Asks for a new PIN, unless somebody did within the last ten minutes. Returns what the page says
 * where the name is not usable. Throws when the run could not be started.
 */
export async function askForPin(
  body: Buffer,
  request: HttpEvent,
  incident: StoredAlert,
  pin: PinByLink,
  deps: AskPinDeps,
): Promise<PinByLink | undefined> {
  if (!pin.isOffered) return undefined;
  const typed = onlyValue(new URLSearchParams(body.toString("utf8")), "name") ?? "";
  const parsed = parseName(typed);
  if ("error" in parsed) return { ...pin, given: { name: typed, error: parsed.error } };
  await start(parsed.name, request, incident, deps);
  return undefined;
}

async function start(
  name: string,
  request: HttpEvent,
  { event }: StoredAlert,
  { linkRuns, startLinkRun, now, newToken }: AskPinDeps,
): Promise<void> {
  const { displayPhoneNumber: number = "", wabaId, eventKey } = event;
  const token = newToken();
  const from = request.requestContext.http.sourceIp ?? "unknown";
  if (!(await linkRuns.ask(number, { token, name, from }, now()))) return;
  try {
    const protectByLink = { wabaId, eventKey, token };
    await startLinkRun?.(toAddress(request) ?? "", { protectByLink });
  } catch (error) {
    if (hadNoEffect(error)) await linkRuns.takeBack(number, token);
    throw error;
  }
}
