import { KNOWN_EVENTS } from "../../../lambda/shared/names.ts";
import { isAccessDenied } from "../../../lambda/shared/sentence.ts";
import { findNearest } from "../../cli/nearest.ts";
import { wrap } from "../../cli/text.ts";
import type { Filter } from "../../deployment/event-queries.ts";
import type { EventSource } from "../../deployment/events.ts";
import { countUnknownNames, describeUnknownNames } from "./unknown-names.ts";

export function wrapAll(lines: readonly string[]): string[] {
  return lines.filter((line) => line !== "").flatMap((line) => wrap(line));
}

/** Without a filter only documented event names are found: says which others there are. */
export async function toHint(
  source: EventSource,
  { waba, phone, event, requester }: Filter,
): Promise<string> {
  if (event !== undefined) return toNameHint(event);
  if ([waba, phone, requester].some((value) => value !== undefined)) return "";
  try {
    return describeUnknownNames(await countUnknownNames(source)) ?? "";
  } catch (error) {
    if (isAccessDenied(error)) return UNSEEN_HINT;
    throw error;
  }
}

const UNSEEN_HINT = `Events with names other than ${KNOWN_EVENTS.join(", ")} are found by --event, --waba or --phone only.`;

/** A name that Meta documents in another spelling finds nothing. */
function toNameHint(event: string): string {
  const isDocumented = KNOWN_EVENTS.some((name) => name === event);
  const nearest = isDocumented ? undefined : findNearest(event, KNOWN_EVENTS);
  return nearest ? `Meta's names are upper case, such as ${nearest}: did you mean that?` : "";
}
