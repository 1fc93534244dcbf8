/** A security change as a reader of Meta's documentation finds it in a body. */
export interface FoundChange {
  /** Two changes with the same identity are one event. */
  readonly identity: string;
  /** Undefined: the entry has none that a clock says, and the time of receipt stands in. */
  readonly time: number | undefined;
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
  return entries.flatMap((entry) => (isObject(entry) ? findInEntry(entry) : []));
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}

function toTime(time: unknown): number | undefined {
  const seconds = typeof time === "string" && /^\d{1,15}$/.test(time) ? Number(time) : time;
  if (typeof seconds !== "number" || Math.abs(seconds) > Number.MAX_SAFE_INTEGER) return undefined;
  return seconds === 0 || Math.abs(seconds) >= 1 ? seconds : undefined;
}

function findInEntry({ id, time, changes = [], changed_fields }: Json): FoundChange[] {
  const list = Array.isArray(changes) ? changes : [changes];
  const values = list.flatMap((change) => {
    return isObject(change) && change.field === "security" ? [change.value] : [];
  });
  const isNamed = Array.isArray(changed_fields) && changed_fields.includes("security");
  if (isNamed && values.length === 0) values.push(undefined);
  return values.map((value) => toFoundEvent(toText(id) ?? JSON.stringify(id ?? null), time, value));
}

function toFoundEvent(id: string, time: unknown, value: unknown): FoundChange {
  const fields = isObject(value) ? value : {};
  const [event, phoneNumber, requester] = [
    fields.event,
    fields.display_phone_number,
    fields.requester,
  ].map(toText);
  const seconds = toTime(time);
  const valueText = JSON.stringify(value ?? null);
  const isRequesterOdd = requester === undefined && fields.requester !== undefined;
  const isAsDocumented = event && phoneNumber && !isRequesterOdd && seconds !== undefined;
  return {
    identity: JSON.stringify([
      id,
      seconds ?? JSON.stringify(time ?? null),
      event,
      phoneNumber,
      requester,
      isAsDocumented ? "" : valueText,
    ]),
    time: seconds,
    valueText,
    alerts: id === "0" || ["PIN_RESET_REQUEST", "PIN_REQUEST_SUCCESS"].includes(event as string),
  };
}

function toText(field: unknown): string | undefined {
  return typeof field === "string" || typeof field === "number" ? String(field) : undefined;
}
