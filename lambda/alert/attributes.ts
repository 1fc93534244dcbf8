import type { Content } from "./content/content.ts";
import type { MessageAttribute, MessageAttributes } from "./content/notice.ts";

/**
 * For subscription filters; never empty, as SNS refuses empty ones. Those of several events are
 * arrays, so that a filter for one number or account lets them through; their `repeat` is the lowest.
 */
export function toAttributes({ kind, repeat, entries, list }: Content): MessageAttributes {
  const toAttribute = list ? toArray : toFirst;
  const values = {
    event: entries.map(({ event }) => event.event),
    wabaId: entries.map(({ event }) => event.wabaId),
    displayPhoneNumber: entries.map(({ event }) => event.displayPhoneNumber),
  };
  const attributes = Object.entries(values).flatMap(([name, texts]) => {
    const given = texts.filter((text) => text !== undefined && text !== "") as string[];
    return given.length > 0 ? [[name, toAttribute(given)] as const] : [];
  });
  return { ...Object.fromEntries(attributes), ...toKindAttributes(kind, repeat) };
}

/** SMS without the last go out as Promotional: late, or not at night. */
export function toKindAttributes(kind: string, repeat: number): MessageAttributes {
  return {
    kind: toText(kind),
    repeat: { DataType: "Number", StringValue: String(repeat) },
    "AWS.SNS.SMS.SMSType": toText("Transactional"),
  };
}

function toText(StringValue: string): MessageAttribute {
  return { DataType: "String", StringValue };
}

function toFirst([text = ""]: readonly string[]): MessageAttribute {
  return toText(text);
}

function toArray(texts: readonly string[]): MessageAttribute {
  return { DataType: "String.Array", StringValue: JSON.stringify([...new Set(texts)]) };
}
