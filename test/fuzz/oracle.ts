/** A security change as a reader of Meta's documentation finds it in a body. */
export interface FoundChange {
  /** Two changes with the same identity are one event. */
  readonly identity: string;
  readonly time: number;
  readonly valueText: string;
  readonly alerts: boolean;
}

type Json = Record<string, unknown>;

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null;
}

/** All security changes of a body, found without any of the application's own code. */
export function findSecurityChanges(body: Buffer): FoundChange[] {
  const root = parse(body);
  if (!isObject(root) || root.object !== "whatsapp_business_account") return [];
  const entries = Array.isArray(root.entry) ? root.entry : [];
  return entries.flatMap((entry) => (isEntry(entry) ? findInEntry(entry) : []));
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}

function isEntry(entry: unknown): entry is Json {
  if (!isObject(entry) || !Array.isArray(entry.changes)) return false;
  if (entry.changed_fields !== undefined && !Array.isArray(entry.changed_fields)) return false;
  const hasId = typeof entry.id === "string" || typeof entry.id === "number";
  return hasId && toTime(entry.time) !== undefined;
}

function toTime(time: unknown): number | undefined {
  if (typeof time === "number") return time;
  return typeof time === "string" && /^\d{1,15}$/.test(time) ? Number(time) : undefined;
}

function findInEntry({ id, time, changes }: Json): FoundChange[] {
  return (changes as unknown[]).flatMap((change) => {
    if (!isObject(change) || change.field !== "security") return [];
    return [toFound(String(id), toTime(time) ?? 0, change.value)];
  });
}

function toFound(id: string, time: number, value: unknown): FoundChange {
  const fields = isObject(value) ? value : {};
  const [event, phoneNumber, requester] = [
    fields.event,
    fields.display_phone_number,
    fields.requester,
  ].map(toText);
  const valueText = JSON.stringify(value ?? null);
  const own = event === undefined ? valueText : "";
  return {
    identity: JSON.stringify([id, time, event, phoneNumber, requester, own]),
    time,
    valueText,
    alerts: id === "0" || event === "PIN_RESET_REQUEST",
  };
}

function toText(field: unknown): string | undefined {
  return typeof field === "string" || typeof field === "number" ? String(field) : undefined;
}
