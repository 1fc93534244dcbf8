import type { ChildProcess } from "node:child_process";
import type { Moment } from "../support/aws-proxy.ts";
import { killChild, nextMessage, startChild } from "./child.ts";
import type { FunctionOrder } from "./function-process.ts";
import type { Death } from "./plan.ts";

export type Fleet = ReturnType<typeof createFleet>;

/** The function's process, again and again: as soon as one is killed the next takes over. */
export function createFleet(deaths: readonly Death[], order: FunctionOrder) {
  const children = new Set<ChildProcess>();
  let standby = prepare();
  let living: ChildProcess | undefined;
  let serving = takeOver(order);
  let requests = 0;
  let kills = 0;
  let isSettled = false;

  /** A process that has loaded everything and waits for its order. */
  async function prepare(): Promise<ChildProcess> {
    const child = startChild("function-process.ts");
    children.add(child);
    child.once("exit", () => children.delete(child));
    await nextMessage(child);
    return child;
  }

  async function takeOver(order: FunctionOrder): Promise<string> {
    const child = await standby;
    standby = prepare();
    child.send(order);
    const url = await nextMessage<string>(child);
    living = child;
    return url;
  }

  return {
    /** Where the living one listens, once it does. */
    url: () => serving,
    kills: () => kills,
    /** Takes each moment of every request: that is when processes die. */
    onMoment(moment: Moment): void {
      if (moment === "before the request") requests += 1;
      const death = deaths[kills];
      if (isSettled || !living || !death) return;
      if (requests < death.afterRequests || moment !== death.moment) return;
      living.kill("SIGKILL");
      living = undefined;
      kills += 1;
      requests = 0;
      serving = takeOver(order);
    },
    /** Kills the living one for the last time; the next serves under this order, and lives. */
    async settle(last: FunctionOrder): Promise<void> {
      isSettled = true;
      await serving;
      if (living) await killChild(living);
      serving = takeOver(last);
      await serving;
    },
    async stop(): Promise<void> {
      isSettled = true;
      // A process that is still starting is killed too, and nobody waits for its message.
      for (const starting of [standby, serving]) starting.catch(() => {});
      await Promise.all([...children].map(killChild));
    },
  };
}
