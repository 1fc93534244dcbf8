import { describe, expect, test } from "vitest";
import { runAll } from "../../../lambda/checks/check.ts";
import { toSubscriberChecks } from "../../../lambda/checks/subscriber-checks.ts";
import type { Facts } from "../../../lambda/facts/facts.ts";
import { CHANNEL_ENDPOINT, NO_SETTINGS } from "../../../lambda/facts/settings.ts";
import { isRemovableByLink, type Subscriber } from "../../../lambda/facts/subscribers.ts";
import { factsOf, subscriber, toLine, toName, watchedSystem } from "../../support/facts.ts";

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

async function alerts({ there, expected = [] }: Given): Promise<string> {
  const facts = factsOf({ alertSubscribers: there, settings: settingsOf("alert", expected) });
  return (await linesOf(facts))[0] ?? "";
}

async function operations({ there, expected = [] }: Given): Promise<string> {
  const settings = settingsOf("operations", expected);
  return (await linesOf(factsOf({ operationsSubscribers: there, settings })))[1] ?? "";
}

async function linesOf(facts: Facts, system = watchedSystem()): Promise<string[]> {
  return (await runAll(toSubscriberChecks(system, facts))).map(toLine);
}

const SUBSCRIBE = "Fix: npm run subscribe -- --stack Hooks";

test("the checks of subscribers have these names", async () => {
  expect((await runAll(toSubscriberChecks(watchedSystem(), factsOf()))).map(toName)).toEqual([
    "Alert subscribers (subscribers)",
    "Operations subscribers (operations-subscribers)",
    "Ways to people (ways)",
  ]);
});

describe("subscribers who are all confirmed", () => {
  test("and named in the settings are counted by their protocol", async () => {
    const other = { protocol: "email", endpoint: "b@example.com" };
    const there = [subscriber(), smsSubscriber, subscriber(other)];
    expect(await alerts({ there, expected: [MAIL, SMS, other] })).toBe(
      "subscribers ok: 3 subscribers, all confirmed (2 by email, 1 by sms).",
    );
  });

  test.each([
    ["the settings may not be read", watchedSystem(), new Error("denied")],
    ["there is no stack", watchedSystem({ aws: undefined }), NO_SETTINGS],
  ])("are not called strangers where %s", async (_why, system, settings) => {
    const facts = factsOf({ alertSubscribers: [subscriber()], settings });
    expect((await linesOf(facts, system))[0]).toBe(
      "subscribers ok: 1 subscriber, all confirmed (1 by email).",
    );
  });

  test("may be queues, functions and pagers that no setting names", async () => {
    const there = ["sqs", "lambda", "https"].map((protocol) =>
      subscriber({ protocol, endpoint: `arn:${protocol}`, authenticated: undefined }),
    );
    expect(await alerts({ there })).toMatch(/^subscribers ok:/);
  });

  test("are unread where their attributes are denied: a click's link may remove them", async () => {
    const there = [subscriber({ authenticated: undefined, isUnread: true })];
    expect(await alerts({ there, expected: [MAIL] })).toMatch(
      /^subscribers unknown, unread: .* Fix: allow sns:GetSubscriptionAttributes$/,
    );
  });
});

describe("a stranger", () => {
  test.each([
    ["by e-mail", subscriber({ endpoint: "left@example.com" }), "l…@example.com"],
    ["by SMS", smsSubscriber, "+49…5678"],
  ])("who gets alerts %s is a failure, with the command that removes him", async (_, who, name) => {
    expect(await alerts({ there: [subscriber(), who], expected: [MAIL] })).toBe(
      `subscribers failed: Gets an alert with all it says, although the settings do not name it: ${name}. Remove it, or add it to the settings and deploy. ${SUBSCRIBE} --remove '${name}'`,
    );
  });

  test("is one too where the settings name nobody; one who has not confirmed gets nothing", async () => {
    expect(await operations({ there: [subscriber()] })).toContain(
      `${SUBSCRIBE} --operations --remove 'g…@example.com'`,
    );
    const late = subscriber({ endpoint: "new@example.com", confirmed: false });
    expect(await alerts({ there: [subscriber(), late], expected: [MAIL] })).toMatch(
      /^subscribers failed: Not confirmed, so that it gets nothing: n…@example\.com\..* Fix: npm run confirm -- --stack Hooks 'LINK FROM THE MAIL'$/,
    );
  });
});

const channel = subscriber({ protocol: "https", endpoint: `${CHANNEL_ENDPOINT}/` });
const filtered = (filterPolicy: string) => [subscriber({ filterPolicy })];
const BY_ACCOUNT = '{"$or":[{"wabaId":["1"]},{"event":["PIN_CHANGED"]}]}';

test.each([
  ["the chat channel of the settings", [subscriber(), channel], { hasChannel: true }, "ok"],
  ["no chat channel of the settings", [subscriber()], { hasChannel: true }, "failed"],
  ["a filter by account", filtered(BY_ACCOUNT), { separateAccounts: false }, "failed"],
  ["a filter by separate accounts", filtered(BY_ACCOUNT), { separateAccounts: true }, "ok"],
  ["another filter", filtered('{"event":["wabaId"]}'), { separateAccounts: false }, "ok"],
])("with %s the subscribers are %s", async (_what, alertSubscribers, setting, state) => {
  const settings = { ...settingsOf("alert", [MAIL]), ...setting };
  const [line] = await linesOf(factsOf({ alertSubscribers, settings }));
  expect(line).toMatch(new RegExp(`^subscribers ${state}:`));
});

describe("the ways to people", () => {
  const look = async (alertSubscribers: readonly Subscriber[], system = watchedSystem()) =>
    (await linesOf(factsOf({ alertSubscribers }), system)).at(-1);
  const queue = subscriber({ protocol: "sqs", endpoint: "arn:queue" });

  test("are one mailbox alone, which is said with a better way", async () => {
    expect(await look([subscriber(), queue])).toMatch(
      /^ways ok: One mailbox is the only way to every person: .* Fix: npm run subscribe -- --stack Hooks --sms \+4915112345678$/,
    );
  });

  test.each([
    [[subscriber(), smsSubscriber]],
    [[smsSubscriber]],
    [[subscriber(), subscriber({ protocol: "https", endpoint: "https://pager.example" })]],
  ])("are more, or a telephone: %#", async (there) => {
    expect(await look(there)).not.toContain("Fix:");
    expect(await look(there, watchedSystem({ aws: undefined }))).toMatch(/^ways unknown, absent:/);
  });
});

describe("nobody", () => {
  test("would be alerted: somebody whom the settings name is to be subscribed", async () => {
    const nobody = "subscribers failed: Nobody is subscribed: an alert would reach nobody.";
    expect(await alerts({ there: [], expected: [SMS] })).toBe(
      `${nobody} Gone, although the settings name it: +49…5678. ${SUBSCRIBE} --all`,
    );
    expect(await alerts({ there: [] })).toBe(`${nobody} ${SUBSCRIBE} --email you@example.com`);
  });

  test("would get an alarm", async () => {
    expect(await operations({ there: [] })).toBe(
      `operations-subscribers failed: Nobody is subscribed: an alarm would reach nobody. ${SUBSCRIBE} --operations --email you@example.com`,
    );
  });
});

describe("a subscriber", () => {
  test("whom the settings name is gone", async () => {
    const expected = [MAIL, { protocol: "sms", endpoint: "+15550000001" }];
    expect(await alerts({ there: [subscriber({ protocol: "sqs" })], expected })).toBe(
      `subscribers failed: Gone, although the settings name it: g…@example.com, +15…0001. ${SUBSCRIBE} --all`,
    );
  });

  test("is confirmed by a click", async () => {
    const there = [subscriber({ authenticated: false })];
    expect(await operations({ there, expected: [MAIL] })).toBe(
      `operations-subscribers failed: Confirmed by a click, so that the link at the foot of each mail removes it: g…@example.com. ${SUBSCRIBE} --operations --all`,
    );
  });

  test("is reported with all that is wrong, the worst first with its fix", async () => {
    const there = [
      subscriber({ endpoint: "click@example.com", authenticated: false }),
      subscriber({ endpoint: "new@example.com", confirmed: false, authenticated: undefined }),
    ];
    expect(await alerts({ there, expected: [MAIL] })).toMatch(
      /: Gone, .* Gets an alert .* Not confirmed, .* Confirmed by a click, .* Fix: .*--all$/,
    );
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
  expect(await linesOf(facts)).toEqual([
    "subscribers unknown, unread: Error: no",
    "operations-subscribers unknown, absent: The local run has no operations topic.",
    "ways unknown, unread: Error: no",
  ]);
});
