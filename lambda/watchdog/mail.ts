import type { Message, MessageContext } from "../alert/content/notice.ts";
import { toHeartbeatMessage } from "../alert/heartbeat.ts";
import type { CheckResult } from "../checks/check.ts";
import { toHeadline, toHeadlines } from "../checks/headlines.ts";
import type { NumberOverview, Overview } from "../checks/overview.ts";
import { toDay } from "../shared/time-text.ts";
import { type Problems, toProblemMail, toProblemSummary } from "./problem-mail.ts";
import { toReport } from "./report.ts";

/** How mails name this deployment. */
export interface MailContext {
  readonly label: string;
}

/** The weekly report. */
export function toReportMessage(overview: Overview, settings: MailContext): Message {
  const { failed, numbers, incidents, at } = overview;
  const [{ tone, text }] = toHeadlines(overview);
  const ok = tone === "calm";
  const report = {
    headline: toHeadline(overview),
    failed: takeFitting(failed.map(toDocumentCheck), MAX_CHECK_BYTES),
    numbers: takeFitting(numbers.map(toDocumentNumber), MAX_NUMBER_BYTES),
    unanswered: incidents.length,
  };
  const summary = `Weekly report: ${ok ? "all is well" : text}`;
  const lines = toReport(overview, settings.label).split("\n");
  return toHeartbeatMessage(
    { kind: "heartbeat", ok, summary, lines, report },
    toContext(settings, at),
  );
}

/** Failed and recovered checks, for those who run the system. */
export function toProblemMessage(problems: Problems, settings: MailContext): Message {
  const { at } = problems.overview;
  const ok = problems.overview.failed.length === 0;
  const failed = problems.overview.failed.map((each) => ({
    ...toDocumentCheck(each),
    since: toDay(problems.failedSince[each.id] ?? at),
  }));
  const report = {
    failed: takeFitting(failed, MAX_NUMBER_BYTES),
    recovered: takeFitting(problems.recovered.map(toDocumentCheck), MAX_CHECK_BYTES),
  };
  const summary = toProblemSummary(problems);
  const lines = toProblemMail(problems).split("\n");
  return toHeartbeatMessage({ kind: "check", ok, summary, lines, report }, toContext(settings, at));
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

function toDocumentNumber({ incident, ended, offered, answer, claim, ...number }: NumberOverview) {
  return {
    ...number,
    ...(number.since !== undefined && { since: toDay(number.since) }),
    unanswered: incident !== undefined,
  };
}

function toDocumentCheck({ id, name, message, fix }: CheckResult) {
  return { id, name, message, ...(fix && { fix }) };
}
