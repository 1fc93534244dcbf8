import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { confirm } from "../../../infra/commands/confirm/confirm.ts";
import { parseConfirmationLink } from "../../../infra/commands/confirm/link.ts";
import { type SubscribeOptions, subscribe } from "../../../infra/commands/subscribe/subscribe.ts";
import { openDeployment } from "../../../infra/deployment/open.ts";
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
    const before = structuredClone(aws.subscribers.slice(0, 2));
    expect((await run(toLink("new@example.com"))).shown).toMatchSnapshot();
    const attributes = { ConfirmationWasAuthenticated: "true" };
    expect(aws.subscribers).toEqual([
      ...before,
      { protocol: "email", endpoint: "new@example.com", pending: false, attributes },
    ]);
  });

  test("takes links of the operations topic too, and answers machines with one document", async () => {
    addPending("a@b.de", aws.operationsSubscribers);
    const link = toLink("a@b.de", `${world.topicArn}-operations`);
    expect((await run(link)).text).toMatch(/^Confirmed: a…@b\.de is .* to the operations topic,/);
    expect((await run(link, { stack: STACK, json: true })).json()).toEqual({
      topic: "operations",
      subscriptionArn: `${world.topicArn}-operations:a%40b.de`,
      endpoint: "a…@b.de",
    });
  });

  test("is done also where it may not be seen whom it was for", async () => {
    aws.denied.add("ListSubscriptionsByTopic");
    const { code, text } = await run(toLink("new@example.com"));
    expect([code, text]).toEqual([0, expect.stringMatching(/^Confirmed: It is subscribed/)]);
  });

  test("takes a link as mail programs mangle it", () => {
    const topicArn = "arn:aws-us-gov:sns:us-gov-west-1:123456789012:alerts";
    const link = toLink("t0ken", topicArn).replaceAll("&", "&amp;").replace("Token=", "To\n  ken=");
    expect(parseConfirmationLink(link)).toEqual({ topicArn, token: "t0ken" });
  });

  const CONFIRM = `${ADDRESS}/confirmation.html`;

  test.each([
    ["hello", "This is not a link"],
    ["ftp://a.example/?Token=1", "This is not a link"],
    [
      `${CONFIRM}?TopicArn=x&Token=`,
      "The link carries no Token (without quotes the shell cuts it off",
    ],
    [CONFIRM, "The link carries no Token"],
    [`${CONFIRM}?Token=1`, "The link names no topic (TopicArn=arn:aws:sns:…)"],
    [`${CONFIRM}?Token=1&TopicArn=alerts`, "The link names no topic (TopicArn=arn:aws:sns:…)"],
    [`${ADDRESS}/unsubscribe.html?Endpoint=a@b.de`, "This link would end a subscription"],
    [`${CONFIRM}?SubscriptionArn=arn:aws:sns:x`, "This link would end a subscription"],
  ])("says what is wrong with %s, without asking AWS", async (link, sentence) => {
    const rule = `the link of the mail "AWS Notification - Subscription Confirmation", in quotes: 'https://sns.…/confirmation.html?TopicArn=…&Token=…'.`;
    await expect(run(link)).rejects.toThrow(
      `${sentence}${sentence.includes("(without") ? " at the first &)" : ""}: give ${rule}`,
    );
    expect(aws.calls).toEqual([]);
  });

  test("does not confirm what another stack's link says, nor on the local run", async () => {
    const other = toLink("new@example.com", "arn:aws:sns:us-east-1:000000000000:others");
    await world.refuses(() => run(other));
    await world.refuses(() => run(toLink("new@example.com"), { data: world.data }));
    expect(aws.calls).not.toContain("ConfirmSubscription");
  });

  test.each([
    ["a token that has run out", "InvalidParameter", ""],
    ["a topic that is gone", "NotFound", ""],
    ["a click's confirmation", "AuthorizationError", "Cannot unsubscribe without authentication"],
    ["a click's, in other words", "AuthorizationError", "It is authenticated already"],
    ["a missing permission", "AuthorizationError", "not authorized to perform: sns:Confirm"],
  ])("says what to do after %s", async (_, code, message) => {
    aws.refused.set("ConfirmSubscription", { code, message });
    await world.refuses(() => run(toLink("new@example.com")));
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
    const machine = { ...options, json: true };
    await world.refuses(() => run(machine), "there is no terminal to ask, so add --yes");
    await world.refuses(() => run(options, false), "Nothing was changed.");
    return run(options, true);
  }

  /** As the stack does: no filter policy, its dead letters. */
  function added(protocol: "email" | "sms", endpoint: string) {
    return { protocol, endpoint, pending: protocol === "email", attributes: { RedrivePolicy } };
  }

  test.each([
    [{ email: GUARD }, added("email", GUARD)],
    [{ sms: "+1234567" }, added("sms", "+1234567")],
    [{ sms: "+123456789012345" }, added("sms", "+123456789012345")],
  ])("brings %j back as the stack does", async (options, is) => {
    aws.subscribers.shift();
    expect((await run(options)).code).toBe(0);
    expect(aws.subscribers).toEqual([{ protocol: "sms", endpoint: PHONE }, is]);
  });

  test("finds that queue in the topic's partition, region and account", async () => {
    const AlertTopicArn = "arn:aws-cn:sns:cn-north-1:210987654321:Alerts";
    Object.assign(aws.stack?.outputs ?? {}, { AlertTopicArn });
    const { deadLetterQueueArn } = await openDeployment({ stack: STACK });
    expect(deadLetterQueueArn).toMatch(/^arn:aws-cn:sqs:cn-north-1:210987654321:\w/);
  });

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
    const sms = `${PHONE} is subscribed. An account in the SMS sandbox texts verified numbers only: npm run status -- --stack Hooks says so.`;
    const message = `${next.replace("new@", "guard@")} ${sms}`;
    expect((await run({ all: true, json: true })).json()).toEqual({ message });
    aws.subscribers = [];
    const then = `${message} Then: npm run status -- --stack Hooks`;
    expect((await run({ all: true })).text, "one command for several").toBe(then);
  });

  test("has the mail sent again to whoever has not confirmed", async () => {
    aws.subscribers.push({ protocol: "email-json", endpoint: "new@example.com" });
    addPending("new@example.com");
    const before = structuredClone(aws.subscribers);
    await run({ email: "new@example.com" });
    expect(aws.subscribers).toEqual([...before, added("email", "new@example.com")]);
  });

  test("ends a click's subscription first, once its operator agrees", async () => {
    Object.assign(aws.subscribers[0] ?? {}, { attributes: CLICKED });
    expect((await runAsked({ email: GUARD })).shown).toMatchSnapshot();
    const phone = { protocol: "sms", endpoint: PHONE };
    expect(aws.subscribers).toEqual([phone, added("email", GUARD)]);
    expect((await run({ email: GUARD, yes: true, json: true })).err, "the mail again").toEqual([]);
  });

  test("subscribes to the operations topic", async () => {
    aws.operationsSubscribers = [];
    await run({ email: "ops@example.com", operations: true });
    await run({ all: true, operations: true });
    const both = ["ops@example.com", "operations@example.com"];
    expect(aws.operationsSubscribers).toEqual(both.map((address) => added("email", address)));
    expect(aws.subscribers).toHaveLength(2);
  });

  test("with --all brings everybody whom the settings name to a good state, and nobody else", async () => {
    aws.subscribers = [
      { protocol: "email", endpoint: GUARD, attributes: CLICKED },
      { protocol: "email", endpoint: "two@example.com.au" },
      { protocol: "email", endpoint: "two@example.com", attributes: CLICKED },
    ];
    aws.expected.push({ protocol: "https", endpoint: "https://pager.example/x" });
    aws.expected.push({ protocol: "email", endpoint: "two@example.com" });
    expect((await runAsked({ all: true })).shown).toMatchSnapshot();
    expect(aws.subscribers).toEqual([
      { protocol: "email", endpoint: "two@example.com.au" },
      added("email", GUARD),
      added("sms", PHONE),
      added("email", "two@example.com"),
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
    expect((await run({ ...options, json: true })).json()).toEqual({ message: sentence });
    expect(aws.calls).not.toContain("Subscribe");
  });

  test("removes an address, once its operator agrees", async () => {
    expect((await runAsked({ remove: ["+49…5678"] })).shown).toMatchSnapshot();
    expect(aws.subscribers.map(({ endpoint }) => endpoint)).toEqual([GUARD]);
  });

  test("removes several, each once and from the operations topic alone", async () => {
    for (const endpoint of [GUARD, "pat\u202e@example.com"]) {
      aws.operationsSubscribers.push({ protocol: "email", endpoint });
    }
    const remove = ["operations@example.com", GUARD, GUARD, "g…@example.com", "p…@example.com"];
    expect((await run({ remove, operations: true, yes: true })).text).toMatch(
      /^Removed: operations@example\.com, guard@example\.com, pat\ufffd@example\.com\. It/,
    );
    expect(aws.operationsSubscribers).toEqual([]);
    expect(aws.subscribers).toHaveLength(2);
  });

  test.each([["nobody@example.com"], ["p…@example.com"], ["late@example.com"]])(
    "removes nobody beside %s",
    async (address) => {
      for (const name of ["pat", "pia"]) {
        aws.subscribers.push({ protocol: "email", endpoint: `${name}@example.com` });
      }
      addPending("late@example.com");
      await world.refuses(() => run({ remove: [GUARD, address], yes: true }));
    },
  );

  const GIVE_ONE = "Give one of --email ADDRESS, --sms NUMBER, --all and --remove ADDRESS.";

  test.each([
    [{}, GIVE_ONE],
    [{ all: true, remove: ["a@b.de"] }, GIVE_ONE],
    [{ email: "a@b.de", sms: PHONE }, GIVE_ONE],
    [{ email: "hello" }, "hello is not an e-mail address."],
    [{ email: "a b@c.de" }, "a b@c.de is not an e-mail address."],
    [{ email: "a@b" }, "a@b is not an e-mail address."],
    [{ sms: "0151" }, "0151 is not in E.164 form, such as +4915112345678."],
    [{ sms: "+0015112345678" }, "is not in E.164 form"],
    [{ sms: "+123456" }, "is not in E.164 form"],
    [{ sms: "4915112345678" }, "is not in E.164 form"],
    [{ sms: `${PHONE}000` }, "is not in E.164 form"],
    [{ sms: PHONE, operations: true }, "Alarms and the watchdog's mails do not go out by SMS."],
    [
      { email: "a@b.de", stack: undefined as never },
      "The local run delivers to the terminal of npm start and to its queue, not by e-mail or SMS: name the deployed stack with --stack.",
    ],
  ])("says in one sentence what is wrong with %j", async (options, sentence) => {
    const where = "stack" in options ? { data: world.data } : {};
    await world.refuses(() => run({ ...options, ...where }), sentence);
  });

  test("says so where the stack is too old to name its operations topic", async () => {
    delete aws.stack?.outputs.OperationsTopicArn;
    await world.refuses(() => run({ email: "a@b.de", operations: true }));
  });
});
