import type { Graph } from "../meta/graph.ts";
import { GraphError, isPassing, MetaUnavailableError } from "../meta/graph-error.ts";

/**
 * The same client, but what Meta could not answer for the moment is asked again after a pause; all
 * requests of a run share the number of pauses, so that an outage ends the run in time.
 */
export function createPatientGraph(graph: Graph, pause: () => Promise<void>, pauses = 3): Graph {
  let left = pauses;
  let pausing: Promise<void> | undefined;

  /** Whoever fails meanwhile waits with the first. */
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
