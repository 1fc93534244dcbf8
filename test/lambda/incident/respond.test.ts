import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { toStoredAlert } from "../../../lambda/event/stored-alert.ts";
import { toLinkQuery } from "../../../lambda/outbox/link.ts";
import type { HttpResult } from "../../../lambda/shared/http.ts";
import { entry, newWabaId, payload, resetRequest, securityChange } from "../../support/builders.ts";
import { startWorld, type World } from "../../support/world.ts";

const MINUTE = 60_000;
const FORM_TYPE = "application/x-www-form-urlencoded";

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

interface Told {
  readonly id: string;
  readonly phone: string;
  /** The link's query string. */
  readonly query: string;
}

/** A delivery about this number, alerted. */
async function tell(
  event: string,
  { id, phone }: Omit<Told, "query"> = newNumber(),
): Promise<Told> {
  world.clock.now += 2 * MINUTE;
  const time = Math.floor(world.clock.now / 1000);
  const change = securityChange(resetRequest({ display_phone_number: phone, event }));
  await world.deliver(payload(entry({ id, time, changes: [change] })));
  const item = (await world.itemsOf(id)).at(-1) ?? {};
  return { id, phone, query: toLinkQuery(toStoredAlert(item)) };
}

function newNumber() {
  const id = newWabaId();
  return { id, phone: `1555${id.slice(-7)}` };
}

interface Request {
  readonly method?: string;
  readonly query?: string;
  readonly form?: Record<string, string> | string;
  readonly type?: string;
}

/** As API Gateway hands a browser's request to the function: forms come in base64. */
function toEvent({ method = "GET", query = "", form, type = FORM_TYPE }: Request) {
  const text = typeof form === "string" ? form : new URLSearchParams(form ?? {}).toString();
  return {
    rawPath: "/incident",
    rawQueryString: query,
    headers: { "Content-Type": type },
    ...(form !== undefined && {
      body: Buffer.from(text).toString("base64"),
      isBase64Encoded: true,
    }),
    requestContext: { http: { method, sourceIp: "203.0.113.7" } },
  };
}

async function request(given: Request, fn: Pick<World, "send"> = world): Promise<HttpResult> {
  const result = await fn.send(toEvent(given));
  if (!result) throw new Error("The function gave no answer");
  return result;
}

function answer({ query }: Told, name: string, kind: string): Promise<HttpResult> {
  return request({ method: "POST", query, form: { name, answer: kind } });
}

/** The function with every request to DynamoDB noted by its kind. */
function counting(seen: string[]) {
  const dynamodb = {
    send(command: object) {
      seen.push(command.constructor.name);
      return world.dynamodb.send(command as never);
    },
  } as unknown as DynamoDBClient;
  return world.functionWith({ dynamodb });
}

async function itemOf({ id }: Told) {
  return (await world.itemsOf(id)).at(-1);
}

describe("an alert's link", () => {
  test("shows the alert, and a thousand visits change nothing", async () => {
    const told = await tell("PIN_RESET_REQUEST");
    const before = await world.itemsOf(told.id);
    const seen: string[] = [];
    const fn = counting(seen);
    for (let visit = 0; visit < 1000; visit += 1) {
      const page = await request({ query: told.query }, fn);
      expect(page.statusCode, "the page of a link").toBe(200);
    }
    expect(new Set(seen), "a visit reads only").toEqual(
      new Set(["GetItemCommand", "QueryCommand"]),
    );
    expect(await world.itemsOf(told.id)).toEqual(before);
  });

  test("is answered with headers that let nothing in and nothing out", async () => {
    const { query } = await tell("PIN_RESET_REQUEST");
    const { headers } = await request({ query });
    expect(headers).toMatchObject({
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": expect.stringMatching(
        /^default-src 'none'; form-action 'self'; style-src 'sha256-[\w+/]{43}='; frame-ancestors 'none'; base-uri 'none'$/,
      ),
      "referrer-policy": "no-referrer",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
    });
  });

  test("leaves its code in no log line, and not in the page", async () => {
    const told = await tell("PIN_RESET_REQUEST");
    const code = new URLSearchParams(told.query).get("c") ?? "";
    expect(code).toMatch(/^[\w-]{22}$/);
    await answer(told, "Ann", "planned");
    await answer(told, "", "planned");
    const { body } = await request({ query: told.query });
    expect(body).not.toContain(code);
    expect(
      world.lines.filter((line) => line.includes(code)),
      "log lines with the code",
    ).toEqual([]);
  });
});

describe("a link that is not an alert's", () => {
  test("gets one page, byte for byte, for one read, whatever is wrong with it", async () => {
    const told = await tell("PIN_RESET_REQUEST");
    const quiet = await tellQuietly();
    const { w, k, c } = Object.fromEntries(new URLSearchParams(told.query));
    const wrong = [
      {},
      { w, k },
      { w, k, c: "" },
      { w, k, c: `${c}A` },
      { w, k, c: "A".repeat(22) },
      { w, c, k: "0000000000000000#0000000000000000" },
      { w: "1", k, c },
      { w: "", k: "", c },
      { w: "pace", k: "single", c: "" },
      { w: quiet.wabaId, k: quiet.eventKey, c: "" },
      { w: "x".repeat(5_000), k: "y".repeat(5_000), c },
      { w: "\ud800", k: "\0", c },
    ].map((fields) => new URLSearchParams(fields as Record<string, string>).toString());
    const queries = [...wrong, `${told.query}&c=${c}`, "%", "w=%ff&k=%ff&c=%ff"];

    const seen: string[] = [];
    const fn = counting(seen);
    const answers = [];
    for (const query of queries) {
      answers.push(await request({ query }, fn));
      answers.push(
        await request({ method: "POST", query, form: { name: "A", answer: "planned" } }, fn),
      );
    }
    expect(
      new Set(answers.map((it) => JSON.stringify(it))).size,
      "kinds of answers, by which a stranger learns nothing",
    ).toBe(1);
    expect(answers[0]?.statusCode, "a link that fits nothing").toBe(404);
    expect(seen).toEqual(answers.map(() => "GetItemCommand"));
  });

  /** An event that alerts nobody, so that it has no code. */
  async function tellQuietly() {
    const { id, phone } = newNumber();
    const change = securityChange(
      resetRequest({ display_phone_number: phone, event: "PIN_CHANGED" }),
    );
    await world.deliver(payload(entry({ id, changes: [change] })));
    const [item] = await world.itemsOf(id);
    return { wabaId: item?.wabaId?.S ?? "", eventKey: item?.eventKey?.S ?? "" };
  }
});

describe("an answer", () => {
  test("is stored with who, what, when and from where, and leads back to the page", async () => {
    const told = await tell("PIN_RESET_REQUEST");
    const { statusCode, headers, body } = await answer(told, "  Ann \u202eExample ", "handling");
    expect({ statusCode, body }).toEqual({ statusCode: 303, body: "" });
    expect(headers.location).toBe(`?${told.query}#saved`);
    expect((await itemOf(told))?.answers?.L?.map(({ M }) => M)).toEqual([
      {
        name: { S: "Ann Example" },
        answer: { S: "handling" },
        at: { S: new Date(world.clock.now).toISOString() },
        from: { S: "203.0.113.7" },
        origin: { S: "link" },
      },
    ]);
    const page = await request({ query: told.query });
    expect(page.body).toContain("Ann Example");
    expect(page.body).toContain("from 203.0.113.7");
  });

  test("sent again changes nothing", async () => {
    const told = await tell("PIN_RESET_REQUEST");
    await answer(told, "Ann", "planned");
    await world.tick();
    const before = await itemOf(told);
    world.clock.now += MINUTE;
    expect((await answer(told, "Ann", "planned")).statusCode).toBe(303);
    expect(await itemOf(told)).toEqual(before);
  });

  test("ends the repeats and is announced once", async () => {
    const told = await tell("PIN_RESET_REQUEST");
    await answer(told, "Ann Example", "planned");
    expect(await world.alertsOf(told.id), "announced at once").toHaveLength(2);
    for (let tick = 0; tick < 4; tick += 1) {
      await world.tick();
      world.clock.now += 20 * MINUTE;
    }
    const messages = await world.alertsOf(told.id);
    expect(messages, "the alert and one announcement").toHaveLength(2);
    expect(messages.at(-1)?.email).toContain("Ann Example");
  });

  test("counts for every open alert of the number", async () => {
    const first = await tell("PIN_RESET_REQUEST");
    const second = await tell("PIN_REQUEST_SUCCESS", first);
    await answer(first, "Ann", "pin-set");
    for (const { query } of [first, second]) {
      expect((await request({ query })).body).toContain("<strong><bdi>Ann</bdi></strong>");
    }
  });

  test("is added to earlier ones until there are five by link", async () => {
    const told = await tell("PIN_RESET_REQUEST");
    for (let count = 1; count <= 5; count += 1) await answer(told, `Person ${count}`, "handling");
    const sixth = await answer(told, "Person 6", "handling");
    expect(sixth.statusCode, "the sixth answer is refused").toBe(400);
    expect((await itemOf(told))?.answers?.L, "answers that are stored").toHaveLength(5);
  });

  test.each(["planned", "handling", "pin-set", "moved"])(
    "%s is taken of every alert",
    async (kind) => {
      for (const event of ["PIN_RESET_REQUEST", "PIN_REQUEST_SUCCESS"]) {
        expect((await answer(await tell(event), "Ann", kind)).statusCode).toBe(303);
      }
    },
  );

  test("to an alert that is no longer open is stored, and ends nothing", async () => {
    const told = await tell("PIN_RESET_REQUEST");
    await answer(told, "Ann", "planned");
    const { headers } = await answer(told, "Bob", "pin-set");
    expect(headers.location).toBe(`?${told.query}#noted`);
  });
});

describe("handling", () => {
  test("pauses the repeats for 60 minutes, then the alert repeats once, at two ticks at once", async () => {
    const told = await tell("PIN_RESET_REQUEST");
    await answer(told, "Ann Example", "handling");
    expect(await world.alertsOf(told.id), "the alert and the announcement").toHaveLength(2);
    world.clock.now += 59 * MINUTE;
    await world.tick();
    expect(await world.alertsOf(told.id), "no repeat in the pause").toHaveLength(2);
    world.clock.now += 2 * MINUTE;
    await Promise.all([world.tick(), world.tick()]);
    expect(await world.alertsOf(told.id), "one repeat").toHaveLength(3);
    expect((await itemOf(told))?.alert).toEqual({ S: "open" });
  });
});

describe("the link of an alert that was ended three months ago", () => {
  test("leaves a new alert of the number open", async () => {
    const old = await tell("PIN_RESET_REQUEST");
    await answer(old, "Ann", "planned");
    world.clock.now += 90 * 24 * 60 * MINUTE;
    const fresh = await tell("PIN_REQUEST_SUCCESS", old);
    expect((await answer(old, "Mallory", "pin-set")).statusCode).toBe(400);
    expect((await itemOf(fresh))?.alert).toEqual({ S: "open" });
    expect((await itemOf(fresh))?.answers).toBeUndefined();
  });
});

describe("the link of an alert in whose place a newer one is repeated", () => {
  test("shows who answered the newer one", async () => {
    const older = await tell("PIN_RESET_REQUEST");
    const newer = await tell("PIN_RESET_REQUEST", older);
    world.clock.now += 6 * MINUTE;
    await world.tick();
    expect((await request(older)).body, "superseded").toContain("Nobody has answered for");
    await answer(newer, "Ann Example", "handling");
    const { body } = await request(older);
    expect(body, "who answered").toContain("Ann Example");
    expect(body, "and not that nobody did").not.toContain("Nobody has answered");
  });
});

describe("a form that can't be taken", () => {
  test("is answered with the page, what is wrong, and what was typed", async () => {
    const told = await tell("PIN_RESET_REQUEST");
    const { statusCode, body } = await answer(told, "?!", "planned");
    expect(statusCode, "what is wrong with the form is said").toBe(400);
    expect(body).toContain('role="alert">Your answer was not sent. Enter your name.');
    expect(body).toContain('value="?!"');
    expect((await itemOf(told))?.answers).toBeUndefined();
  });

  test.each([
    ["another type", { type: "application/json", form: '{"name":"A"}' }, 415],
    ["no type", { type: "", form: "name=A&answer=planned" }, 415],
    ["too many bytes", { form: `name=${"x".repeat(4_096)}` }, 413],
    [
      "a type with a charset",
      { type: `${FORM_TYPE}; charset=UTF-8`, form: "name=A&answer=planned" },
      303,
    ],
  ])("is not read at all: %s", async (_what, given, status) => {
    const { query } = await tell("PIN_RESET_REQUEST");
    const seen: string[] = [];
    const { statusCode } = await request({ method: "POST", query, ...given }, counting(seen));
    expect(statusCode).toBe(status);
    if (status !== 303) expect(seen).toEqual([]);
  });

  // API Gateway takes HEAD for no GET route, so that the function has none either.
  test.each(["HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"])(
    "%s is no way to look or answer",
    async (method) => {
      const { query } = await tell("PIN_RESET_REQUEST");
      const seen: string[] = [];
      const given = { method, query, form: "name=A&answer=planned" };
      const { statusCode, headers } = await request(given, counting(seen));
      expect({ statusCode, allow: headers.allow, seen }).toEqual({
        statusCode: 405,
        allow: "GET, POST",
        seen: [],
      });
    },
  );
});

describe("while the table fails", () => {
  test.each(["GET", "POST"])("%s says so on a page, and no secret is logged", async (method) => {
    const { query } = await tell("PIN_RESET_REQUEST");
    const dynamodb = { send: () => Promise.reject(new Error(`no ${query}`)) } as never;
    const fn = world.functionWith({ dynamodb });
    const form = { name: "Ann", answer: "planned" };
    const { statusCode, body } = await request({ method, query, form }, fn);
    expect(statusCode, "a table that fails is no broken link").toBe(503);
    expect(body).toContain("Try again in a minute");
    expect(
      world.lines.filter((line) => line.includes(query)),
      "log lines with the query",
    ).toEqual([]);
  });
});

describe("the page of a test delivery", () => {
  test("says that it is a test and takes no answer", async () => {
    const told = await tell("PIN_RESET_REQUEST", { id: "0", phone: "16505551111" });
    const { body } = await request({ query: told.query });
    expect(body).toContain("This is a test");
    expect((await answer(told, "Ann", "planned")).statusCode).toBe(400);
  });
});
