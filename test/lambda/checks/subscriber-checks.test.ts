import { describe, expect, test } from "vitest";
import { runAll } from "../../../lambda/checks/check.ts";
import { toSubscriberChecks } from "../../../lambda/checks/subscriber-checks.ts";
import {
  CHANNEL_ENDPOINT,
  type DeployedSettings,
  type ExpectedSubscriber,
  NO_SETTINGS,
} from "../../../lambda/facts/settings.ts";
import type { Subscriber } from "../../../lambda/facts/subscribers.ts";
import {
  factsOf,
  type GivenFacts,
  lineOf,
  linesIn,
  subscriber,
  toLine,
  toName,
  watchedSystem,
} from "../../support/facts.ts";

const MAIL = { protocol: "email", endpoint: "guard@example.com" };
const SMS = { protocol: "sms", endpoint: "+4915112345678" };
const LOCAL = watchedSystem({ aws: undefined });

function checksOf(facts: GivenFacts, system = watchedSystem()) {
  return toSubscriberChecks(system, factsOf(facts));
}

/** What is said of a topic with these subscribers, whose settings name those. */
function look(
  topic: "alert" | "operations",
  subscribers: readonly Subscriber[],
  named: readonly ExpectedSubscriber[] = [],
  difference: Partial<DeployedSettings> = {},
): Promise<string> {
  const expected = { ...NO_SETTINGS.expected, [topic]: named };
  const settings = { ...NO_SETTINGS, expected, ...difference };
  const facts = { alertSubscribers: subscribers, operationsSubscribers: subscribers, settings };
  return lineOf(checksOf(facts), topic === "alert" ? "subscribers" : "operations-subscribers");
}

test("the checks of subscribers have these names; the local run has no operations topic", async () => {
  const facts = { alertSubscribers: new Error("no"), operationsSubscribers: undefined };
  const checks = await runAll(checksOf(facts));
  expect(checks.map(toName)).toEqual([
    "Alert subscribers (subscribers)",
    "Operations subscribers (operations-subscribers)",
    "Ways to people (ways)",
  ]);
  expect(checks.map(toLine)).toEqual([
    "subscribers unknown, unread: Error: no.",
    "operations-subscribers unknown, absent: The local run has no operations topic.",
    "ways unknown, unread: Error: no.",
  ]);
});

const guard = subscriber();
const phone = subscriber({ ...SMS, authenticated: false });
const second = subscriber({ endpoint: "b@example.com" });
const left = subscriber({ endpoint: "left@example.com" });
const late = subscriber({ endpoint: "new@example.com", confirmed: false });
const byClick = { endpoint: "click@example.com", authenticated: false };
const clicked = subscriber({ protocol: "email-json", ...byClick });
const unread = subscriber({ authenticated: undefined, isUnread: true });
const machines = ["sqs", "lambda", "https"].map((protocol) =>
  subscriber({ protocol, endpoint: `arn:${protocol}`, authenticated: undefined }),
);
const GONE = { protocol: "sms", endpoint: "+15550000001" };

type There = readonly [readonly Subscriber[], readonly ExpectedSubscriber[]];

describe("the subscribers of a topic", () => {
  // The link of one who confirmed by a click may remove it. Queues and pagers are no strangers.
  const SITUATIONS: Readonly<Record<string, There>> = {
    "all confirmed": [
      [guard, phone, second],
      [MAIL, SMS, second],
    ],
    "queues and pagers that nobody named": [machines, []],
    unread: [[unread], [MAIL]],
    "a stranger by e-mail": [[guard, left], [MAIL]],
    "two strangers": [[guard, phone], []],
    "one who has not confirmed": [[guard, late], [MAIL]],
    "nobody of those who are named": [[], [SMS]],
    nobody: [[], []],
    "two gone": [[subscriber({ protocol: "sqs" })], [MAIL, GONE]],
    "all that can be wrong, the worst first": [[clicked, late], [MAIL]],
  };

  test.each(["alert", "operations"] as const)("of %s are said in one line", async (topic) => {
    const lookAt = ([there, named]: There) => look(topic, there, named);
    expect(await linesIn(SITUATIONS, lookAt)).toMatchSnapshot();
  });

  test.each([
    ["the settings may not be read", watchedSystem(), new Error("denied")],
    ["there is no stack", LOCAL, NO_SETTINGS],
  ])("are not called strangers where %s", async (_why, system, settings) => {
    expect(
      await lineOf(checksOf({ alertSubscribers: [guard], settings }, system), "subscribers"),
    ).toBe("ok: 1 subscriber, all confirmed (1 by email).");
  });

  const channel = subscriber({ protocol: "https", endpoint: `${CHANNEL_ENDPOINT}/` });
  const filtered = (filterPolicy: string) => [subscriber({ filterPolicy })];
  const BY_ACCOUNT = filtered('{"$or":[{"wabaId":["1"]},{"event":["PIN_CHANGED"]}]}');

  test("of alerts may need a channel, or have a filter by account", async () => {
    type Case = readonly [readonly Subscriber[], Partial<DeployedSettings>];
    const situations: Readonly<Record<string, Case>> = {
      "the chat channel of the settings": [[guard, channel], { hasChannel: true }],
      "no chat channel of the settings": [[guard], { hasChannel: true }],
      "a filter by account": [BY_ACCOUNT, { separateAccounts: false }],
      "a filter by separate accounts": [BY_ACCOUNT, { separateAccounts: true }],
      "another filter": [filtered('{"event":["wabaId"]}'), { separateAccounts: false }],
    };
    const lookAt = ([there, settings]: Case) => look("alert", there, [MAIL], settings);
    expect(await linesIn(situations, lookAt)).toMatchSnapshot();
  });
});

describe("the ways to people", () => {
  const ways = (alertSubscribers: readonly Subscriber[], system = watchedSystem()) =>
    lineOf(checksOf({ alertSubscribers }, system), "ways");

  test("are one mailbox alone, which is said with a better way, or more", async () => {
    const situations = {
      "one mailbox": [guard, ...machines.slice(0, 2)],
      "a telephone, too": [guard, phone],
      "a telephone": [phone],
      "a pager, too": [guard, ...machines],
      nobody: [],
    };
    expect(await linesIn(situations, (there) => ways(there))).toMatchSnapshot();
    expect(await ways([guard], LOCAL)).toMatch(/^unknown, absent: The local run reaches people/);
  });
});
