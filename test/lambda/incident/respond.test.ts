import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { describe, expect, test } from "vitest";
import { toLinkQuery } from "../../../lambda/outbox/link.ts";
import { toSecurityHeaders } from "../../../lambda/page/document.ts";
import type { HttpResult } from "../../../lambda/shared/http.ts";
import { entry, newWabaId, payload, resetRequest, securityChange } from "../../support/builders.ts";
import { later, SENT_AT, securityEvent } from "../../support/notices.ts";
import { hold, storedAlert } from "../../support/stored-alerts.ts";
import { createMemoryWorld, type World } from "../../support/world.ts";

const MINUTE = 60_000;
const FORM_TYPE = "application/x-www-form-urlencoded";

const world = createMemoryWorld({}, { label: "Shop", repeatAfterMinutes: [5, 15] });

interface Alerted {
  readonly id: string;
  readonly phone: string;
  /** The link's query string. */
  readonly query: string;
}

/** A delivery about this number, alerted. */
async function sendAlert(
  event = "PIN_RESET_REQUEST",
  { id, phone }: Omit<Alerted, "query"> = newNumber(),
): Promise<Alerted> {
  world.clock.now += 2 * MINUTE;
  const time = Math.floor(world.clock.now / 1000);
  const change = securityChange(resetRequest({ display_phone_number: phone, event }));
  await world.deliver(payload(entry({ id, time, changes: [change] })));
  const stored = (await world.storedOf(id)).at(-1) ?? storedAlert();
  return { id, phone, query: toLinkQuery(stored) };
}

function newNumber() {
  const id = newWabaId();
  return { id, phone: `1555${id.slice(-7)}` };
}

interface Request {
  readonly method?: string;
  readonly query?: string | undefined;
  readonly form?: Record<string, string> | string;
  readonly type?: string | undefined;
  readonly sourceIp?: string | undefined;
}

/** As API Gateway hands a browser's request to the function: forms come in base64. */
function toEvent({ method = "GET", query, form, ...more }: Request) {
  const text = typeof form === "string" ? form : new URLSearchParams(form ?? {}).toString();
  const { type = FORM_TYPE, sourceIp = "203.0.113.7" } = more;
  return {
    rawPath: "/incident",
    ...(query !== undefined && { rawQueryString: query }),
    headers: { "Content-Type": "type" in more ? more.type : type },
    ...(form !== undefined && {
      body: Buffer.from(text).toString("base64"),
      isBase64Encoded: true,
    }),
    requestContext: { http: { method, ...(sourceIp !== "" && { sourceIp }) } },
  };
}

async function request(given: Request, fn: Pick<World, "send"> = world): Promise<HttpResult> {
  const result = await fn.send(toEvent(given));
  if (!result) throw new Error("The function gave no answer");
  return result;
}

function answer({ query }: Alerted, name: string, kind: string): Promise<HttpResult> {
  return request({ method: "POST", query, form: { name, answer: kind } });
}

/** The function, which does this before each of its requests to DynamoDB. */
function watching(watch: (name: string) => unknown) {
  const send = async (command: object) => {
    await watch(command.constructor.name);
    return world.dynamodb.send(command as never);
  };
  return world.functionWith({ dynamodb: { send } as never });
}

/** The function with every request to DynamoDB noted by its kind. */
function counting(seen: string[]) {
  return watching((name) => seen.push(name));
}

async function itemOf({ id }: Alerted) {
  return (await world.itemsOf(id)).at(-1);
}

async function answersOf(alerted: Alerted) {
  return (await world.storedOf(alerted.id)).at(-1)?.answers;
}

describe("an alert's link", () => {
  test("shows the alert, lets nothing in or out, and a thousand visits change nothing", async () => {
    const alerted = await sendAlert();
    world.clock.now += 12 * MINUTE;
    const before = await world.itemsOf(alerted.id);
    const seen: string[] = [];
    const fn = counting(seen);
    for (let visit = 0; visit < 1000; visit += 1) {
      const { statusCode, headers, body } = await request({ query: alerted.query }, fn);
      expect(statusCode, "the page of a link").toBe(200);
      expect(headers).toEqual({
        "content-type": "text/html; charset=utf-8",
        ...toSecurityHeaders(),
      });
      expect(body).toContain("Nobody has answered for 12 minutes");
      expect(body).toContain("<bdi>Shop</bdi>");
    }
    expect(new Set(seen), "a visit reads only").toEqual(
      new Set(["GetItemCommand", "QueryCommand"]),
    );
    expect(await world.itemsOf(alerted.id)).toEqual(before);
  });

  test("leaves its code in no log line, and not in the page", async () => {
    const alerted = await sendAlert();
    const code = new URLSearchParams(alerted.query).get("c") ?? "";
    await answer(alerted, "Ann", "planned");
    await answer(alerted, "", "planned");
    const { body } = await request({ query: alerted.query });
    expect(body).not.toContain(code);
    expect(
      world.lines.filter((line) => line.includes(code)),
      "log lines with the code",
    ).toEqual([]);
  });
});

test("a link that is no alert's gets one page, byte for byte, for one read, whatever is wrong", async () => {
  const alerted = await sendAlert();
  const { id, phone } = newNumber();
  const quiet = securityChange(resetRequest({ display_phone_number: phone, event: "PIN_CHANGED" }));
  await world.deliver(payload(entry({ id, changes: [quiet] })));
  const [item] = await world.itemsOf(id);
  const codeless = { w: id, k: item?.eventKey?.S };
  const { w, k, c = "" } = Object.fromEntries(new URLSearchParams(alerted.query));
  // The memory of the watchdog, and places for messages, are no events.
  const other = { wabaId: { S: "watchdog" }, eventKey: { S: "memory" }, incidentCode: { S: c } };
  await world.dynamodb.send(new PutItemCommand({ TableName: world.tableName, Item: other }));
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
    { w: "watchdog", k: "memory", c },
    codeless,
    { ...codeless, c: "" },
    { ...codeless, c: "undefined" },
    { w: "x".repeat(5_000), k: "y".repeat(5_000), c },
    { w: "\ud800", k: "\0", c },
  ].map((fields) => new URLSearchParams(fields as Record<string, string>).toString());
  const twice = `w=${w}&w=${w}&k=${k}&k=${k}&c=${c}`;
  const queries = [...wrong, `${alerted.query}&c=${c}`, twice, "%", "w=%ff&k=%ff&c=%ff", undefined];

  const seen: string[] = [];
  const fn = counting(seen);
  const answers = [];
  for (const query of queries) {
    answers.push(await request({ query }, fn));
    const form = { name: "A", answer: "planned" };
    answers.push(await request({ method: "POST", query, form }, fn));
  }
  expect(
    new Set(answers.map((it) => JSON.stringify(it))).size,
    "kinds of answers, by which a stranger learns nothing",
  ).toBe(1);
  expect(answers[0]?.statusCode, "a link that fits nothing").toBe(404);
  expect(seen).toEqual(answers.map(() => "GetItemCommand"));
});

test("a page is about the event alone where that has no number, or is a test", async () => {
  const aside = createMemoryWorld();
  aside.clock.now = SENT_AT + 13 * MINUTE;
  const incidentCode = "Vh3kZ0q9T4mYb7c2XwLs8Q";
  const { displayPhoneNumber: _, ...nameless } = securityEvent();
  const tested = securityEvent({ wabaId: "0", displayPhoneNumber: "16505551111", test: true });
  const both = [nameless, tested].map((event) => storedAlert({ event, incidentCode }));
  await hold(aside, ...both, storedAlert({ event: later(4, { eventKey: "other" }) }));
  for (const stored of both) {
    const { body } = await request({ query: toLinkQuery(stored) }, aside);
    const times = [...body.matchAll(/<li><time [^>]*>([^<]*)<\/time>/g)].map(([, time]) => time);
    expect(times).toEqual(["24 Nov, 03:12 UTC"]);
  }
});

describe("an answer", () => {
  test("is stored once with who, what, when and from where, announced, and leads back to the page", async () => {
    const alerted = await sendAlert();
    const { statusCode, headers, body } = await answer(alerted, "  Ann \u202eExample ", "handling");
    expect({ statusCode, body }).toEqual({ statusCode: 303, body: "" });
    expect(headers.location).toBe(`?${alerted.query}#saved`);
    expect(await answersOf(alerted)).toEqual([
      {
        name: "Ann Example",
        answer: "handling",
        at: new Date(world.clock.now).toISOString(),
        from: "203.0.113.7",
        origin: "link",
      },
    ]);
    const announced = (await world.alertsOf(alerted.id)).slice(1);
    expect(announced.map(({ document }) => document.kind)).toEqual(["acknowledged"]);
    const before = await itemOf(alerted);
    expect(await answer(alerted, "Ann Example", "handling")).toMatchObject({ headers });
    expect(await itemOf(alerted), "the same answer changes nothing").toEqual(before);
    const page = await request({ query: alerted.query });
    expect(page.body).toContain("Ann Example");
    expect(page.body).toContain("from 203.0.113.7");
  });

  test("of an unknown address says so", async () => {
    const alerted = await sendAlert();
    const form = { name: "Ann", answer: "planned" };
    await request({ method: "POST", query: alerted.query, form, sourceIp: "" });
    expect(await answersOf(alerted)).toMatchObject([{ from: "unknown" }]);
  });

  test("that comes after five others at the same time leads back to those", async () => {
    const alerted = await sendAlert();
    let hasStarted = false;
    const late = watching(async (name) => {
      if (hasStarted || name !== "UpdateItemCommand") return;
      hasStarted = true;
      for (let count = 1; count <= 5; count += 1)
        await answer(alerted, `Person ${count}`, "handling");
    });
    const form = { name: "Ann", answer: "handling" };
    const { headers } = await request({ method: "POST", query: alerted.query, form }, late);
    expect(headers.location).toBe(`?${alerted.query}#answers`);
    expect(await answersOf(alerted), "answers that are stored").toHaveLength(5);
  });

  test("that is the fifth is the last: the page says so, and who can still answer", async () => {
    const alerted = await sendAlert();
    for (const name of ["Al", "Bo", "Cy", "Di", "Ed"]) await answer(alerted, name, "handling");
    const shown = await request({ query: alerted.query });
    const sixth = await answer(alerted, "Flo", "pin-set");
    expect({ of: sixth.statusCode, answers: (await answersOf(alerted))?.length }).toEqual({
      of: 400,
      answers: 5,
    });
    const why = "Your answer was not sent. No further answer can be given here.";
    expect(shown.body).not.toContain(why);
    expect(sixth.body).toContain(why);
    for (const { body } of [shown, sixth]) {
      expect(body).toContain("This link takes no further answer: at most 5 are taken by link.");
      expect(body).toMatch(
        /npm run acknowledge -- .*--phone \d+ --as .*YOUR NAME.* --answer pin-set/,
      );
      expect(body).not.toMatch(/<form|answer here again|by its own link|of another alert/);
    }
    await sendAlert("PIN_REQUEST_SUCCESS", alerted);
    expect((await request({ query: alerted.query })).body).toContain("The link of another alert");
  });

  test("to an alert that is no longer open is stored, and ends nothing", async () => {
    const alerted = await sendAlert();
    await answer(alerted, "Ann", "planned");
    const { headers } = await answer(alerted, "Bob", "pin-set");
    expect(headers.location).toBe(`?${alerted.query}#noted`);
  });
});

describe("a form that can't be taken", () => {
  test("is answered with the page, what is wrong, and what was typed", async () => {
    const alerted = await sendAlert();
    const { statusCode, body } = await answer(alerted, "?!", "planned");
    expect(statusCode, "what is wrong with the form is said").toBe(400);
    expect(body).toContain('role="alert">Your answer was not sent. Enter your name.');
    expect(body).toContain('value="?!"');
    expect((await request({ method: "POST", query: alerted.query })).statusCode).toBe(400);
    expect(await answersOf(alerted)).toEqual([]);
  });

  const form = "name=A&answer=planned";
  const padded = (bytes: number) => `${form}&x=`.padEnd(bytes, "x");
  test.each([
    [{ type: "application/x-www-form-urlencoded; charset=UTF-8", form }, 303],
    [{ type: "Application/X-WWW-Form-URLencoded ;x", form }, 303],
    [{ type: "application/x-www-form-urlencoded2", form }, 415],
    [{ type: "text/application/x-www-form-urlencoded", form }, 415],
    [{ type: "application/json", form: '{"name":"A"}' }, 415],
    [{ type: "", form }, 415],
    [{ type: undefined, form }, 415],
    [{ form: padded(4_096) }, 303],
    [{ form: padded(4_097) }, 413],
  ])("is not read at all unless its type and size are a form's: %#", async (given, status) => {
    const { query } = await sendAlert();
    const seen: string[] = [];
    const { statusCode } = await request({ method: "POST", query, ...given }, counting(seen));
    expect(statusCode).toBe(status);
    if (status !== 303) expect(seen).toEqual([]);
  });

  // API Gateway takes HEAD for no GET route, so that the function has none either.
  test.each(["HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "get", ""])(
    "%j is no way to look or answer",
    async (method) => {
      const { query } = await sendAlert();
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

test.each(["GET", "POST"])(
  "while the table fails, %s says so on a page, and no secret is logged",
  async (method) => {
    const { query } = await sendAlert();
    const error = Object.assign(new Error(`no ${query}`), { name: "ThrottlingException" });
    const fn = watching(() => Promise.reject(error));
    const form = { name: "Ann", answer: "planned" };
    const { statusCode, body } = await request({ method, query, form }, fn);
    expect(statusCode, "a table that fails is no broken link").toBe(503);
    expect(body).toContain("Try again in a minute");
    expect(world.lastLine()).toMatchObject({
      failures: { IncidentFailed: ["ThrottlingException"] },
    });
    expect(
      world.lines.filter((line) => line.includes(query)),
      "lines with the query",
    ).toEqual([]);
  },
);

test("the page of a test delivery says that it is a test and takes no answer", async () => {
  const alerted = await sendAlert("PIN_RESET_REQUEST", { id: "0", phone: "16505551111" });
  const { body } = await request({ query: alerted.query });
  expect(body).toContain("This is a test");
  expect(body).not.toContain("No further answer");
  const refused = await answer(alerted, "Ann", "planned");
  expect(refused.statusCode).toBe(400);
  expect(refused.body).toContain("A test takes no answer.");
  expect(refused.body).not.toContain("npm run acknowledge");
});
