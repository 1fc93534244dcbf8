import { beforeEach, describe, expect, test } from "vitest";
import { entry, META_EXAMPLE, newWabaId, payload } from "../../support/builders.ts";
import { createMemoryWorld, postOf, type TestFunction } from "../../support/world.ts";

const MINUTE = 60_000;

const world = createMemoryWorld();

/** A whole minute of the clock, with room for five messages. */
beforeEach(() => {
  world.clock.now = (Math.floor(world.clock.now / MINUTE) + 2) * MINUTE;
});

/** What was written while `act` ran. */
async function linesOf(act: () => Promise<unknown>) {
  const before = world.lines.length;
  await act();
  return world.lines.slice(before).map((line) => JSON.parse(line));
}

describe("refused requests", () => {
  const unsigned = { ...postOf("{}", undefined) };
  const elsewhere = { rawPath: "/", requestContext: { http: { method: "GET" } } };

  async function flood(fn: TestFunction, event: unknown, count: number) {
    const lines = await linesOf(async () => {
      for (let times = 0; times < count; times += 1) await fn.send(event);
    });
    return lines.map((line) => line.count);
  }

  test("have a line each, thirty in a minute; then one for every hundred", async () => {
    const fn = world.functionWith({});
    expect(await flood(fn, unsigned, 30), "thirty alone").toEqual(Array(30).fill(1));
    expect(await flood(fn, unsigned, 99), "the next ones are held").toEqual([]);
    expect(await flood(fn, unsigned, 1), "a hundred in one line").toEqual([100]);
    expect(await flood(fn, unsigned, 250)).toEqual([100, 100]);
    world.clock.now += MINUTE - 1;
    expect(await flood(fn, unsigned, 1), "the minute is not over").toEqual([]);
    world.clock.now += 1;
    expect(await flood(fn, unsigned, 2), "those held are in the next line").toEqual([52, 1]);
  });

  test("for another reason have thirty lines of their own", async () => {
    const fn = world.functionWith({});
    await flood(fn, unsigned, 200);
    expect(await flood(fn, elsewhere, 31)).toEqual(Array(30).fill(1));
  });

  test("where there is no secret are folded too", async () => {
    const fn = world.functionWith({ readSecret: async () => '{"verifyToken":"t"}' });
    expect(await flood(fn, postOf("{}", `sha256=${"a".repeat(64)}`), 60)).toHaveLength(30);
  });

  test("of signed bodies that are not understood have a line each, whatever else is refused", async () => {
    const fn = world.functionWith({});
    await flood(fn, unsigned, 200);
    const lines = await linesOf(async () => {
      for (let times = 0; times < 50; times += 1) await fn.deliver("{");
    });
    expect(lines).toHaveLength(50);
    expect(lines[49]).toMatchObject({ reason: "payload", count: 1, PayloadRejected: 1 });
  });

  test("that were held are in the next tick's lines, of every reason and once", async () => {
    const fn = world.functionWith({});
    await flood(fn, unsigned, 75);
    await flood(fn, elsewhere, 33);
    const [signature, path, tick, ...others] = await linesOf(() => fn.tick());
    const { requestId } = tick;
    const held = { level: "WARN", message: "request rejected", requestId };
    expect(signature).toMatchObject({ ...held, reason: "signature malformed", count: 45 });
    expect(signature).toHaveProperty("SignatureMalformed", 45);
    expect(path).toMatchObject({ ...held, reason: "path", count: 3 });
    expect([tick.message, others]).toEqual(["outbox relayed", []]);
    expect(tick).not.toHaveProperty("counted");
    expect(await linesOf(() => fn.tick())).toMatchObject([{ message: "outbox relayed" }]);
  });
});

describe("errors of services that quote what was sent", () => {
  const [number, requester] = ["15550783881", "61555822107539"];
  const quoted = `refused: ${META_EXAMPLE} ${number} ${requester} sha256=${"a".repeat(64)}`;

  /** As services word it: in the message, the name's neighbours and the cause. */
  function quotingError(): Error {
    const cause = new Error(quoted);
    return Object.assign(new Error(quoted, { cause }), {
      name: "ValidationException",
      item: { displayPhoneNumber: number },
      $response: { body: quoted },
    });
  }
  const failing = { send: () => Promise.reject(quotingError()) } as never;

  test.each([
    ["DynamoDB, at a delivery", { dynamodb: failing }, "deliver"],
    ["SNS, at a delivery", { sns: failing }, "deliver"],
    ["Secrets Manager, delivery", { readSecret: () => Promise.reject(quotingError()) }, "deliver"],
    ["DynamoDB, at a tick", { dynamodb: failing }, "tick"],
    ["SNS, at a tick", { sns: failing }, "tick"],
    ["DynamoDB, at a visit of the incident page", { dynamodb: failing }, "visit"],
  ] as const)("leave nothing of it in any line: %s", async (_, difference, act) => {
    const fn = world.functionWith(difference);
    const lines = await linesOf(async () => {
      if (act === "deliver") await fn.deliver(META_EXAMPLE.replace("102290129340398", newWabaId()));
      if (act === "visit") await fn.send(pageRequest());
      if (act !== "tick") return;
      await world.functionWith({ sns: failing }).deliver(payload(entry()));
      world.clock.now += MINUTE;
      await fn.tick().catch(() => {});
    });
    expect(lines.length, "the failure is logged").toBeGreaterThan(0);
    const text = JSON.stringify(lines);
    for (const part of [number, requester, "refused", "whatsapp_business_account", "sha256"]) {
      expect(text, "what the error quoted").not.toContain(part);
    }
    const reason = act === "deliver" && "readSecret" in difference ? "" : "ValidationException";
    expect(text, "the error's name is enough to look for").toContain(reason);
  });

  function pageRequest() {
    const rawQueryString = `w=1&k=2&c=${"a".repeat(22)}`;
    return { rawPath: "/incident", rawQueryString, requestContext: { http: { method: "GET" } } };
  }
});
