import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { confirm } from "../../../infra/commands/confirm/confirm.ts";
import { parseConfirmationLink } from "../../../infra/commands/confirm/link.ts";
import { type SubscribeOptions, subscribe } from "../../../infra/commands/subscribe/subscribe.ts";
import { STACK, startOperatorWorld } from "../../support/operator-world.ts";
import { runWith } from "../../support/terminal.ts";

const world = await startOperatorWorld();
const { aws } = world;
afterAll(() => world.stop());
beforeEach(() => world.reset());

const GUARD = "guard@example.com";
const PHONE = "+4915112345678";
const CLICKED = { ConfirmationWasAuthenticated: "false" };

function addPending(endpoint: string, subscribers = aws.subscribers): void {
  subscribers.push({ protocol: "email", endpoint, pending: true });
}

describe("confirm", () => {
  const ADDRESS = "https://sns.us-east-1.amazonaws.com";

  function toLink(token: string, topicArn = world.topicArn): string {
    return `${ADDRESS}/confirmation.html?TopicArn=${topicArn}&Token=${token}&Endpoint=${token}`;
  }

  function run(link: string, options: object = { stack: STACK }) {
    return runWith((terminal) => confirm({ link, options, terminal }));
  }

  beforeEach(() => addPending("new@example.com"));

  test("confirms with authentication, so that no mail's link ends the subscription", async () => {
    const { code, text } = await run(toLink("new@example.com"));
    expect(code).toBe(0);
    expect(text).toMatch(/^Confirmed: n…@example\.com is subscribed to the alert topic, and the/);
    expect(aws.subscribers.at(-1)).toMatchObject({
      pending: false,
      attributes: { ConfirmationWasAuthenticated: "true" },
    });
  });

  test("answers machines with one document", async () => {
    const { json } = await run(toLink("new@example.com"), { stack: STACK, json: true });
    expect(json()).toEqual({
      topic: "alert",
      subscriptionArn: `${world.topicArn}:new%40example.com`,
      endpoint: "n…@example.com",
    });
  });

  test("takes links of the operations topic too", async () => {
    addPending("a@b.de", aws.operationsSubscribers);
    const { text } = await run(toLink("a@b.de", `${world.topicArn}-operations`));
    expect(text).toContain("the operations topic");
  });

  test("is done also where it may not be seen whom it was for", async () => {
    aws.denied.add("ListSubscriptionsByTopic");
    const { code, text } = await run(toLink("new@example.com"));
    expect([code, text]).toEqual([0, expect.stringMatching(/^Confirmed: It is subscribed/)]);
  });

  test("takes a link as mail programs mangle it", () => {
    const link = toLink("t0ken").replaceAll("&", "&amp;").replace("Token=", "To\n  ken=");
    expect(parseConfirmationLink(link)).toEqual({ topicArn: world.topicArn, token: "t0ken" });
  });

  const CONFIRM = `${ADDRESS}/confirmation.html`;

  test.each([
    ["hello", /^This is not a link/],
    ["ftp://a.example/?Token=1", /^This is not a link/],
    [`${CONFIRM}?TopicArn=x`, /without quotes the shell cuts/],
    [CONFIRM, /^The link carries no Token: give/],
    [`${CONFIRM}?Token=1`, /^The link names no topic/],
    [`${CONFIRM}?Token=1&TopicArn=alerts`, /^The link names no topic/],
    [`${ADDRESS}/unsubscribe.html?Endpoint=a@b.de`, /^This link would end a subscription/],
    [`${CONFIRM}?SubscriptionArn=arn:aws:sns:x`, /^This link would end a subscription/],
  ])("says what is wrong with %s, without asking AWS", async (link, sentence) => {
    await world.refuses(() => run(link), sentence);
    expect(aws.calls).toEqual([]);
  });

  test("does not confirm what another stack's link says, nor on the local run", async () => {
    const other = toLink("new@example.com", "arn:aws:sns:us-east-1:000000000000:others");
    await world.refuses(() => run(other), /which is none of stack Hooks/);
    const link = toLink("new@example.com");
    await world.refuses(() => run(link, { data: world.data }), /^The local run sends no mail/);
    expect(aws.calls).not.toContain("ConfirmSubscription");
  });

  test.each([
    ["a token that has run out", "InvalidParameter", "", /^SNS does not take the link's token/],
    ["a topic that is gone", "NotFound", "", /^SNS does not take the link's token/],
    [
      "a click's subscription",
      "AuthorizationError",
      "Cannot unsubscribe without authentication",
      /^This subscription was confirmed already, by a click/,
    ],
  ])("says how to have a new mail sent after %s", async (_what, code, message, sentence) => {
    aws.refused.set("ConfirmSubscription", { code, message });
    const confirming = () => run(toLink("new@example.com"));
    await world.refuses(confirming, sentence);
    await world.refuses(confirming, /npm run subscribe -- --stack Hooks --email ADDRESS\.$/);
  });
});

describe("subscribe", () => {
  const RedrivePolicy = '{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:dead-letters"}';

  function run(options: SubscribeOptions, ...answers: boolean[]) {
    return runWith(
      (terminal) => subscribe({ options: { stack: STACK, ...options }, terminal }),
      ...answers,
    );
  }

  /** Asked first, and after a no nothing is changed. */
  async function runAsked(options: SubscribeOptions) {
    await world.refuses(() => run(options), "there is no terminal to ask, so add --yes");
    await world.refuses(() => run(options, false), "Nothing was changed.");
    return run(options, true);
  }

  test.each([
    [{ email: GUARD }, { protocol: "email", endpoint: GUARD, pending: true }],
    [{ sms: "+4915199999999" }, { protocol: "sms", endpoint: "+4915199999999" }],
  ])(
    "brings %j back as the stack does: no filter policy, its dead letters",
    async (options, is) => {
      aws.subscribers.shift();
      expect((await run(options)).code).toBe(0);
      expect(aws.subscribers).toHaveLength(2);
      expect(aws.subscribers.at(-1)).toMatchObject({ ...is, attributes: { RedrivePolicy } });
      expect(Object.keys(aws.subscribers.at(-1)?.attributes ?? {})).toEqual(["RedrivePolicy"]);
    },
  );

  test("gives none where an old stack names no queue of dead letters", async () => {
    delete aws.stack?.outputs.DeadLetterQueueUrl;
    await run({ email: "new@example.com" });
    expect(aws.subscribers.at(-1)?.attributes).toEqual({});
  });

  test("says what to do next, also to machines", async () => {
    const next =
      "new@example.com gets a mail \"AWS Notification - Subscription Confirmation\" in a moment. Do not click its link, copy it: npm run confirm -- --stack Hooks 'LINK'";
    expect((await run({ email: "new@example.com" })).text).toBe(next);
    expect((await run({ email: "new@example.com", json: true })).json()).toEqual({ message: next });
    aws.subscribers = [];
    expect((await run({ all: true, json: true })).json().message).toMatch(
      /LINK' \+4915112345678 is/,
    );
    const { text } = await run({ sms: "+4915199999999" });
    expect(text).toContain("sandbox texts verified numbers only: npm run status -- --stack Hooks");
  });

  test("has the mail sent again to whoever has not confirmed", async () => {
    addPending("new@example.com");
    await run({ email: "new@example.com" });
    expect(aws.calls).toContain("Subscribe");
    expect(aws.calls).not.toContain("Unsubscribe");
  });

  test("ends a click's subscription first, once its operator agrees", async () => {
    Object.assign(aws.subscribers[0] ?? {}, { attributes: CLICKED });
    const { err } = await runAsked({ email: GUARD });
    expect(err.join(" ")).toBe(
      `${GUARD} was confirmed by a click. 1 subscription will be ended and begun again, and gets nothing until that is confirmed.`,
    );
    expect(aws.subscribers).toMatchObject([
      { endpoint: PHONE },
      { endpoint: GUARD, pending: true },
    ]);
  });

  test("subscribes to the operations topic", async () => {
    await run({ email: "ops@example.com", operations: true });
    expect(aws.operationsSubscribers.at(-1)?.endpoint).toBe("ops@example.com");
    expect(aws.subscribers).toHaveLength(2);
  });

  test("with --all brings everybody whom the settings name to a good state, and nobody else", async () => {
    aws.subscribers = [
      { protocol: "email", endpoint: GUARD, attributes: CLICKED },
      { protocol: "email", endpoint: "other@example.com" },
      { protocol: "email", endpoint: "two@example.com", attributes: CLICKED },
    ];
    aws.expected.push({ protocol: "https", endpoint: "https://pager.example/x" });
    aws.expected.push({ protocol: "email", endpoint: "two@example.com" });
    const { out, err, text } = await runAsked({ all: true });
    expect(err.join(" ")).toMatch(
      /^guard@\S+, two@\S+ were confirmed by a click\. 2 subscriptions/,
    );
    expect(text).toContain(`${GUARD} gets a mail`);
    expect(text).toContain(`${PHONE} is subscribed.`);
    expect(out.at(-1)).toBe("Then: npm run status -- --stack Hooks");
    expect(aws.subscribers).toMatchObject([
      { endpoint: "other@example.com" },
      { endpoint: GUARD, pending: true },
      { endpoint: PHONE },
      { endpoint: "two@example.com", pending: true },
    ]);
  });

  test.each([
    [{ email: GUARD }, `${GUARD} is subscribed already, and confirmed.`],
    [{ all: true }, "Everybody whom the settings name is subscribed already, and confirmed."],
    [
      { all: true, operations: true },
      "Everybody whom the settings name is subscribed already, and confirmed.",
    ],
  ])("%j changes nothing where all is well", async (options, sentence) => {
    const { code, text } = await run(options);
    expect([code, text]).toEqual([0, sentence]);
    expect(aws.calls).not.toContain("Subscribe");
  });

  test.each([[GUARD], ["g…@example.com"]])(
    "removes %s, once its operator agrees",
    async (address) => {
      const { err, text } = await runAsked({ remove: [address] });
      expect(err.join(" ")).toBe(`${GUARD} will be unsubscribed, and gets nothing any more.`);
      expect(text).toContain(`Removed: ${GUARD}. It is to leave the settings too`);
      expect(aws.subscribers.map(({ endpoint }) => endpoint)).toEqual([PHONE]);
    },
  );

  test("removes several, from the operations topic alone", async () => {
    aws.operationsSubscribers.push({ protocol: "email", endpoint: GUARD });
    const remove = ["operations@example.com", GUARD];
    await run({ remove, operations: true, yes: true });
    expect(aws.operationsSubscribers).toEqual([]);
    expect(aws.subscribers).toHaveLength(2);
  });

  test.each([
    ["nobody@example.com", /^nobody@example\.com is not subscribed to this topic/],
    ["p…@example.com", /may be each of email pat@example\.com, email pia@example\.com: give the/],
    ["late@example.com", /^late@example\.com is not confirmed: AWS forgets it/],
  ])("removes nobody beside %s", async (address, sentence) => {
    for (const name of ["pat", "pia"]) {
      aws.subscribers.push({ protocol: "email", endpoint: `${name}@example.com` });
    }
    addPending("late@example.com");
    await world.refuses(() => run({ remove: [GUARD, address], yes: true }), sentence);
  });

  const GIVE_ONE = "Give one of --email ADDRESS, --sms NUMBER, --all and --remove ADDRESS.";

  test.each([
    [{}, GIVE_ONE],
    [{ all: true, remove: ["a@b.de"] }, GIVE_ONE],
    [{ email: "a@b.de", sms: PHONE }, GIVE_ONE],
    [{ email: "hello" }, "hello is not an e-mail address."],
    [{ email: "a@b" }, "a@b is not an e-mail address."],
    [{ sms: "0151" }, "0151 is not in E.164 form, such as +4915112345678."],
    [{ sms: "+0015112345678" }, "is not in E.164 form"],
    [{ sms: "4915112345678" }, "is not in E.164 form"],
    [{ sms: `${PHONE}0000` }, "is not in E.164 form"],
    [{ sms: PHONE, operations: true }, /do not go out by SMS/],
    [{ email: "a@b.de", stack: undefined as never }, /^The local run delivers to the terminal/],
  ])("says in one sentence what is wrong with %j", async (options, sentence) => {
    const where = "stack" in options ? { data: world.data } : {};
    await world.refuses(() => run({ ...options, ...where }), sentence);
  });

  test("says so where the stack is too old to name its operations topic", async () => {
    delete aws.stack?.outputs.OperationsTopicArn;
    const options = { email: "a@b.de", operations: true };
    await world.refuses(
      () => run(options),
      /^The stack names no operations topic: deploy it again/,
    );
  });
});
