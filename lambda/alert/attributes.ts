import type { MessageAttribute, MessageAttributes, Notice } from "./content/notice.ts";
import { toKind } from "./content/summary.ts";

/**
 * For subscription filters; never empty, as SNS refuses empty ones. Those of several events are
 * arrays, so that a filter for one number or account lets them through; their `repeat` is the lowest.
 */
export function toAttributes(notice: Notice): MessageAttributes {
  const common = toKindAttributes(toKind(notice), toRepeat(notice));
  if ("items" in notice) {
    const events = notice.items.map(({ event }) => event);
    return {
      ...toArray(
        "event",
        events.map(({ event }) => event),
      ),
      ...toArray(
        "wabaId",
        events.map(({ wabaId }) => wabaId),
      ),
      ...toArray(
        "displayPhoneNumber",
        events.map((event) => event.displayPhoneNumber),
      ),
      ...common,
    };
  }
  const { event, wabaId, displayPhoneNumber } = notice.event;
  return {
    ...(event && { event: toText(event) }),
    wabaId: toText(wabaId),
    ...(displayPhoneNumber && { displayPhoneNumber: toText(displayPhoneNumber) }),
    ...common,
  };
}

/** SMS without the last go out as Promotional: late, or not at night. */
export function toKindAttributes(kind: string, repeat: number): MessageAttributes {
  return {
    kind: toText(kind),
    repeat: { DataType: "Number", StringValue: String(repeat) },
    "AWS.SNS.SMS.SMSType": toText("Transactional"),
  };
}

function toRepeat(notice: Notice): number {
  if (notice.kind === "digest") return Math.min(...notice.items.map(({ repeat }) => repeat));
  return notice.kind === "repeat" ? notice.repeat : 0;
}

function toText(StringValue: string): MessageAttribute {
  return { DataType: "String", StringValue };
}

function toArray(name: string, values: readonly (string | undefined)[]): MessageAttributes {
  const distinct = [...new Set(values.filter(Boolean))];
  if (distinct.length === 0) return {};
  return { [name]: { DataType: "String.Array", StringValue: JSON.stringify(distinct) } };
}
