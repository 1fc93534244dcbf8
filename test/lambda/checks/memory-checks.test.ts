import { expect, test } from "vitest";
import { runAll } from "../../../lambda/checks/check.ts";
import { toMemoryChecks } from "../../../lambda/checks/memory-checks.ts";
import type { Memory } from "../../../lambda/facts/memory.ts";
import {
  factsOf,
  HOUR_MS,
  LOOKED_AT,
  linesIn,
  memoryOf,
  toLine,
  watchedSystem,
} from "../../support/facts.ts";

type Remembered = Memory | Error | undefined;

async function look(memory: Remembered, isWatchdog = true): Promise<string> {
  const checks = toMemoryChecks(watchedSystem({ isWatchdog }), factsOf({ memory }), LOOKED_AT);
  return (await runAll(checks)).map((check) => `${check.name}: ${toLine(check)}`).join("; ");
}

test("whether the watchdog runs and can rely on its memory is said in one line each", async () => {
  const agedBy = (age: number) => memoryOf({ ranAt: LOOKED_AT - age });
  const items = Array.from({ length: 6 }, (_, index) => `account#${index}`);
  const denied = Object.assign(new Error("no"), { name: "AccessDeniedException" });
  const situations: Readonly<Record<string, Remembered>> = {
    "no run yet": undefined,
    "a known app only": agedBy(LOOKED_AT),
    "a run just now": agedBy(0),
    "a run less than 30 hours ago": agedBy(30 * HOUR_MS - 1),
    "a run 30 hours ago": agedBy(30 * HOUR_MS),
    "an item is damaged": memoryOf({ damaged: items.slice(0, 1) }),
    "six items are damaged": memoryOf({ damaged: items }),
    "it can't be read": new Error("no"),
    "it is denied": denied,
  };
  expect(await linesIn(situations, look)).toMatchSnapshot();
  expect(await look(denied, false)).toMatch(/memory: memory unknown, unread: Access denied: /);
});
