import type { SecurityEvent } from "../event/security-event.ts";
import { MANAGER_URL, type Step } from "../event/steps.ts";
import { toUnformatted } from "../shared/plain-text.ts";
import { toRunbookAddress } from "../shared/runbook.ts";
import type { ChatDocument } from "./chat-document.ts";
import type { Content, Entry, List } from "./content/content.ts";
import type { MessageContext } from "./content/notice.ts";
import { toDigits, toFullNumber } from "./content/number-text.ts";
import { TEST_MARK } from "./content/parts.ts";

export function toChatDocument(content: Content, context: MessageContext): ChatDocument {
  const { kind, entries, isTest } = content;
  const [first] = entries as [Entry];
  const { event, answer } = first;
  const summary = `${isTest ? TEST_MARK : ""}${toUnformatted(content.summary)}`;
  const isOneNumber = new Set(entries.map((entry) => toThread(entry.event))).size === 1;
  const name = isOneNumber ? toUnformatted(toFullNumber(event, context)) : "several numbers";
  const label = toUnformatted(context.label);
  return {
    version: "1.0",
    source: "custom",
    id: `${kind}:${event.wabaId}:${event.eventKey}:${answer?.at ?? content.repeat}`,
    content: {
      textType: "client-markdown",
      title: `${summary}, ${name}`,
      description: toDescription(content),
      nextSteps: toNextSteps(content, context),
      keywords: [label, kind],
    },
    metadata: {
      threadId: isOneNumber ? toThread(event) : "whatsapp-security-digest",
      summary,
      eventType: toUnformattedName(event.event ?? kind),
      relatedResources: [`WhatsApp: ${name}`],
      additionalContext: toAdditionalContext(content, first, label),
      enableCustomActions: true,
    },
  };
}

function toDescription({ lead, facts, notes, list }: Content): string {
  const lines = [...lead, ...facts.map((fact) => fact.join(" ")), ...notes, ...toListed(list)];
  return lines.map(toUnformatted).join("\n");
}

function toListed(list: List | undefined): readonly string[] {
  if (!list) return [];
  const { lines, others, othersTitle } = list;
  return [
    ...lines.map(({ text }) => text),
    ...(others.length > 0 ? [othersTitle.replace(":", ".")] : []),
  ];
}

/** Links between angle brackets, which both Slack and Teams read as links. */
function toNextSteps(content: Content, { runbookUrl }: MessageContext): string[] {
  const { steps, command, link, runbook } = content;
  const address = toRunbookAddress(runbookUrl, runbook.text);
  return [
    ...steps.flatMap(toStepLines),
    ...(command ? [`${command.title} ${command.text}`] : []),
    ...(link ? [`${link.title} <${link.text}>`] : []),
    `${runbook.title} ${runbookUrl ? `<${address}>` : address}`,
  ];
}

function toStepLines({ text, pin }: Step): string[] {
  if (!pin) return [text];
  const { command, note, keepToken, manager } = pin;
  return [
    command ? `${text} ${command}` : text,
    ...(note ? [`${note} ${keepToken}`] : []),
    `${manager} <${MANAGER_URL}>`,
  ];
}

/** Alert, repeats and answers of a number are one thread. */
function toThread(event: SecurityEvent): string {
  const place = toDigits(event).slice(0, 24) || `account-${event.wabaId.replace(/\W/g, "-")}`;
  return `whatsapp-security-${event.test ? "test-" : ""}${place}`.slice(0, 64);
}

/** The document for machines, as far as it is about the first event, as texts. */
function toAdditionalContext(content: Content, { event, answer }: Entry, label: string) {
  const fields = {
    kind: content.kind,
    repeat: String(content.repeat),
    label,
    test: String(event.test),
    wabaId: event.wabaId,
    event: event.event,
    displayPhoneNumber: event.displayPhoneNumber,
    requester: event.requester,
    time: String(event.time),
    receivedAt: event.receivedAt,
    eventKey: event.eventKey,
    events: content.list && String(content.entries.length),
    answer: answer?.answer,
    answeredBy: answer?.name,
    answeredAt: answer?.at,
    answeredFrom: answer?.from,
  };
  const given = Object.entries(fields).flatMap(([name, value]) => {
    return value ? [[name, toUnformattedName(value)] as const] : [];
  });
  return Object.fromEntries(given);
}

/** As text without format, but names of events keep their underscores, and keys their `#`. */
function toUnformattedName(text: string): string {
  return text
    .split(/([_#])/)
    .map((part) => (part === "_" || part === "#" ? part : toUnformatted(part)))
    .join("");
}
