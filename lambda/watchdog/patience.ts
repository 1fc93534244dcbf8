import type { Graph } from "../meta/graph.ts";
import { GraphError, isPassing, MetaUnavailableError } from "../meta/graph-error.ts";

export interface Patience {
  readonly pause: () => Promise<void>;
  /** Milliseconds that have passed since the run began. */
  readonly elapsed: () => number;
}

/** All requests of a run share this many pauses, so that an outage ends the run in time. */
const PAUSES = 3;

/** Of the ten minutes that the function has; the rest is for the mails and the memory. */
const BUDGET_MS = 7 * 60_000;

/**
 * The same client, but what Meta could not answer for the moment is asked again after a pause. Once
 * the time is used up nothing more is asked: the next run begins with other accounts.
 */
export function createPatientGraph(graph: Graph, { pause, elapsed }: Patience): Graph {
  let left = PAUSES;
  let pausing: Promise<void> | undefined;

  /** Requests that fail meanwhile wait for the same pause. */
  function wait(): Promise<void> | undefined {
    if (!pausing && left > 0) {
      left -= 1;
      pausing = pause().finally(() => {
        pausing = undefined;
      });
    }
    return pausing;
  }

  return {
    baseUrl: graph.baseUrl,
    async send(request) {
      for (;;) {
        if (elapsed() > BUDGET_MS) {
          throw new MetaUnavailableError("Meta answers too slowly: there was no time to ask.");
        }
        try {
          return await graph.send(request);
        } catch (error) {
          if (!isNotNow(error)) throw error;
          const waiting = wait();
          if (!waiting) throw error;
          await waiting;
        }
      }
    },
  };
}

function isNotNow(error: unknown): boolean {
  return error instanceof MetaUnavailableError || (error instanceof GraphError && isPassing(error));
}
