import { describe, expect, test } from "vitest";
import { NO_SETTINGS } from "../../../lambda/checks/settings.ts";
import { checkSubscribers, isRemovableByLink } from "../../../lambda/checks/subscriber-checks.ts";
import type { Subscriber } from "../../../lambda/checks/subscribers.ts";
import { factsOf, subscriber, watchedSystem } from "../../support/facts.ts";

const MAIL = { protocol: "email", endpoint: "guard@example.com" };
const SMS = { protocol: "sms", endpoint: "+4915112345678" };
const smsSubscriber = subscriber({ ...SMS, authenticated: undefined });

interface Given {
  readonly there: readonly Subscriber[];
  readonly expected?: readonly (typeof MAIL)[];
}

function settingsOf(topic: "alert" | "operations", expected: readonly (typeof MAIL)[]) {
  return { ...NO_SETTINGS, expected: { ...NO_SETTINGS.expected, [topic]: expected } };
}

async function alerts({ there, expected = [] }: Given) {
  const facts = factsOf({ alertSubscribers: there, settings: settingsOf("alert", expected) });
  const [check] = await checkSubscribers(watchedSystem(), facts);
  return check;
}

async function operations({ there, expected = [] }: Given) {
  const settings = settingsOf("operations", expected);
  const facts = factsOf({ operationsSubscribers: there, settings });
  const [, check] = await checkSubscribers(watchedSystem(), facts);
  return check;
}

describe("subscribers who are all confirmed", () => {
  test("are counted by their protocol", async () => {
    const there = [subscriber(), smsSubscriber, subscriber({ endpoint: "b@example.com" })];
    expect(await alerts({ there })).toEqual({
      id: "subscribers",
      name: "Alert subscribers",
      state: "ok",
      message: "All are confirmed: 2 by email, 1 by sms.",
    });
  });

  test("are compared with the settings, where those name somebody", async () => {
    const there = [subscriber(), smsSubscriber];
    expect((await alerts({ there, expected: [MAIL] }))?.message).toBe(
      "All are confirmed: 1 by email, 1 by sms; not named in the settings: +49…5678.",
    );
    expect((await alerts({ there, expected: [MAIL, SMS] }))?.message).toBe(
      "All are confirmed: 1 by email, 1 by sms.",
    );
  });

  test("are told of where the settings may not be read", async () => {
    const facts = factsOf({ alertSubscribers: [subscriber()], settings: new Error("denied") });
    const [check] = await checkSubscribers(watchedSystem(), facts);
    expect(check).toMatchObject({ state: "ok", message: "All are confirmed: 1 by email." });
  });
});

describe("nobody", () => {
  test("would be alerted: somebody whom the settings name is to be subscribed", async () => {
    expect(await alerts({ there: [], expected: [SMS] })).toEqual({
      id: "subscribers",
      name: "Alert subscribers",
      state: "failed",
      message:
        "Nobody is subscribed: an alert would reach nobody. Gone, although the settings name it: +49…5678.",
      fix: "npm run subscribe -- --stack Hooks --sms +4915112345678",
    });
    expect((await alerts({ there: [] }))?.fix).toBe(
      "npm run subscribe -- --stack Hooks --email you@example.com",
    );
  });

  test("would get an alarm", async () => {
    expect(await operations({ there: [] })).toEqual({
      id: "operations-subscribers",
      name: "Operations subscribers",
      state: "failed",
      message: "Nobody is subscribed: an alarm would reach nobody.",
      fix: "npm run subscribe -- --stack Hooks --operations --email you@example.com",
    });
  });
});

describe("a subscriber", () => {
  test("whom the settings name is gone", async () => {
    const there = [subscriber({ endpoint: "b@example.com" })];
    const expected = [MAIL, { protocol: "sms", endpoint: "b@example.com" }];
    expect(await alerts({ there, expected })).toMatchObject({
      state: "failed",
      message: "Gone, although the settings name it: g…@example.com, b@e….com.",
      fix: "npm run subscribe -- --stack Hooks --email guard@example.com",
    });
  });

  test("is not confirmed", async () => {
    const there = [subscriber(), subscriber({ endpoint: "new@example.com", confirmed: false })];
    expect(await alerts({ there })).toMatchObject({
      state: "failed",
      message:
        "Not confirmed, so that it gets nothing: n…@example.com. AWS mailed a link; npm run subscribe has it sent again.",
      fix: "npm run confirm -- --stack Hooks 'LINK FROM THE MAIL'",
    });
  });

  test("is confirmed by a click", async () => {
    const there = [subscriber({ authenticated: false })];
    expect(await operations({ there })).toMatchObject({
      state: "failed",
      message:
        "Confirmed by a click, so that the link at the foot of each mail removes it: g…@example.com.",
      fix: "npm run subscribe -- --stack Hooks --operations --email guard@example.com",
    });
  });

  test("is told of with all that is wrong, the worst first with its fix", async () => {
    const there = [
      subscriber({ endpoint: "click@example.com", authenticated: false }),
      subscriber({ endpoint: "new@example.com", confirmed: false, authenticated: undefined }),
    ];
    const check = await alerts({ there, expected: [MAIL] });
    expect(check?.message).toMatch(/^Gone, .* Not confirmed, .* Confirmed by a click, /);
    expect(check?.fix).toBe("npm run subscribe -- --stack Hooks --email guard@example.com");
    const rest = await alerts({ there });
    expect(rest?.fix).toMatch(/^npm run confirm /);
  });
});

test.each([
  ["email", false, true],
  ["email-json", false, true],
  ["email", true, false],
  ["email", undefined, false],
  ["sms", false, false],
])("a link removes one by %s, authenticated %s: %s", (protocol, authenticated, removes) => {
  expect(isRemovableByLink(subscriber({ protocol, authenticated }))).toBe(removes);
});

test("the local run has no operations topic, and a denied list is unknown", async () => {
  const facts = factsOf({ alertSubscribers: new Error("no"), operationsSubscribers: undefined });
  const checks = await checkSubscribers(watchedSystem(), facts);
  expect(checks.map(({ state, message }) => [state, message])).toEqual([
    ["unknown", "Error: no"],
    ["unknown", "The local run has no operations topic."],
  ]);
});
