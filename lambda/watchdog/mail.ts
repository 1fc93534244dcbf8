import type { Message } from "../alert/message.ts";
import { toDay } from "./layout.ts";
import type { Overview } from "./overview.ts";
import { type Problems, toProblemMail, toProblemSummary } from "./problem-mail.ts";
import { toHeadline, toReport } from "./report.ts";

/** How mails name this deployment and begin their subjects. */
export interface MailContext {
  readonly label: string;
  /** `state`: subjects begin with `ALARM: ` or `OK: `, for pagers that read them. */
  readonly subjectForm: "plain" | "state";
}

/** The weekly report; `kind` keeps it from subscribers that filter for alerts. */
export function toReportMessage(overview: Overview, context: MailContext): Message {
  const { failed, numbers, incidents, at } = overview;
  const isWell = toHeadline(overview).startsWith("All is well");
  const summary = `Weekly report: ${isWell ? "all is well" : "something is to be done"}`;
  return toMessage("heartbeat", isWell, summary, toReport(overview, context.label), context, {
    at: new Date(at).toISOString(),
    headline: toHeadline(overview),
    failed: failed.map(toDocumentCheck),
    numbers: numbers.slice(0, MAX_NUMBERS).map(({ incident, ...number }) => ({
      ...number,
      ...(number.since !== undefined && { since: toDay(number.since) }),
      unanswered: incident !== undefined,
    })),
    unanswered: incidents.length,
  });
}

/** Failed and recovered checks, for those who run the system. */
export function toProblemMessage(problems: Problems, context: MailContext): Message {
  const isWell = problems.failed.length === 0;
  const summary = toProblemSummary(problems);
  return toMessage("check", isWell, summary, toProblemMail(problems), context, {
    at: new Date(problems.at).toISOString(),
    failed: problems.failed.map((each) => ({
      ...toDocumentCheck(each),
      since: toDay(problems.failedSince[each.id] ?? problems.at),
    })),
    recovered: problems.recovered.map(toDocumentCheck),
  });
}

const MAX_NUMBERS = 500;

function toDocumentCheck({ id, name, message, fix }: Problems["failed"][number]) {
  return { id, name, message, ...(fix && { fix }) };
}

function toMessage(
  kind: "heartbeat" | "check",
  isWell: boolean,
  summary: string,
  email: string,
  { label, subjectForm }: MailContext,
  document: Readonly<Record<string, unknown>>,
): Message {
  const title = toAscii(`WhatsApp security, ${label}: ${summary}`);
  const state = isWell ? "OK: " : "ALARM: ";
  return {
    subject: `${subjectForm === "state" ? state : ""}${title}`.slice(0, 100),
    message: JSON.stringify({
      default: JSON.stringify({ version: 1, kind, summary, ...document }),
      email: `${email}\n`,
      // Where somebody subscribed by SMS without a filter: never the whole report.
      sms: toAscii(`WhatsApp security: ${summary}.`).slice(0, 140),
      https: JSON.stringify(toChatNotification(kind, title, email)),
    }),
    attributes: { kind: { DataType: "String", StringValue: kind } },
  };
}

/** Source: https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html */
function toChatNotification(kind: string, title: string, text: string) {
  return {
    version: "1.0",
    source: "custom",
    content: {
      textType: "client-markdown",
      title,
      description: `\`\`\`\n${text.slice(0, 3_500)}\n\`\`\``,
    },
    metadata: { eventType: kind },
  };
}

/** Subjects are one line of printable ASCII, SMS of GSM-7. */
function toAscii(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, "?");
}
