import { describe, expect, test } from "vitest";
import type { Answer } from "../../../lambda/event/answer.ts";
import { NO_EVENT_KEY } from "../../../lambda/event/event-key.ts";
import type { StoredAlert } from "../../../lambda/event/stored-alert.ts";
import { type RespondDeps, respondToIncident } from "../../../lambda/incident/respond.ts";
import type { PinState } from "../../../lambda/numbers/protection.ts";
import { createInvocation } from "../../../lambda/shared/invocation.ts";
import { testConfig } from "../../support/config.ts";
import { ANSWER, later, SENT_AT, securityEvent } from "../../support/notices.ts";
import { answersOf, storedAlert } from "../../support/stored-alerts.ts";

const CODE = "Vh3kZ0q9T4mYb7c2XwLs8Q";
const NOW = SENT_AT + 13 * 60_000;
const OPEN = storedAlert({ incidentCode: CODE });
const { wabaId, eventKey } = OPEN.event;
const QUERY = new URLSearchParams({ w: wabaId, k: eventKey, c: CODE }).toString();

/** A table that holds this alert and this history, and what was done to it. */
function createDeps({ history = [], readings = [], others = 0, ...given }: Given) {
  const stored = "stored" in given ? given.stored : OPEN;
  const changed = storedAlert({ alert: "acknowledged", answers: answersOf(others) });
  const calls: unknown[][] = [];
  const deps = {
    table: {
      async find(id: object) {
        calls.push(["find", id]);
        if (stored instanceof Error) throw stored;
        return calls.some(([name]) => name === "append") ? changed : stored;
      },
      async numberHistory(number: string) {
        calls.push(["history", number]);
        return history;
      },
      async readings(account: string) {
        calls.push(["readings", account]);
        return readings;
      },
    },
    answers: {
      async append(_known: StoredAlert, answer: Answer, isAnnounced: boolean) {
        calls.push(["append", answer, isAnnounced]);
        return others === 0;
      },
    },
    outbox: {
      async claim(id: object, queue: string, claim: object, now: number) {
        calls.push(["claim", id, queue, claim, now]);
        return undefined;
      },
    },
    config: testConfig({ label: "Shop" }),
    now: () => NOW,
    newToken: () => "token",
  };
  return { calls, deps: deps as unknown as RespondDeps };
}

interface Given {
  readonly method?: string;
  readonly query?: string | undefined;
  readonly type?: string | undefined;
  readonly body?: string;
  readonly stored?: StoredAlert | Error | undefined;
  readonly history?: readonly StoredAlert[];
  readonly readings?: readonly PinState[];
  readonly sourceIp?: string | undefined;
  /** Others give so many answers before this one is stored. */
  readonly others?: number;
}

async function respond(given: Given) {
  const { method = "GET", body } = given;
  const { calls, deps } = createDeps(given);
  const context = { awsRequestId: "1", getRemainingTimeInMillis: () => 15_000 };
  const invocation = createInvocation(context, 15);
  const query = "query" in given ? given.query : QUERY;
  const type = "type" in given ? given.type : "application/x-www-form-urlencoded";
  const sourceIp = "sourceIp" in given ? given.sourceIp : "203.0.113.7";
  const request = {
    rawPath: "/incident",
    ...(query !== undefined && { rawQueryString: query }),
    headers: { "Content-Type": type },
    ...(body !== undefined && { body }),
    requestContext: { http: { method, ...(sourceIp !== undefined && { sourceIp }) } },
  };
  const outcome = await respondToIncident(request, deps, invocation);
  return { outcome, calls, metrics: invocation.metrics };
}

function pageOf({ outcome }: Awaited<ReturnType<typeof respond>>): string {
  return "page" in outcome ? outcome.page : "";
}

const FOUND = ["find", { wabaId, eventKey }];
const HISTORY = ["history", "15550783881"];
const READINGS = ["readings", wabaId];
const NOT_FOUND = { kind: "rejected", reason: "link" };

describe("a visit", () => {
  test("shows the alert and only reads", async () => {
    const shown = await respond({});
    expect(shown.outcome.kind).toBe("incident shown");
    expect(pageOf(shown)).toContain("Nobody has answered for 12 minutes");
    expect(pageOf(shown)).toContain("<bdi>Shop</bdi>");
    expect(shown.calls).toEqual([FOUND, HISTORY, READINGS]);
    expect(shown.metrics.values).toEqual({});
  });

  test.each([
    ["a code of another length", { c: `${CODE}A` }],
    ["another code", { c: "A".repeat(22) }],
    ["an empty code", { c: "" }],
  ])("with %s is turned away after one read", async (_what, difference) => {
    const fields = { w: wabaId, k: eventKey, ...difference };
    const { outcome, calls } = await respond({ query: new URLSearchParams(fields).toString() });
    expect(outcome).toEqual(NOT_FOUND);
    expect(calls).toEqual([FOUND]);
  });

  test("without a query, with a field twice, or with a key that no event has, asks for none", async () => {
    const folded = expect.stringMatching(/^(~[0-9a-f]{64}|watchdog)$/);
    const twice = `w=${wabaId}&w=${wabaId}&k=${eventKey}&k=${eventKey}&c=`;
    const other = `w=watchdog&k=memory&c=${CODE}`;
    for (const query of [undefined, "", `${twice}${CODE}`, other]) {
      const { outcome, calls } = await respond({ query, stored: undefined });
      expect(outcome).toEqual(NOT_FOUND);
      expect(calls).toEqual([["find", { wabaId: folded, eventKey: NO_EVENT_KEY }]]);
    }
    expect((await respond({ query: `${QUERY}&c=${CODE}` })).outcome).toEqual(NOT_FOUND);
  });

  test("of an event without a code is turned away, also without a code", async () => {
    const { incidentCode: _, ...codeless } = OPEN;
    for (const c of ["", "&c=", "&c=undefined"]) {
      const query = new URLSearchParams({ w: wabaId, k: eventKey }).toString() + c;
      for (const stored of [codeless, undefined]) {
        expect((await respond({ query, stored })).outcome).toEqual(NOT_FOUND);
      }
    }
  });

  test("that the table fails is a failure, counted with its reason", async () => {
    const stored = Object.assign(new Error("quotes the link"), { name: "ThrottlingException" });
    const { outcome, metrics } = await respond({ stored });
    expect(outcome).toEqual({ kind: "failed", reason: "incident" });
    expect(metrics.values).toEqual({ IncidentFailed: 1 });
    expect(metrics.reasons).toEqual({ IncidentFailed: ["ThrottlingException"] });
  });
});

test.each(["PUT", "DELETE", "PATCH", "OPTIONS", "get", ""])(
  "%j is no way to visit or answer, and reads nothing",
  async (method) => {
    const { outcome, calls } = await respond({ method });
    expect(outcome).toEqual({ kind: "rejected", reason: "incident method" });
    expect(calls).toEqual([]);
  },
);

describe("what the page tells of the number", () => {
  const at = (minutes: number, event: string, difference: Partial<StoredAlert> = {}) => {
    const eventOf = later(minutes, { event, eventKey: `key-${minutes}-${event}` });
    return storedAlert({ event: eventOf, ...difference });
  };
  const timesOf = (page: string) =>
    [...page.matchAll(/<li><time [^>]*>([^<]*)<\/time> <span>([^<]*)/g)].map(
      ([, time, what]) => `${time} ${what}`,
    );

  test("is what has happened from 48 hours before it on, oldest first", async () => {
    const test = at(5, "PIN_CHANGED");
    const history = [
      { ...test, event: { ...test.event, test: true } },
      at(4, "PIN_CHANGED"),
      at(3, "PIN_REQUEST_SUCCESS"),
      OPEN,
      at(-1, "PIN_REQUEST_SUCCESS"),
      at(-48 * 60 - 2, "PIN_CHANGED", { alert: "none" }),
    ];
    expect(timesOf(pageOf(await respond({ history })))).toEqual([
      "24 Nov, 03:11 UTC two-step verification turned off",
      "24 Nov, 03:12 UTC reset requested",
      "24 Nov, 03:15 UTC two-step verification turned off",
      "24 Nov, 03:16 UTC PIN set: was it you?",
    ]);
  });

  test.each([
    ["a test", { ...securityEvent(), test: true }, [FOUND, HISTORY, READINGS]],
    [
      "an event without a number",
      { ...securityEvent(), displayPhoneNumber: "" },
      [FOUND, READINGS],
    ],
  ])("is nothing else of %s", async (_what, event, calls) => {
    const shown = await respond({ stored: { ...OPEN, event } });
    expect(shown.calls).toEqual(calls);
    expect(timesOf(pageOf(shown))).toEqual(["24 Nov, 03:12 UTC reset requested"]);
  });

  test("is the state that every view shows, by Meta's readings too", async () => {
    const readings = [{ displayPhoneNumber: "+1 555-078-3881", isPinEnabled: false, at: NOW }];
    const page = pageOf(await respond({ readings }));
    expect(page).toContain("Two-step verification is off, says Meta.");
  });

  test.each(["superseded", "open", "acknowledged"] as const)(
    "of an alert that is %s says who answered any alert of the incident",
    async (alert) => {
      const bob = { ...ANSWER, name: "Bob", answer: "pin-set" } as const;
      const other = at(6, "PIN_REQUEST_SUCCESS", { alert: "acknowledged", answers: [bob] });
      const page = pageOf(await respond({ stored: { ...OPEN, alert }, history: [other, OPEN] }));
      expect(page).toContain("Bob");
    },
  );

  test("of a superseded alert says that nobody answered where nobody did", async () => {
    const history = [at(7, "PIN_RESET_REQUEST"), OPEN];
    const page = pageOf(await respond({ stored: { ...OPEN, alert: "superseded" }, history }));
    expect(page).toContain("Nobody has answered");
  });
});

describe("an answer", () => {
  const body = "name=+Ann+Example&answer=handling";
  const post = (given: Given = {}) => respond({ method: "POST", body, ...given });

  test("is stored, announced at once, and leads back to the page", async () => {
    const { outcome, calls, metrics } = await post();
    expect(outcome).toEqual({ kind: "incident answered", location: `?${QUERY}#saved` });
    const at = new Date(NOW).toISOString();
    const answer = {
      name: "Ann Example",
      answer: "handling",
      at,
      from: "203.0.113.7",
      origin: "link",
    };
    expect(calls).toEqual([
      FOUND,
      HISTORY,
      READINGS,
      HISTORY,
      ["append", answer, false],
      ["claim", { wabaId, eventKey }, "answer", { token: "token", expiresAt: NOW + 75_000 }, NOW],
    ]);
    expect(metrics.values).toEqual({ IncidentAcknowledged: 1, AcknowledgementMinutes: [13] });
  });

  test("of an unknown address says so", async () => {
    const { calls } = await post({ sourceIp: undefined });
    expect(calls).toContainEqual(["append", expect.objectContaining({ from: "unknown" }), false]);
  });

  test("that was given before is not announced again", async () => {
    const given = { ...ANSWER, answer: "planned" } as const;
    const stored = { ...OPEN, alert: "acknowledged", answers: [given] } as const;
    const again = "name=Ann+Example&answer=planned";
    const { outcome, calls } = await post({ stored, body: again });
    expect(outcome).toEqual({ kind: "incident answered", location: `?${QUERY}#saved` });
    expect(calls.map(([name]) => name)).not.toContain("claim");
  });

  test("that comes too late leads back to those that were taken", async () => {
    const { outcome, calls, metrics } = await post({ others: 5 });
    expect(outcome).toEqual({ kind: "incident answered", location: `?${QUERY}#answers` });
    expect(calls.map(([name]) => name)).not.toContain("claim");
    expect(metrics.values).toEqual({});
  });

  test("that can't be taken comes back with the page", async () => {
    const invalid = await post({ body: "name=%3F&answer=handling" });
    expect(invalid.outcome.kind).toBe("answer invalid");
    expect(pageOf(invalid)).toContain('value="?"');
    expect(pageOf(invalid)).toContain("Enter your name.");
    expect(invalid.calls.map(([name]) => name)).toEqual(["find", "history", "readings"]);
    const empty = await respond({ method: "POST" });
    expect(empty.outcome.kind).toBe("answer invalid");
  });

  test.each([
    ["application/x-www-form-urlencoded; charset=UTF-8", true],
    ["Application/X-WWW-Form-URLencoded ;x", true],
    ["application/x-www-form-urlencoded2", false],
    ["text/application/x-www-form-urlencoded", false],
    ["application/json", false],
    ["", false],
    [undefined, false],
  ])("of the type %s is read: %s", async (type, isRead) => {
    const { outcome, calls } = await post({ type });
    if (isRead) return expect(outcome.kind).toBe("incident answered");
    expect(outcome).toEqual({ kind: "rejected", reason: "content type" });
    expect(calls).toEqual([]);
  });

  test("has 4096 bytes at most", async () => {
    const padded = (bytes: number) => `${body}&x=`.padEnd(bytes, "x");
    expect((await post({ body: padded(4_096) })).outcome.kind).toBe("incident answered");
    const { outcome, calls } = await post({ body: padded(4_097) });
    expect(outcome).toEqual({ kind: "rejected", reason: "size" });
    expect(calls).toEqual([]);
  });

  test("by a wrong link is turned away after one read", async () => {
    const { outcome, calls } = await post({ query: QUERY.replace(CODE, "A".repeat(22)) });
    expect(outcome).toEqual(NOT_FOUND);
    expect(calls).toEqual([FOUND]);
  });
});
