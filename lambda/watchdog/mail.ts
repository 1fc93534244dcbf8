import type { Message, MessageContext } from "../alert/content/notice.ts";
import { toHeartbeatMessage } from "../alert/heartbeat.ts";
import type { NumberOverview, Overview } from "../checks/overview.ts";
import { toHeadline } from "../checks/overview.ts";
import { toDay } from "../shared/time-text.ts";
import { type Problems, toProblemMail, toProblemSummary } from "./problem-mail.ts";
import { toReport } from "./report.ts";

/** How mails name this deployment. */
export interface MailContext {
  readonly label: string;
}

/** The weekly report; `kind` keeps it from subscribers that filter for alerts. */
export function toReportMessage(overview: Overview, settings: MailContext): Message {
  const { failed, numbers, incidents, at } = overview;
  const ok = toHeadline(overview).startsWith("All is well");
  const report = {
    headline: toHeadline(overview),
    failed: takeFitting(failed.map(toDocumentCheck), MAX_CHECK_BYTES),
    numbers: takeFitting(numbers.map(toDocumentNumber), MAX_NUMBER_BYTES),
    unanswered: incidents.length,
  };
  const summary = `Weekly report: ${ok ? "all is well" : "something is to be done"}`;
  const lines = toReport(overview, settings.label).split("\n");
  return toHeartbeatMessage(
    { kind: "heartbeat", ok, summary, lines, report },
    toContext(settings, at),
  );
}

/** Failed and recovered checks, for those who run the system. */
export function toProblemMessage(problems: Problems, settings: MailContext): Message {
  const ok = problems.failed.length === 0;
  const failed = problems.failed.map((each) => ({
    ...toDocumentCheck(each),
    since: toDay(problems.failedSince[each.id] ?? problems.at),
  }));
  const report = {
    failed: takeFitting(failed, MAX_NUMBER_BYTES),
    recovered: takeFitting(problems.recovered.map(toDocumentCheck), MAX_CHECK_BYTES),
  };
  const summary = toProblemSummary(problems);
  const lines = toProblemMail(problems).split("\n");
  return toHeartbeatMessage(
    { kind: "check", ok, summary, lines, report },
    toContext(settings, problems.at),
  );
}

function toContext(settings: MailContext, now: number): MessageContext {
  return { ...settings, runbookUrl: "", numberLabels: {}, now };
}

/** Together below what a message has room for: a report that is too long is left out whole. */
const MAX_NUMBER_BYTES = 48 * 1024;
const MAX_CHECK_BYTES = 16 * 1024;

/** The first ones, which are the worst, as many as there is room for. */
function takeFitting<T>(items: readonly T[], maxBytes: number): T[] {
  const taken: T[] = [];
  let bytes = 0;
  for (const item of items) {
    bytes += Buffer.byteLength(JSON.stringify(item)) + 1;
    if (bytes > maxBytes) break;
    taken.push(item);
  }
  return taken;
}

function toDocumentNumber({ incident, offered, answer, ...number }: NumberOverview) {
  return {
    ...number,
    ...(number.since !== undefined && { since: toDay(number.since) }),
    unanswered: incident !== undefined,
  };
}

function toDocumentCheck({ id, name, message, fix }: Problems["failed"][number]) {
  return { id, name, message, ...(fix && { fix }) };
}
