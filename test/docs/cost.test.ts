import { expect, test } from "vitest";
import { startWorld } from "../support/world.ts";
import { reckonIdleMonth, sum, toTable } from "./cost.ts";
import { expectGenerated } from "./generated.ts";
import { LIMIT } from "./prices.ts";

/** The metrics that a tick reports when nothing is pending. */
async function findIdleMetrics(): Promise<string[]> {
  const world = await startWorld();
  await world.tick();
  const line = world.lastLine() as {
    _aws: { CloudWatchMetrics: { Metrics: { Name: string }[] }[] };
  };
  await world.stop();
  return line._aws.CloudWatchMetrics.flatMap(({ Metrics }) => Metrics.map(({ Name }) => Name));
}

test("an idle month costs what the document says, and not more than its limit", async () => {
  const lines = reckonIdleMonth(await findIdleMetrics());
  expectGenerated("infra/README.md", "idle month", toTable(lines));
  expect(sum(lines.filter(({ item }) => item !== "dashboard"))).toBeLessThanOrEqual(LIMIT);
});
