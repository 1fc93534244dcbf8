import type { OutboxEntry, Queue } from "../event/outbox-queue.ts";
import { OUTBOX } from "../shared/item-names.ts";
import { METRIC } from "../shared/metric-names.ts";
import { PACE } from "../shared/names.ts";
import { createOutboxSize, type OutboxSize } from "./outbox-size.ts";
import { publishSingly, publishTogether, sortByUrgency } from "./publish.ts";
import { claimAll } from "./publish-due.ts";
import type { Run } from "./run.ts";
import { createTickPlaces, type TickPlaces } from "./tick-places.ts";

/** People give few answers; a repeat waits for everything else. */
const IN_TURN: readonly Queue[] = [OUTBOX.answer, OUTBOX.alert, OUTBOX.repeat];

/** At most this many events are claimed for one digest. */
const PART = 100;

interface Tick {
  readonly run: Run;
  readonly startedAt: number;
  readonly places: TickPlaces;
  readonly size: OutboxSize;
  readonly failures: unknown[];
}

/**
 * The once-a-minute tick: publishes what is due in parts of about one digest, until nothing is due
 * or its time is over, then counts what waits. Returns whether it counted everything; if not, the
 * sizes are lower bounds. Throws, in the end, if a queue could not be read.
 */
export async function relayOutbox(run: Run): Promise<"all" | "at least"> {
  const { metrics } = run.invocation;
  const startedAt = run.now();
  const tick: Tick = {
    run,
    startedAt,
    places: createTickPlaces(run),
    size: createOutboxSize(startedAt),
    failures: [],
  };
  for (const queue of IN_TURN) await relayQueue(queue, tick);
  const isWhole = await countOutbox(tick);
  tick.size.report(metrics);
  if (tick.failures.length > 0) throw tick.failures[0];
  metrics.add(METRIC.relayRun);
  return isWhole ? "all" : "at least";
}

/** Publishes what is due of one queue; a page that can't be read does not stop the other queues. */
async function relayQueue(queue: Queue, tick: Tick): Promise<void> {
  const { run, startedAt, size } = tick;
  try {
    for await (const page of run.outbox.queue(queue, startedAt)) {
      size.add(page);
      for (const group of toGroups(page, run)) {
        for (let rest = group; rest.length > 0; ) {
          if (!(await tick.places.hold())) return;
          rest = rest.slice(await publishPart(queue, rest.slice(0, PART), tick));
        }
      }
    }
  } catch (error) {
    tick.failures.push(error);
  }
}

/** What may share a message; with `separateAccounts` each group is about one account. */
function toGroups(entries: readonly OutboxEntry[], { config }: Run): readonly OutboxEntry[][] {
  if (!config.separateAccounts) return [[...entries]];
  return [...Map.groupBy(entries, ({ wabaId }) => wabaId).values()];
}

/**
 * A digest's place is held: whatever is claimed can be published. Returns how many of the entries it
 * has tried to claim; on a slow table these are fewer.
 */
async function publishPart(
  queue: Queue,
  part: readonly OutboxEntry[],
  { run, places }: Tick,
): Promise<number> {
  const { items, tried } = await claimAll(part, run, run.invocation.startClaiming());
  const isFew = items.length <= PACE.places && queue !== OUTBOX.answer;
  const alone = isFew ? await places.takeSingles(sortByUrgency(items)) : [];
  const together = items.filter((item) => !alone.includes(item));
  await publishSingly(alone, run, async () => true);
  await publishTogether(together, run, () => places.spend());
  return tried;
}

/** Last of all: what this tick has not seen yet of the outbox. */
async function countOutbox({ run, size, failures }: Tick): Promise<boolean> {
  try {
    for (const queue of [OUTBOX.alert, OUTBOX.repeat, OUTBOX.answer]) {
      for await (const page of run.outbox.queue(queue)) {
        size.add(page);
        if (!run.invocation.hasTimeToWrite()) return false;
      }
    }
    return true;
  } catch (error) {
    failures.push(error);
    return false;
  }
}
