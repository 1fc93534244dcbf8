import { describe, expect, test } from "vitest";
import { checkSubscribers } from "../../../lambda/checks/subscriber-checks.ts";
import { CHANNEL_ENDPOINT, NO_SETTINGS } from "../../../lambda/facts/settings.ts";
import { isRemovableByLink, type Subscriber } from "../../../lambda/facts/subscribers.ts";
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
  test("and named in the settings are counted by their protocol", async () => {
    const other = { protocol: "email", endpoint: "b@example.com" };
    const there = [subscriber(), smsSubscriber, subscriber(other)];
    expect(await alerts({ there, expected: [MAIL, SMS, other] })).toEqual({
      id: "subscribers",
      name: "Alert subscribers",
      state: "ok",
      message: "3 subscribers, all confirmed (2 by email, 1 by sms).",
    });
  });

  test.each([
    ["the settings may not be read", watchedSystem(), new Error("denied")],
    ["there is no stack", watchedSystem({ aws: undefined }), NO_SETTINGS],
  ])("are not called strangers where %s", async (_why, system, settings) => {
    const facts = factsOf({ alertSubscribers: [subscriber()], settings });
    const [check] = await checkSubscribers(system, facts);
    expect(check?.message).toBe("1 subscriber, all confirmed (1 by email).");
  });

  test("may be queues, functions and pagers that no setting names", async () => {
    const there = ["sqs", "lambda", "https"].map((protocol) =>
      subscriber({ protocol, endpoint: `arn:${protocol}`, authenticated: undefined }),
    );
    expect((await alerts({ there }))?.state).toBe("ok");
  });

  test("are unread where their attributes are denied: a click's link may remove them", async () => {
    const there = [subscriber({ authenticated: undefined, isUnread: true })];
    expect(await alerts({ there, expected: [MAIL] })).toMatchObject({
      state: "unknown",
      why: "unread",
      fix: "allow sns:GetSubscriptionAttributes",
    });
  });
});

describe("a stranger", () => {
  test.each([
    [
      "by e-mail",
      subscriber({ endpoint: "left@example.com" }),
      "l…@example.com",
      "'l…@example.com'",
    ],
    ["by SMS", smsSubscriber, "+49…5678", "'+49…5678'"],
  ])(
    "who gets alerts %s is a failure, with the command that removes him",
    async (_how, who, name, word) => {
      expect(await alerts({ there: [subscriber(), who], expected: [MAIL] })).toMatchObject({
        state: "failed",
        message: `Gets an alert with all it says, although the settings do not name it: ${name}. Remove it, or add it to the settings and deploy.`,
        fix: `npm run subscribe -- --stack Hooks --remove ${word}`,
      });
    },
  );

  test("is one too where the settings name nobody; one who has not confirmed gets nothing", async () => {
    expect((await operations({ there: [subscriber()] }))?.fix).toBe(
      "npm run subscribe -- --stack Hooks --operations --remove 'g…@example.com'",
    );
    const late = subscriber({ endpoint: "new@example.com", confirmed: false });
    const check = await alerts({ there: [subscriber(), late], expected: [MAIL] });
    expect(check?.message).toMatch(/^Not confirmed, so that it gets nothing: n…@example\.com\./);
    expect(check?.fix).toBe("npm run confirm -- --stack Hooks 'LINK FROM THE MAIL'");
  });
});

describe("the chat channel of the settings", () => {
  const settings = { ...settingsOf("alert", [MAIL]), hasChannel: true };
  const channel = subscriber({ protocol: "https", endpoint: `${CHANNEL_ENDPOINT}/` });

  test.each([
    [[subscriber(), channel], "ok"],
    [[subscriber()], "failed"],
  ])("is to be among the subscribers: %#", async (alertSubscribers, state) => {
    const facts = factsOf({ alertSubscribers, settings });
    const [check] = await checkSubscribers(watchedSystem(), facts);
    expect(check?.state).toBe(state);
  });
});

describe("a filter by account", () => {
  const filterPolicy = '{"$or":[{"wabaId":["1"]},{"event":["PIN_CHANGED"]}]}';

  test.each([
    [filterPolicy, false, "failed"],
    [filterPolicy, true, "ok"],
    ['{"event":["wabaId"]}', false, "ok"],
  ])("%s while separateAccounts is %s is %s", async (policy, separateAccounts, state) => {
    const settings = { ...settingsOf("alert", [MAIL]), separateAccounts };
    const facts = factsOf({ alertSubscribers: [subscriber({ filterPolicy: policy })], settings });
    const [check] = await checkSubscribers(watchedSystem(), facts);
    expect(check?.state).toBe(state);
  });
});

describe("the ways to people", () => {
  const look = async (alertSubscribers: readonly Subscriber[], system = watchedSystem()) =>
    (await checkSubscribers(system, factsOf({ alertSubscribers }))).at(-1);
  const queue = subscriber({ protocol: "sqs", endpoint: "arn:queue" });

  test("are one mailbox alone, which is said with a better way", async () => {
    expect(await look([subscriber(), queue])).toMatchObject({
      state: "ok",
      message: expect.stringMatching(/^One mailbox is the only way to every person: /),
      fix: "npm run subscribe -- --stack Hooks --sms +4915112345678",
    });
  });

  test.each([
    [[subscriber(), smsSubscriber]],
    [[smsSubscriber]],
    [[subscriber(), subscriber({ protocol: "https", endpoint: "https://pager.example" })]],
  ])("are more, or a telephone: %#", async (there) => {
    expect((await look(there))?.fix).toBeUndefined();
    expect((await look(there, watchedSystem({ aws: undefined })))?.why).toBe("absent");
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
      fix: "npm run subscribe -- --stack Hooks --all",
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
    const expected = [MAIL, { protocol: "sms", endpoint: "+15550000001" }];
    expect(await alerts({ there: [subscriber({ protocol: "sqs" })], expected })).toMatchObject({
      state: "failed",
      message: "Gone, although the settings name it: g…@example.com, +15…0001.",
      fix: "npm run subscribe -- --stack Hooks --all",
    });
  });

  test("is confirmed by a click", async () => {
    const there = [subscriber({ authenticated: false })];
    expect(await operations({ there, expected: [MAIL] })).toMatchObject({
      state: "failed",
      message:
        "Confirmed by a click, so that the link at the foot of each mail removes it: g…@example.com.",
      fix: "npm run subscribe -- --stack Hooks --operations --all",
    });
  });

  test("is reported with all that is wrong, the worst first with its fix", async () => {
    const there = [
      subscriber({ endpoint: "click@example.com", authenticated: false }),
      subscriber({ endpoint: "new@example.com", confirmed: false, authenticated: undefined }),
    ];
    const check = await alerts({ there, expected: [MAIL] });
    expect(check?.message).toMatch(
      /^Gone, .* Gets an alert .* Not confirmed, .* Confirmed by a click, /,
    );
    expect(check?.fix).toBe("npm run subscribe -- --stack Hooks --all");
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
    ["unknown", "Error: no"],
  ]);
});
