import { type Message, toMessage } from "../alert/message.ts";
import type { MessageContext } from "../alert/notice.ts";
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
export function toReportMessage(overview: Overview, settings: MailContext): Message {
  const { failed, numbers, incidents, at } = overview;
  const ok = toHeadline(overview).startsWith("All is well");
  const report = {
    headline: toHeadline(overview),
    failed: failed.map(toDocumentCheck),
    numbers: numbers.slice(0, MAX_NUMBERS).map(({ incident, ...number }) => ({
      ...number,
      ...(number.since !== undefined && { since: toDay(number.since) }),
      unanswered: incident !== undefined,
    })),
    unanswered: incidents.length,
  };
  const summary = `Weekly report: ${ok ? "all is well" : "something is to be done"}`;
  const lines = toReport(overview, settings.label).split("\n");
  return toMessage({ kind: "heartbeat", ok, summary, lines, report }, toContext(settings, at));
}

/** Failed and recovered checks, for those who run the system. */
export function toProblemMessage(problems: Problems, settings: MailContext): Message {
  const ok = problems.failed.length === 0;
  const report = {
    failed: problems.failed.map((each) => ({
      ...toDocumentCheck(each),
      since: toDay(problems.failedSince[each.id] ?? problems.at),
    })),
    recovered: problems.recovered.map(toDocumentCheck),
  };
  const summary = toProblemSummary(problems);
  const lines = toProblemMail(problems).split("\n");
  return toMessage({ kind: "check", ok, summary, lines, report }, toContext(settings, problems.at));
}

function toContext(settings: MailContext, now: number): MessageContext {
  return { ...settings, runbookUrl: "", numberLabels: {}, now };
}

const MAX_NUMBERS = 500;

function toDocumentCheck({ id, name, message, fix }: Problems["failed"][number]) {
  return { id, name, message, ...(fix && { fix }) };
}
