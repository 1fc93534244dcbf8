import { describe, expect, test } from "vitest";
import { runAll } from "../../../lambda/checks/check.ts";
import { toSubscriberChecks } from "../../../lambda/checks/subscriber-checks.ts";
import {
  CHANNEL_ENDPOINT,
  type DeployedSettings,
  type ExpectedSubscriber,
  NO_SETTINGS,
} from "../../../lambda/facts/settings.ts";
import { isRemovableByLink, type Subscriber } from "../../../lambda/facts/subscribers.ts";
import {
  factsOf,
  type GivenFacts,
  lineOf,
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
    "subscribers unknown, unread: Error: no",
    "operations-subscribers unknown, absent: The local run has no operations topic.",
    "ways unknown, unread: Error: no",
  ]);
});

const guard = subscriber();
const phone = subscriber({ ...SMS, authenticated: undefined });
const second = subscriber({ endpoint: "b@example.com" });
const left = subscriber({ endpoint: "left@example.com" });
const late = subscriber({ endpoint: "new@example.com", confirmed: false });
const clicked = subscriber({ endpoint: "click@example.com", authenticated: false });
const unread = subscriber({ authenticated: undefined, isUnread: true });
const machines = ["sqs", "lambda", "https"].map((protocol) =>
  subscriber({ protocol, endpoint: `arn:${protocol}`, authenticated: undefined }),
);
const GONE = { protocol: "sms", endpoint: "+15550000001" };

describe("the subscribers of alerts", () => {
  test.each<[string, readonly Subscriber[], readonly ExpectedSubscriber[], RegExp]>([
    [
      "are all confirmed, and counted by their protocol",
      [guard, phone, second],
      [MAIL, SMS, second],
      /^ok: 3 subscribers, all confirmed \(2 by email, 1 by sms\)\.$/,
    ],
    ["may be queues, functions and pagers that no setting names", machines, [], /^ok:/],
    // The link of one who confirmed by a click may remove it.
    ["are unread", [unread], [MAIL], /^unknown, unread: .* allow sns:GetSubscriptionAttributes$/],
    [
      "have a stranger by e-mail",
      [guard, left],
      [MAIL],
      /^failed: Gets an alert .*: l…@example\.com\. Remove it, .* --stack Hooks --remove 'l…@example\.com'$/,
    ],
    ["have a stranger by SMS", [guard, phone], [MAIL], /^failed: Gets .* --remove '\+49…5678'$/],
    [
      "have one who has not confirmed, and is no stranger",
      [guard, late],
      [MAIL],
      /^failed: Not confirmed, .*: n…@example\.com\. AWS mailed .* Fix: npm run confirm -- .* 'LINK FROM THE MAIL'$/,
    ],
    [
      "are nobody, though the settings name somebody",
      [],
      [SMS],
      /^failed: Nobody is .* an alert would reach nobody\. Gone, .* name it: \+49…5678\. .* --all$/,
    ],
    ["are nobody", [], [], /^failed: Nobody is subscribed: .* --email you@example\.com$/],
    [
      "are without two whom the settings name",
      [subscriber({ protocol: "sqs" })],
      [MAIL, GONE],
      /^failed: Gone, .*: g…@example\.com, \+15…0001\. Fix: npm run subscribe -- .* --all$/,
    ],
    [
      "are reported with all that is wrong, the worst first with its fix",
      [clicked, late],
      [MAIL],
      /: Gone, .* Gets an alert .* Not confirmed, .* Confirmed by a click, .* Fix: .*--all$/,
    ],
  ])("%s", async (_what, there, named, line) => {
    expect(await look("alert", there, named)).toMatch(line);
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

  test.each([
    ["the chat channel of the settings", [guard, channel], { hasChannel: true }, "ok"],
    ["no chat channel of the settings", [guard], { hasChannel: true }, "failed"],
    ["a filter by account", BY_ACCOUNT, { separateAccounts: false }, "failed"],
    ["a filter by separate accounts", BY_ACCOUNT, { separateAccounts: true }, "ok"],
    ["another filter", filtered('{"event":["wabaId"]}'), { separateAccounts: false }, "ok"],
  ])("with %s are %s", async (_what, there, settings, state) => {
    expect(await look("alert", there, [MAIL], settings)).toMatch(new RegExp(`^${state}:`));
  });
});

test.each<[string, readonly Subscriber[], readonly ExpectedSubscriber[], RegExp]>([
  [
    "have a stranger where nobody is named",
    [guard],
    [],
    /--operations --remove 'g…@example\.com'$/,
  ],
  ["are nobody", [], [], /^failed: .* an alarm would reach nobody\. .* --operations --email you@/],
  [
    "have one who confirmed by a click",
    [subscriber({ authenticated: false })],
    [MAIL],
    /^failed: Confirmed by a click, .* removes it: g…@example\.com\. Fix: .* --operations --all$/,
  ],
])("the subscribers of operations %s", async (_what, there, named, line) => {
  expect(await look("operations", there, named)).toMatch(line);
});

describe("the ways to people", () => {
  const ways = (alertSubscribers: readonly Subscriber[], system = watchedSystem()) =>
    lineOf(checksOf({ alertSubscribers }, system), "ways");

  test("are one mailbox alone, which is said with a better way", async () => {
    expect(await ways([guard, ...machines.slice(0, 2)])).toMatch(
      /^ok: One mailbox is the only way .* Fix: npm run subscribe -- --stack Hooks --sms \+4915112345678$/,
    );
  });

  test.each([[[guard, phone]], [[phone]], [[guard, ...machines]]])(
    "are more, or a telephone: %#",
    async (there) => {
      expect(await ways(there)).not.toContain("Fix:");
      expect(await ways(there, LOCAL)).toMatch(/^unknown, absent:/);
    },
  );
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
