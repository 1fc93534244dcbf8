import { FUNCTION } from "../../lambda/shared/names.ts";
import { startAws } from "./aws.ts";
import type { Backlog } from "./backlog-items.ts";
import { createCpuShare } from "./cpu-share.ts";
import { atLeast, atMost } from "./marks.ts";
import type { Section } from "./report.ts";
import { type Probed, runProbe } from "./run.ts";
import type { Published, Usage } from "./services.ts";

const SERVICE_MS = 5;

/** A full outbox, and how many ticks of the relay meet it. */
interface Kind {
  readonly name: string;
  readonly waiting: Backlog;
  readonly ticks: number;
}

const LARGE: Kind = {
  name: "10,000 alerts and 3 answers",
  waiting: { alert: 10_000, answer: 3 },
  ticks: 4,
};
const HUGE: Kind = { name: "100,000 alerts", waiting: { alert: 100_000 }, ticks: 2 };
const BEHIND: Kind = {
  name: "100,000 repeats and 20 new alerts",
  waiting: { repeat: 100_000, alert: 20 },
  ticks: 1,
};

interface Result extends Kind {
  /** Of each tick: its messages, and how long it took. */
  readonly messages: readonly (readonly Published[])[];
  readonly tickMs: readonly number[];
  /** By the log line of each tick: first alerts that it published. */
  readonly firstAlerts: readonly number[];
  /** Those of these lines that lack size or age of what waited. */
  readonly silent: number;
  readonly updates: number;
  readonly pending: number;
  readonly peakMb: number;
}

/** Whole ticks of the deployed bundle over a full outbox, each as long as it takes. */
export async function measureBacklogs(probe: string, file: string): Promise<Section> {
  const { memoryMb } = FUNCTION;
  const share = createCpuShare(memoryMb);
  async function measure(kind: Kind): Promise<Result> {
    const aws = await startAws({ delayMs: SERVICE_MS, paced: true });
    try {
      await aws.seed(kind.waiting);
      const options = { memoryMb, joinFile: share?.joinFile };
      const work = { posts: [], ticks: kind.ticks };
      const probed = await runProbe({ aws, probe, file }, work, options);
      return toResult(kind, probed, await aws.take());
    } finally {
      aws.stop();
    }
  }
  try {
    const results: Result[] = [];
    for (const kind of [LARGE, HUGE, BEHIND]) results.push(await measure(kind));
    return toSection(results as [Result, Result, Result], memoryMb, share !== undefined);
  } finally {
    share?.remove();
  }
}

function toResult(kind: Kind, { sample, lines }: Probed, usage: Usage): Result {
  const { tickedAt, tickMs, peakMb } = sample;
  const ticks = lines.filter(({ RelayRun }) => RelayRun !== undefined);
  const busy = ticks.filter(({ AlertPublished }) => AlertPublished !== undefined);
  return {
    ...kind,
    messages: tickedAt.map((from, index) => {
      const to = tickedAt[index + 1] ?? Number.POSITIVE_INFINITY;
      return usage.published.filter(({ at }) => at >= from && at < to);
    }),
    tickMs,
    firstAlerts: ticks.map(({ AlertPublished = 0 }) => Number(AlertPublished)),
    silent: busy.filter((line) => !line.OutboxSize || !line.OutboxAge).length,
    updates: usage.requests.UpdateItem ?? 0,
    pending: usage.pending,
    peakMb,
  };
}

function countEvents(messages: readonly Published[]): number {
  return messages.reduce((sum, { events }) => sum + events, 0);
}

function toSection(results: readonly [Result, Result, Result], memoryMb: number, isHeld: boolean) {
  const rows = results.map(({ name, messages, tickMs, updates, peakMb }) => [
    name,
    messages.map((each) => countEvents(each).toLocaleString("en-US")).join(", "),
    messages.map(({ length }) => length).join(", "),
    tickMs.map((ms) => (ms / 1000).toFixed(1)).join(", "),
    (updates / countEvents(messages.flat())).toFixed(2),
    Math.round(peakMb).toString(),
  ]);
  const head = ["due", "published by each tick", "messages", "seconds", "updates each", "peak MB"];
  const held = isHeld ? `the CPU share of ${memoryMb} MB` : "whole cores";
  return {
    tables: [
      {
        title: `A full outbox, the function with ${held}, each service answering after 5 ms:`,
        rows: [head, ...rows],
      },
    ],
    marks: toMarks(...results),
  };
}

function toMarks(large: Result, huge: Result, behind: Result) {
  const needed = large.firstAlerts.findLastIndex((count) => count > 0) + 1;
  const answers = large.messages[0]?.filter(({ kind }) => kind === "acknowledged") ?? [];
  const [silent = 0] = [large, huge, behind]
    .map((result) => result.silent)
    .toSorted()
    .reverse();
  const each = huge.updates / countEvents(huge.messages.flat());
  const ticks = large.pending === 0 ? needed : Number.POSITIVE_INFINITY;
  return [
    atMost("10,000 due: ticks until all is published", 4, ticks),
    atLeast("3 answers beside them: announced by the next tick", 3, countEvents(answers)),
    atLeast("100,000 due: published by each tick", 2_000, Math.min(...huge.firstAlerts)),
    atMost("100,000 due: updates for each that is published", 2.5, each),
    atMost("20 new alerts behind 100,000 repeats: left after the next tick", 0, behind.pending),
    atMost("log lines of ticks that lack size or age of first alerts", 0, silent),
  ];
}
