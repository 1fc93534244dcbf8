import {
  type CreateWebhook,
  type Ending,
  type Live,
  launch,
  type Settings,
  type Start,
  type Stimulus,
  settled,
} from "./launch.ts";
import type { Send } from "./requests.ts";
import { toId } from "./state.ts";

/** Where an invocation's code stands: what it waits for, or how it ended. */
export interface CodePoint {
  /** Equal only for the same history: the same event and the same answers at the same times. */
  readonly id: number;
  readonly sends: ReadonlyMap<number, Send>;
  readonly ending?: Ending;
}

export interface Application {
  start(start: Start): Promise<CodePoint>;
  resume(point: CodePoint, stimulus: Stimulus): Promise<CodePoint>;
}

interface Node extends CodePoint {
  readonly start: Start;
  readonly history: readonly Stimulus[];
  readonly next: Map<string, Node>;
  /** The code itself, standing at this point, until somebody lets it run on. */
  live: Live | undefined;
}

/**
 * Runs the application's own code, once for every history that an invocation can have, and knows
 * the result from then on.
 *
 * Why that is sound: an invocation is a process of its own. What it does depends on nothing but its
 * event, the answers to its requests in the order in which they came, and what its clocks said when
 * they came; `Stimulus` is all of that. An interleaving of processes is then a choice of whose
 * request is answered next, and never needs two processes' code to run in one go.
 */
export function createApplication(createWebhook: CreateWebhook, settings: Settings): Application {
  const starts = new Map<string, Node>();
  let points = 0;

  function toNode(start: Start, history: readonly Stimulus[], live: Live): Node {
    points += 1;
    const { ending } = live;
    return {
      id: points,
      sends: new Map(live.open),
      ...(ending && { ending }),
      start,
      history,
      next: new Map(),
      live: ending ? undefined : live,
    };
  }

  async function replay(node: Node): Promise<Live> {
    const live = launch(createWebhook, settings, node.start);
    await settled();
    for (const stimulus of node.history) await live.resume(stimulus);
    return live;
  }

  return {
    async start(start) {
      const key = `${start.name} ${start.clock} ${toId(start.event)}`;
      const known = starts.get(key);
      if (known) return known;
      const live = launch(createWebhook, settings, start);
      await settled();
      const node = toNode(start, [], live);
      starts.set(key, node);
      return node;
    },
    async resume(point, stimulus) {
      const node = point as Node;
      const { send, answerId, clock, remaining } = stimulus;
      const key = `${send} ${answerId} ${clock} ${remaining}`;
      const known = node.next.get(key);
      if (known) return known;
      const live = node.live ?? (await replay(node));
      node.live = undefined;
      await live.resume(stimulus);
      const next = toNode(node.start, [...node.history, stimulus], live);
      node.next.set(key, next);
      return next;
    },
  };
}
