import type { ChildProcess } from "node:child_process";
import { killChild, nextMessage, startChild } from "./child.ts";
import type { Moment } from "./fault-proxy.ts";
import type { FunctionAddress, FunctionOrder } from "./function-process.ts";
import type { Death } from "./plan.ts";

/** The function's process, again and again: as soon as one is killed the next takes over. */
export interface Fleet {
  /** Where the living one listens, once it does. */
  url(): Promise<string>;
  readonly kills: number;
  /** Takes each moment of every request: that is when processes die. */
  onMoment(moment: Moment): void;
  /** Kills the living one for the last time; the next serves under this order, and lives. */
  settle(order: FunctionOrder): Promise<void>;
  stop(): Promise<void>;
}

const SCRIPT = "function-process.ts";

export function createFleet(deaths: readonly Death[], toOrder: () => FunctionOrder): Fleet {
  const children = new Set<ChildProcess>();
  let standby = prepare();
  let living: ChildProcess | undefined;
  let serving = takeOver(toOrder());
  let requests = 0;
  let kills = 0;
  let isSettled = false;

  /** A process that has loaded everything and waits for its order. */
  async function prepare(): Promise<ChildProcess> {
    const child = startChild(SCRIPT);
    children.add(child);
    child.once("exit", () => children.delete(child));
    await nextMessage(child);
    return child;
  }

  async function takeOver(order: FunctionOrder): Promise<string> {
    const child = await standby;
    standby = prepare();
    child.send(order);
    const { url } = await nextMessage<FunctionAddress>(child);
    living = child;
    return url;
  }

  function isTime(moment: Moment): boolean {
    const death = deaths[kills];
    return death !== undefined && requests >= death.afterRequests && moment === death.moment;
  }

  return {
    url: () => serving,
    get kills() {
      return kills;
    },
    onMoment(moment) {
      if (moment === "before the request") requests += 1;
      if (isSettled || !living || !isTime(moment)) return;
      living.kill("SIGKILL");
      living = undefined;
      kills += 1;
      requests = 0;
      serving = takeOver(toOrder());
    },
    async settle(order) {
      isSettled = true;
      await serving;
      if (living) await killChild(living);
      serving = takeOver(order);
      await serving;
    },
    async stop() {
      isSettled = true;
      // A process that is still starting is killed too, and nobody waits for its message.
      for (const starting of [standby, serving]) starting.catch(() => {});
      await Promise.all([...children].map(killChild));
    },
  };
}
