import { toOneLine, toPlain, toUnformatted } from "../shared/plain-text.ts";
import type { HeartbeatDocument } from "./alert-document.ts";
import { toKindAttributes } from "./attributes.ts";
import type { ChatDocument } from "./chat-document.ts";
import type { HeartbeatNotice, Message, MessageContext } from "./content/notice.ts";
import { toPlainContext } from "./content/plain-notice.ts";
import { toSms, toSubject } from "./short-texts.ts";

/** Together below SNS's 256 KB: JSON text in JSON text can take twice its bytes. */
const MAX_EMAIL_BYTES = 40 * 1024;
const MAX_REPORT_BYTES = 72 * 1024;

/** The watchdog's mail. An SMS subscription, if there is one on this topic, gets one short line. */
export function toHeartbeatMessage(notice: HeartbeatNotice, settings: MessageContext): Message {
  const context = toPlainContext(settings);
  const summary = toPlain(notice.summary) || "Report of the watchdog";
  return {
    subject: toSubject(`WhatsApp security: ${summary}`, false, context),
    message: JSON.stringify({
      default: JSON.stringify(toHeartbeatDocument(notice, summary, context)),
      email: toEmail(notice.lines) || summary,
      https: JSON.stringify(toChat(notice, summary, context)),
      sms: toSms(summary, false, context),
    }),
    attributes: toKindAttributes(notice.kind, 0),
  };
}

function toHeartbeatDocument(
  { kind, ok, report }: HeartbeatNotice,
  summary: string,
  { label, now }: MessageContext,
): HeartbeatDocument {
  const plain = toPlain(JSON.stringify(report), Number.POSITIVE_INFINITY);
  return {
    version: 1,
    kind,
    summary,
    label,
    ok,
    sentAt: new Date(now).toISOString(),
    ...(Buffer.byteLength(plain) <= MAX_REPORT_BYTES && { report: JSON.parse(plain) }),
  };
}

/** As many lines as there is room for. */
function toEmail(lines: readonly string[]): string {
  const shown: string[] = [];
  let bytes = 0;
  for (const line of lines) {
    const text = toOneLine(line, 160).trimEnd();
    bytes += Buffer.byteLength(text) + 1;
    if (bytes > MAX_EMAIL_BYTES) {
      return [...shown, `and ${lines.length - shown.length} lines more`].join("\n");
    }
    shown.push(text);
  }
  return shown.join("\n");
}

const MAX_CHAT_LINES = 40;

function toChat(notice: HeartbeatNotice, summary: string, context: MessageContext): ChatDocument {
  const label = toUnformatted(context.label);
  const text = toUnformatted(summary);
  const name = notice.kind === "heartbeat" ? "report" : "checks";
  return {
    version: "1.0",
    source: "custom",
    id: `${notice.kind}:${new Date(context.now).toISOString()}`,
    content: {
      textType: "client-markdown",
      title: `WhatsApp security, ${label}: ${text}`,
      description: toCodeBlock(notice.lines),
      nextSteps: [],
      keywords: [label, notice.kind],
    },
    metadata: {
      threadId: `whatsapp-security-${name}`,
      summary: text,
      eventType: notice.kind,
      relatedResources: [],
      additionalContext: { kind: notice.kind, label, ok: String(notice.ok) },
      enableCustomActions: true,
    },
  };
}

/** Keeps columns, and reads nothing as markdown. */
function toCodeBlock(lines: readonly string[]): string {
  const shown = lines
    .slice(0, MAX_CHAT_LINES)
    .map((line) => toOneLine(line, 90).replaceAll("`", "'"));
  return ["```", ...shown, "```"].join("\n");
}
