import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startWorld, type World } from "../support/world.ts";

/** JSONTestSuite and the Big List of Naughty Strings as cases; they live beside the repository. */
const FOLDER = join(import.meta.dirname, "../../../shared/corpus");

type Part = string | { readonly b64: string } | { readonly rep: string; readonly n: number };
type Range = number | readonly [number, number];

interface Expectation {
  readonly status: "2xx" | "4xx" | "any";
  readonly items: Range;
  readonly alerts: Range;
  readonly must?: readonly string[];
}

interface Case {
  readonly name: string;
  readonly why: string;
  readonly steps: readonly { readonly body: readonly Part[] }[];
  readonly anyOf: readonly Expectation[];
}

/** What a case's marks are filled with: entry id, entry time, phone number, requester. */
interface Marks {
  readonly W: string;
  readonly T: string;
  readonly P: string;
  readonly Q: string;
}

interface Observation {
  readonly statuses: readonly number[];
  readonly items: number;
  readonly alerts: number;
  readonly stored: string;
}

function toBytes(part: Part, marks: Marks): Buffer {
  if (typeof part === "string") {
    return Buffer.from(part.replace(/@([WTPQ])@/g, (_, mark: keyof Marks) => marks[mark]));
  }
  return "b64" in part ? Buffer.from(part.b64, "base64") : Buffer.from(part.rep.repeat(part.n));
}

function matches(expected: Expectation, seen: Observation): boolean {
  const { must = [] } = expected;
  return (
    seen.statuses.every((status) => isStatus(status, expected.status)) &&
    isIn(seen.items, expected.items) &&
    isIn(seen.alerts, expected.alerts) &&
    must.every((text) => seen.stored.includes(text))
  );
}

function isStatus(status: number, expected: Expectation["status"]): boolean {
  const kind = Math.floor(status / 100);
  return expected === "any" ? kind === 2 || kind === 4 : `${kind}xx` === expected;
}

function isIn(count: number, range: Range): boolean {
  const [least, most] = typeof range === "number" ? [range, range] : range;
  return least <= count && count <= most;
}

if (!existsSync(FOLDER)) {
  if (process.env.CI)
    throw new Error("The corpora of hostile bodies are missing: ../shared/corpus");
  console.warn("The corpora of hostile bodies (../shared/corpus) are absent and left out.");
}

describe.skipIf(!existsSync(FOLDER)).each(["jsontestsuite", "blns"])("the corpus %s", (corpus) => {
  let world: World;
  let marks = 0;

  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world?.stop());

  function newMarks(): Marks {
    marks += 1;
    const digits = String(marks).padStart(6, "0");
    return {
      W: `800${digits}`,
      T: String(1_700_000_000 + marks),
      P: `1555${digits}`,
      Q: `7${digits}`,
    };
  }

  async function observe({ steps }: Case): Promise<Observation> {
    const values = newMarks();
    const statuses: number[] = [];
    for (const { body } of steps) {
      const result = await world.deliver(Buffer.concat(body.map((part) => toBytes(part, values))));
      statuses.push(result?.statusCode ?? 0);
    }
    const items = await world.itemsAbout(values.W, values.P);
    const alerts = await world.alertsAbout(values.W, values.P);
    return { statuses, items: items.length, alerts: alerts.length, stored: JSON.stringify(items) };
  }

  test("passes whole", async () => {
    const cases: Case[] = JSON.parse(readFileSync(join(FOLDER, `${corpus}.json`), "utf8"));
    const failed: unknown[] = [];
    for (const hostile of cases) {
      const seen = await observe(hostile);
      if (!hostile.anyOf.some((expected) => matches(expected, seen))) {
        failed.push({ name: hostile.name, why: hostile.why, seen });
      }
    }
    expect(failed).toEqual([]);
    expect(cases.length).toBeGreaterThan(600);
  }, 120_000);
});
