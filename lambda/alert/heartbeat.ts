import type { HeartbeatDocument } from "./alert-document.ts";
import { toKindAttributes } from "./attributes.ts";
import type { ChatDocument } from "./chat-document.ts";
import type { HeartbeatNotice, Message, MessageContext } from "./notice.ts";
import { toPlain, toUnformatted } from "./plain-text.ts";
import { toSmsLine, toSubjectLine } from "./short-texts.ts";

/** Of the mail and of the machine's report: JSON text in JSON text can take twice its bytes. */
const MAX_BYTES = 48 * 1024;

/**
 * The weekly report. It is not for SMS: filters leave its `kind` out. A subscription without a
 * filter gets one short line.
 */
export function toHeartbeatMessage(notice: HeartbeatNotice, context: MessageContext): Message {
  const summary = toPlain(notice.summary) || "Weekly report";
  const prefix = context.subjectForm === "state" ? "OK: " : "";
  return {
    subject: toSubjectLine(`${prefix}WhatsApp security report: ${summary}`, context),
    message: JSON.stringify({
      default: JSON.stringify(toHeartbeatDocument(notice, summary, context)),
      email: toEmail(notice.lines) || summary,
      https: JSON.stringify(toChat(notice, summary, context)),
      sms: toSmsLine("", `weekly report. ${summary}`, context),
    }),
    attributes: toKindAttributes("heartbeat", 0),
  };
}

function toHeartbeatDocument(
  { ok, report }: HeartbeatNotice,
  summary: string,
  { label, now }: MessageContext,
): HeartbeatDocument {
  const plain = toPlain(JSON.stringify(report), Number.POSITIVE_INFINITY);
  return {
    version: 1,
    kind: "heartbeat",
    summary,
    label,
    ok,
    sentAt: new Date(now).toISOString(),
    ...(Buffer.byteLength(plain) <= MAX_BYTES && { report: JSON.parse(plain) }),
  };
}

/** Lines keep the space at their beginning; as many as there is room for. */
function toEmail(lines: readonly string[]): string {
  const shown: string[] = [];
  let bytes = 0;
  for (const line of lines) {
    const indent = /^ {0,20}/.exec(line)?.[0] ?? "";
    const text = `${indent}${toPlain(line, 160)}`.trimEnd();
    bytes += Buffer.byteLength(text) + 1;
    if (bytes > MAX_BYTES)
      return [...shown, `and ${lines.length - shown.length} lines more`].join("\n");
    shown.push(text);
  }
  return shown.join("\n");
}

const MAX_CHAT_LINES = 30;

function toChat(notice: HeartbeatNotice, summary: string, context: MessageContext): ChatDocument {
  const label = toUnformatted(context.label);
  const text = toUnformatted(summary);
  const lines = notice.lines.slice(0, MAX_CHAT_LINES).map((line) => toUnformatted(toPlain(line)));
  const name = `WhatsApp security report (${label})`;
  return {
    version: "1.0",
    source: "custom",
    id: `heartbeat:${new Date(context.now).toISOString()}`,
    content: {
      textType: "client-markdown",
      title: name,
      description: [text, ...lines].join("\n"),
      nextSteps: [],
      keywords: [label, "heartbeat"],
    },
    metadata: {
      threadId: "whatsapp-security-report",
      summary: text,
      eventType: "heartbeat",
      relatedResources: [],
      additionalContext: { kind: "heartbeat", label, ok: String(notice.ok) },
      enableCustomActions: true,
    },
    AlarmName: name,
    NewStateValue: "OK",
    NewStateReason: text,
  };
}
