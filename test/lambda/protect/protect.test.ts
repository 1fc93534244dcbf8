import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { GraphError } from "../../../lambda/meta/graph-error.ts";
import { announce } from "../../../lambda/protect/announce.ts";
import { isGuessable, newPin } from "../../../lambda/protect/new-pin.ts";
import type { ProtectResult } from "../../../lambda/protect/result.ts";
import { createInvocationMetrics } from "../../../lambda/shared/invocation-metrics.ts";
import { PROTECT } from "../../../lambda/shared/names.ts";
import { answersOf, storedAlert } from "../../support/stored-alerts.ts";
import { createProtectWorld, FAULTS, type Fault, type ProtectWorld } from "./world.ts";

/** The faults of a run's requests, in order. */
function toSchedule(faults: readonly Fault[]) {
  const left = [...faults];
  return () => left.shift() ?? "none";
}

/** What must hold after every run, whatever happened to its requests. */
async function expectTruth(world: ProtectWorld, before: string, result: ProtectResult | undefined) {
  const { meta, stored, claims } = world;
  const version = stored.lastIndexOf(meta.pin) + 1;
  expect(meta.pin === "before" || version > 0, "Meta's PIN is among the stored ones").toBe(true);
  expect((await claims.readKnown("15550783881")).possible, "it is known to be").toContain(version);
  for (const pin of stored) expect(JSON.stringify(result ?? "")).not.toContain(pin);
  const { state, answers } = world.alert();
  expect([state, answers > 0]).toEqual(answers > 0 ? ["acknowledged", true] : ["open", false]);
  if (answers > 0) expect(meta.isOn, "an answer says that it is protected, so it is").toBe(true);
  if (!result) return;
  if (result.version !== undefined) expect(result.version).toBe(version);
  if (result.outcome === "protected") expect([meta.isOn, state]).toEqual([true, "acknowledged"]);
  if (["refused", "busy"].includes(result.outcome)) expect(meta.pin).toBe(before);
}

const SCHEDULE = fc.array(fc.constantFrom(...FAULTS, "none", "none", "none"), { maxLength: 14 });

test("a PIN that Meta may have is never lost, nothing untrue is said, and a further run heals", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(SCHEDULE, { minLength: 1, maxLength: 3 }), async (schedules) => {
      const world = await createProtectWorld();
      for (const faults of schedules) {
        const before = world.meta.pin;
        await expectTruth(world, before, await world.run(toSchedule(faults as Fault[])));
        world.clock.now += PROTECT.claimSeconds * 1000;
      }
      const last = await world.run();
      expect(last?.outcome).toBe("protected");
      await expectTruth(world, "", last);
    }),
    { numRuns: 400, seed: 17 },
  );
});

test("a run that cannot end its claim is believed as long as the claim lasts", async () => {
  const world = await createProtectWorld();
  const isAtEnd = () => world.requests.at(-2) === "GET /7";
  expect((await world.run(() => (isAtEnd() ? "refused" : "none")))?.outcome).toBe("protected");
});

describe("a run that is suspended for longer than its claim", () => {
  const MINUTES = 3 * 60_000;
  const LATER = { newToken: () => "later" };

  /** Stands still at this request, while another run goes through. */
  function suspendedAt(request: string, world: ProtectWorld) {
    return async (name: string) => {
      if (name !== request) return "none" as const;
      world.clock.now += MINUTES;
      expect((await world.run(undefined, LATER))?.outcome).toBe("protected");
      return "none" as const;
    };
  }

  test("sends nothing, where it has not sent its PIN", async () => {
    const world = await createProtectWorld();
    const result = await world.run(suspendedAt("PutParameter", world));
    expect(result?.outcome).toBe("refused");
    expect(result?.sentence).toMatch(/took too long, and another one may have begun: run it again/);
    expect(world.meta.pin).toBe(world.stored[0]);
    await expectTruth(world, world.meta.pin, result);
  });

  test("sends nothing late, even where no other run has begun", async () => {
    const world = await createProtectWorld();
    const result = await world.run((name) => {
      if (name === "PutParameter") world.clock.now += (PROTECT.claimSeconds - 10) * 1000;
      return "none";
    });
    expect([result?.outcome, world.meta.pin]).toEqual(["refused", "before"]);
    expect(world.requests).not.toContain("POST /7");
    expect((await world.run())?.outcome).toBe("protected");
  });

  test.each(["POST /7", "GET /7"])(
    "at %s says so, and its version is among those that the PIN can be",
    async (request) => {
      const world = await createProtectWorld();
      const result = await world.run(suspendedAt(request, world));
      expect(result).toMatchObject({ outcome: "doubtful" });
      expect(result?.sentence).toContain("another one may have set a PIN meanwhile");
      const { possible } = await world.claims.readKnown("15550783881");
      expect(possible.toSorted()).toEqual([1, 2]);
      const last = await world.run();
      expect(last).toMatchObject({ outcome: "protected", version: 3 });
      await expectTruth(world, "", last);
    },
  );

  test("and wakes while the next one is under way: neither is certain", async () => {
    const world = await createProtectWorld();
    const wakes = Promise.withResolvers<void>();
    const first = world.run(async (name) => {
      if (name === "POST /7") await wakes.promise;
      return "none" as const;
    });
    while (!world.requests.includes("POST /7")) await new Promise(setImmediate);
    world.clock.now += MINUTES;
    const second = await world.run(async (name) => {
      if (name !== "GET /7") return "none" as const;
      wakes.resolve();
      await first;
      return "none" as const;
    }, LATER);
    expect([(await first)?.outcome, second?.outcome]).toEqual(["doubtful", "doubtful"]);
    expect(world.meta.pin).toBe(world.stored[0]);
    await expectTruth(world, world.meta.pin, second);
  });
});

/** What a run says, in one line: `protected, version 1: A new PIN is set.` */
function toLine(result: ProtectResult | undefined): string {
  const { outcome, version, sentence } = result ?? {};
  return `${outcome}${version === undefined ? "" : `, version ${version}`}: ${sentence}`;
}

describe("a run says", () => {
  const hang = (name: string) => (name === "POST /7" ? "hangs" : "none");

  test("that all is well, by the account of the number's last event", async () => {
    const world = await createProtectWorld();
    expect(toLine(await world.run())).toMatchSnapshot();
    expect(world.requests.join(", ")).toMatchSnapshot();
  });

  test("which versions the PIN can be, once Meta has not said whether it took one", async () => {
    const world = await createProtectWorld();
    const results = [await world.run(hang), await world.run(hang), await world.run()];
    for (let run = 0; run < 4; run += 1) results.push(await world.run(hang));
    results.push(await world.run());
    world.meta.refusal = new GraphError("no", 133016);
    results.push(await world.run());
    expect(results.map(toLine)).toMatchSnapshot();
  });

  test("who else is at it, and for how long at most", async () => {
    const world = await createProtectWorld();
    await world.run((name) => (name === "POST /7" ? "killed" : "none"));
    expect(toLine(await world.run())).toMatchSnapshot();
  });

  test("that Meta refused the PIN, or does not say that it is on", async () => {
    const { run, meta, alert } = await createProtectWorld();
    meta.refusal = new GraphError("no", 368);
    const refused = await run();
    delete meta.refusal;
    const off = await run((name) => {
      if (name === "GET /7") meta.isOn = false;
      return "none";
    });
    const unasked = await run((name) => (name === "GET /7" ? "hangs" : "none"));
    expect(alert()).toEqual({ state: "open", answers: 0 });
    meta.isOn = undefined;
    expect([refused, off, unasked, await run()].map(toLine)).toMatchSnapshot();
  });

  test.each([
    ["all are informed where the alert itself is still to come", { alert: "pending" }, 1],
    ["nobody is informed where no alert of the number is stored", "none", 0],
    ["nobody is informed where no alert takes an answer", { answers: answersOf(50) }, 50],
  ] as const)("that %s", async (_, alert, answers) => {
    const world = await createProtectWorld(alert);
    expect(toLine(await world.run())).toMatchSnapshot();
    expect(world.alert().answers).toBe(answers);
  });

  test("how to answer, where the answer could not be stored", async () => {
    const world = await createProtectWorld();
    const isLast = () => world.requests.filter((name) => name === "UpdateItemCommand").length > 3;
    const result = await world.run(() => (isLast() ? "refused" : "none"));
    expect(toLine(result)).toMatchSnapshot();
  });

  test("that the number is in no account of the token", async () => {
    const world = await createProtectWorld();
    const waba = "102290129340399";
    const lists = [[], [waba], Array(5).fill(waba), Array(7).fill(waba)];
    const results = [];
    for (const wabaIds of lists) results.push(await world.run(undefined, { wabaIds }));
    const lost = (name: string) => (name.endsWith("/phone_numbers") ? "hangs" : "none");
    results.push(await world.run(lost));
    expect(results.map(toLine)).toMatchSnapshot();
    expect(world.stored).toEqual([]);
  });
});

test("an answer that others have left no place for is not announced", async () => {
  const full = storedAlert({ answers: answersOf(50) });
  const table = { numberHistory: async () => [storedAlert()], find: async () => full };
  const deps = { alerts: { table, answers: { append: async () => false } } };
  const request = { number: "15550783881", name: "Ann" };
  const metrics = createInvocationMetrics();
  expect(await announce(request, 0, { ...deps, metrics })).toBe("full");
});

describe("a new PIN", () => {
  test("has six digits, and is none that somebody would try first", () => {
    const numbers = [7, 123456, 111111, 121212, 120390, 902137];
    expect(newPin(() => numbers.shift() ?? 0)).toBe("902137");
    expect(newPin()).toMatch(/^\d{6}$/);
  });

  test.each(
    "000000 111112 456456 121212 012345 890123 654321 135791 311299 123199 991231".split(" "),
  )("is not %s", (pin) => {
    expect(isGuessable(pin)).toBe(true);
  });

  test("can be nine of ten", () => {
    const all = Array.from({ length: 1_000_000 }, (_, number) => String(number).padStart(6, "0"));
    expect(all.filter(isGuessable).length).toBeLessThan(110_000);
  });
});
