import { toMessage } from "./message.ts";
import type { DigestItem, DigestNotice, Message, MessageContext } from "./notice.ts";
import { sortForDigest } from "./plain-notice.ts";

const MAX_BYTES = 256 * 1024;

/** The events in digests, the newest first: as few as SNS's 256 KB allow. */
export function splitDigest(items: readonly DigestItem[], context: MessageContext): DigestNotice[] {
  const notices: DigestNotice[] = [];
  let left: readonly DigestItem[] = sortForDigest(items);
  while (left.length > 0) {
    const fitting = countFitting(left, context);
    notices.push({ kind: "digest", items: left.slice(0, fitting) });
    left = left.slice(fitting);
  }
  return notices;
}

/** How many from the first on fit into one message: one always does. */
function countFitting(items: readonly DigestItem[], context: MessageContext): number {
  let fits = 1;
  let tooMany = items.length + 1;
  while (tooMany - fits > 1) {
    // All of them first: that is what nearly always fits.
    const tried = tooMany > items.length ? items.length : Math.floor((fits + tooMany) / 2);
    const digest = { kind: "digest", items: items.slice(0, tried) } as const;
    if (countBytes(toMessage(digest, context)) <= MAX_BYTES) fits = tried;
    else tooMany = tried;
  }
  return fits;
}

/** As SNS counts: the message with its attributes' names, types and values. */
export function countBytes({ subject, message, attributes }: Message): number {
  const parts = Object.entries(attributes).flatMap(([name, { DataType, StringValue }]) => {
    return [name, DataType, StringValue];
  });
  return Buffer.byteLength([subject, message, ...parts].join(""));
}
