import { describe, expect, test } from "vitest";
import { findAlertOf } from "../../../infra/commands/acknowledge/find.ts";
import { toStates } from "../../../infra/commands/history/state.ts";
import type { Deployment } from "../../../infra/deployment/deployment.ts";
import { runAll } from "../../../lambda/checks/check.ts";
import { toEventChecks } from "../../../lambda/checks/event-checks.ts";
import { toHeadline } from "../../../lambda/checks/headlines.ts";
import { toOverview } from "../../../lambda/checks/overview.ts";
import type { AnswerKind } from "../../../lambda/event/answer.ts";
import { acknowledge } from "../../../lambda/incident/acknowledge.ts";
import { createAnswerTable } from "../../../lambda/incident/answer-table.ts";
import { readHistory } from "../../../lambda/numbers/history.ts";
import { createEventTable } from "../../../lambda/outbox/event-table.ts";
import { toLinkQuery } from "../../../lambda/outbox/link.ts";
import { toOverviewParts } from "../../../lambda/page/overview-parts.ts";
import { createInvocationMetrics } from "../../../lambda/shared/invocation-metrics.ts";
import { DEFAULT_ALERT_EVENTS } from "../../../lambda/shared/names.ts";
import { toReport } from "../../../lambda/watchdog/report.ts";
import { entry, newWabaId, payload, resetRequest, securityChange } from "../../support/builders.ts";
import { factsOf, watchedSystem } from "../../support/facts.ts";
import { storedAlert } from "../../support/stored-alerts.ts";
import { createMemoryWorld, visitOf } from "../../support/world.ts";

/**
 * What different parts of the system once said differently of one number, each with the one truth
 * that every part says now: by the whole application on a table in memory.
 */
const world = createMemoryWorld({}, { alertEvents: DEFAULT_ALERT_EVENTS });
const { dynamodb, tableName } = world;
const client = { client: dynamodb, tableName };
const table = createEventTable(client);

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const [REQUESTED, OFF, SET] = ["PIN_RESET_REQUEST", "PIN_REQUEST_SUCCESS", "PIN_CHANGED"];
const IS_OFF = "Two-step verification is off.";

/** A number of its own, and what Meta sends about it, each a minute after the one before. */
function newNumber() {
  const id = newWabaId();
  const phone = `1555${id.slice(-7)}`;
  const alerts = () => world.storedOf(id);
  async function deliver(event: string | undefined, difference: Record<string, unknown> = {}) {
    world.clock.now += MINUTE;
    const { time = Math.floor(world.clock.now / 1000), ...value } = difference;
    const change = securityChange(resetRequest({ display_phone_number: phone, event, ...value }));
    await world.deliver(payload(entry({ id, time, changes: [change] })));
    return toLinkQuery((await alerts()).at(-1) ?? storedAlert());
  }
  const states = async () => (await alerts()).map(({ alert }) => alert);
  return { id, phone, deliver, alerts, states, messages: () => world.alertsOf(id) };
}

async function request(link: string, form?: Record<string, string>) {
  const result = await world.send(visitOf(link, form));
  if (!result) throw new Error("The function gave no answer");
  return result;
}

const show = async (link: string) => (await request(link)).body;

/** What a page says before ids and times of its own event: title, state, steps and answers. */
function toHead(page: string): string {
  return page.slice(page.indexOf("<header"), page.indexOf('<div class="more">'));
}

/** A minute after what was before. */
function answer(link: string, name: string, kind: AnswerKind) {
  world.clock.now += MINUTE;
  return request(link, { name, answer: kind });
}

/** As `npm run acknowledge` does; returns what came of it. */
async function operate(phone: string, kind: AnswerKind, minutesAhead = 0) {
  world.clock.now += MINUTE;
  const at = new Date(world.clock.now + minutesAhead * MINUTE).toISOString();
  const deployment = { dynamodb, tableName } as Deployment;
  const [id] = await findAlertOf(deployment, phone, kind === "reopen");
  const stored = id && (await table.find(id));
  if (!stored) return "nothing found";
  const answers = createAnswerTable({ ...client, retentionDays: "unknown" });
  const given = { name: "Olga", answer: kind, at, from: "terminal", origin: "terminal" } as const;
  const deps = { table, answers };
  const { outcome } = await acknowledge(stored, given, deps, createInvocationMetrics());
  return outcome;
}

/** What status, history, widget, overview, report and mails say of a number. */
async function see(phone: string) {
  const at = world.clock.now;
  const all = await readHistory({ dynamodb, tableName });
  const history = all.filter(({ event }) => event.displayPhoneNumber === phone);
  const checks = await runAll(toEventChecks(watchedSystem(), factsOf({ history }), at));
  const nobody = { alertSubscribers: [], operationsSubscribers: undefined, lastTest: undefined };
  const overview = toOverview({ at, checks, history, pins: [], numberLabels: {}, ...nobody });
  return {
    state: toStates(history, [])[0],
    number: overview.numbers[0],
    headline: toHeadline(overview),
    report: toReport(overview, ""),
    rows: toOverviewParts({ overview, toNumber: (number) => number }).markup,
    checks: new Map(checks.map((check) => [check.id, check])),
  };
}

async function later(milliseconds: number) {
  world.clock.now += milliseconds;
  await world.tick();
}

test("a reset request after a completed reset hides it in no view: the number is unprotected, and the completed reset repeats", async () => {
  const { phone, deliver, messages } = newNumber();
  const links = [await deliver(REQUESTED), await deliver(OFF), await deliver(REQUESTED)];
  await later(6 * MINUTE);
  const { state, report, rows, headline } = await see(phone);
  expect(state).toMatchObject({ state: "UNPROTECTED", sentence: IS_OFF });
  for (const view of [report, rows, headline]) expect(view).toContain("UNPROTECTED");
  for (const link of links) {
    const page = await show(link);
    expect(page).toContain(IS_OFF);
    expect(page).toContain('value="pin-set"');
  }
  const repeats = (await messages()).slice(3);
  expect(repeats.map(({ document }) => document)).toMatchObject([{ event: OFF, repeat: 1 }]);
  expect(repeats[0]?.email).toContain(IS_OFF);
});

describe("who is handling an alert", () => {
  test("ends nothing: after 60 minutes it repeats, once, at two ticks at once", async () => {
    const { phone, deliver, states, messages } = newNumber();
    await answer(await deliver(REQUESTED), "Ann", "handling");
    const { headline, checks } = await see(phone);
    expect(headline).toMatch(/^1 reset being handled by Ann since \d\d:\d\d UTC/);
    expect(headline).not.toContain("well");
    await later(59 * MINUTE);
    expect(await messages(), "the alert and the announcement").toHaveLength(2);
    expect(checks.get("incidents")?.message).toContain("1 number with an alert");
    world.clock.now += 2 * MINUTE;
    await Promise.all([world.tick(), world.tick()]);
    const [repeat, ...others] = (await messages()).slice(2);
    expect(others).toEqual([]);
    expect(repeat?.email).toMatch(
      /"Ann" said at .* I am handling it\. Nobody has said that it is\s+over/,
    );
    expect(await states()).toEqual(["open"]);
  });

  test("of a request handles no completed reset after it: page and repeat say so", async () => {
    const { deliver, messages } = newNumber();
    const link = await deliver(REQUESTED);
    await answer(link, "Ann", "handling");
    await deliver(OFF);
    await later(6 * MINUTE);
    const repeat = (await messages()).at(-1);
    expect(repeat?.document).toMatchObject({ event: OFF, repeat: 1 });
    for (const view of [await show(link), repeat?.email]) {
      expect(view).toContain("Nobody has answered for");
    }
  });

  test("has said so again where it was said after another answer", async () => {
    const { deliver, alerts } = newNumber();
    const link = await deliver(REQUESTED);
    const said = ["handling", "pin-set", "handling"] as const;
    for (const kind of said) await answer(link, "Ann", kind);
    expect((await alerts())[0]?.answers.map((each) => each.answer)).toEqual(said);
  });
});

describe("an alert's link", () => {
  test("that was answered three months ago leaves a new alert open", async () => {
    const { deliver, states, alerts } = newNumber();
    const old = await deliver(REQUESTED);
    await answer(old, "Ann", "planned");
    world.clock.now += 90 * 24 * HOUR;
    await deliver(OFF);
    expect((await answer(old, "Mallory", "pin-set")).statusCode).toBe(400);
    expect(await states()).toEqual(["acknowledged", "open"]);
    expect((await alerts())[1]?.answers).toEqual([]);
  });

  test("that is used up leaves the terminal able to answer and to open again", async () => {
    const { phone, deliver, states } = newNumber();
    const link = await deliver(REQUESTED);
    for (let person = 1; person <= 5; person += 1) await answer(link, `P ${person}`, "planned");
    expect((await answer(link, "P 6", "planned")).statusCode).toBe(400);
    expect(await operate(phone, "reopen")).toBe("added");
    expect(await states()).toEqual(["open"]);
    expect(await operate(phone, "pin-set")).toBe("added");
    expect(await states()).toEqual(["acknowledged"]);
  });

  test("makes no number protected: what it says is a claim until it is confirmed", async () => {
    const { phone, deliver } = newNumber();
    await answer(await deliver(OFF), "Mallory", "pin-set");
    const { number, headline, checks } = await see(phone);
    expect(number?.sentence).toBe(`${IS_OFF} Mallory says that the PIN is set (not confirmed).`);
    expect(headline).toContain("UNPROTECTED");
    expect(checks.get("numbers")?.state).toBe("failed");
    await operate(phone, "pin-set");
    const confirmed = await see(phone);
    expect(confirmed.number).toMatchObject({ state: "protected", says: "Olga" });
    expect(confirmed.checks.get("numbers")?.state).toBe("ok");
  });
});

test("an alert's link shows what was answered by another link of the incident, also in its place", async () => {
  const { deliver, states } = newNumber();
  const first = await deliver(REQUESTED);
  const second = await deliver(OFF);
  await later(6 * MINUTE);
  expect(await states()).toEqual(["superseded", "open"]);
  expect(await show(first)).toContain("Nobody has answered for");
  await answer(first, "Ann", "handling");
  await answer(second, "Bob", "pin-set");
  expect(toHead(await show(first))).toBe(toHead(await show(second)));
  expect(await show(first)).toMatch(/Bob said at .*: the PIN is set again \(not confirmed\)/);
});

test("an operator's answer to two open alerts is announced once, and both leave the outbox", async () => {
  const { id, phone, deliver, states, messages } = newNumber();
  for (let alerts = 0; alerts < 2; alerts += 1) await deliver(REQUESTED);
  expect(await operate(phone, "planned")).toBe("added");
  for (let ticks = 0; ticks < 3; ticks += 1) await later(MINUTE);
  const kinds = (await messages()).map(({ document }) => document.kind);
  expect(kinds).toEqual(["alert", "alert", "acknowledged"]);
  expect(await states()).toEqual(["acknowledged", "acknowledged"]);
  expect((await world.itemsOf(id)).filter(({ outbox }) => outbox)).toEqual([]);
});

test("an alert that nobody answered in 48 hours is answered by the command that status prints, and then all is well", async () => {
  const { phone, deliver, states, messages } = newNumber();
  await deliver(REQUESTED);
  for (let hour = 0; hour <= 48; hour += 4) await later(4 * HOUR);
  expect(await states()).toEqual(["lapsed"]);
  expect((await messages()).at(-1)?.email).toContain("This is the last repeat");
  const { checks } = await see(phone);
  expect(checks.get("incidents")).toMatchObject({ state: "failed" });
  expect(checks.get("incidents")?.fix).toMatch(/^npm run acknowledge -- .*--all/);
  expect(await operate(phone, "planned")).toBe("added");
  expect((await see(phone)).checks.get("incidents")?.state).toBe("ok");
});

test("an alert that was opened again of a number that is on repeats what is true, for as long as it is open again", async () => {
  const { phone, deliver, messages } = newNumber();
  const link = await deliver(OFF);
  await operate(phone, "planned");
  await later(49 * HOUR);
  await deliver(SET);
  await operate(phone, "reopen");
  for (const minutes of [1, 5]) await later(minutes * MINUTE);
  const { email = "", sms, document } = (await messages()).at(-1) ?? {};
  expect(document).toMatchObject({ event: OFF, kind: "repeat" });
  expect(sms).toMatch(
    /Unanswered for 6 minutes: alert opened again, .*Two-step verification is on/,
  );
  for (const view of [email, await show(link)]) {
    expect(view).toMatch(/obody has answered for 6 minutes/);
  }
});

test("a completed reset can be answered as the announcement asks, and names who asked for it", async () => {
  const { deliver, messages } = newNumber();
  await deliver(REQUESTED);
  const link = await deliver(OFF, { requester: undefined });
  await answer(link, "Ann", "handling");
  const page = await show(link);
  expect(page).toContain('value="pin-set"');
  expect(page).toContain("Meta user 61555822107539");
  await later(61 * MINUTE);
  expect((await messages()).at(-1)?.email).toContain("Meta user 61555822107539");
});

test("a time that Meta cannot mean breaks no report, and hides no later event: each alerts", async () => {
  const { phone, deliver, messages } = newNumber();
  await deliver(REQUESTED, { time: world.clock.now * 1000 });
  expect((await see(phone)).report).toContain("reset requested");
  await deliver(REQUESTED, { time: null });
  world.clock.now += 365 * 24 * HOUR;
  await deliver(REQUESTED, { time: null });
  expect(await messages()).toHaveLength(3);
});

test("an answer from a computer whose clock is an hour ahead is announced by the next tick", async () => {
  const { phone, deliver, messages } = newNumber();
  await deliver(REQUESTED);
  await operate(phone, "planned", 60);
  await later(MINUTE);
  expect((await messages()).at(-1)?.email).toContain("Olga");
});

describe("PINs that are set", () => {
  test("by a stranger alert, and make no number green", async () => {
    const { phone, deliver, messages } = newNumber();
    await deliver(REQUESTED);
    await deliver(SET);
    expect((await messages()).at(-1)?.document).toMatchObject({ event: SET });
    const { state, headline, checks } = await see(phone);
    expect(state?.state).toBe("disputed");
    expect(headline).toContain("1 PIN set: was it you?");
    expect(checks.get("numbers")?.state).toBe("failed");
  });

  test.each([25, 130])("%s times hide neither of two open alerts", async (count) => {
    const { id, phone, deliver, states, messages } = newNumber();
    const older = await deliver(REQUESTED);
    await deliver(OFF);
    const time = Math.floor(world.clock.now / 1000);
    const change = securityChange(resetRequest({ display_phone_number: phone, event: SET }));
    const pins = Array.from({ length: count }, (_, index) =>
      entry({ id, time: time + 1 + index, changes: [change] }),
    );
    await world.deliver(payload(...pins));
    await later(6 * MINUTE);
    const repeats = (await messages()).filter(({ document }) => document.kind === "repeat");
    expect(repeats).toHaveLength(1);
    const email = repeats[0]?.email.replace(/\s+/g, " ");
    expect(email).toContain("two-step verification turned off;");
    expect(email).toContain(`PIN set: was it you?, ${count} times`);
    expect(await operate(phone, "handling")).toBe("added");
    await answer(older, "Ann", "planned");
    const others = (await states()).filter((alert) => alert !== "published");
    expect(others).toEqual(["acknowledged", "acknowledged"]);
  });
});
