import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { confirm } from "../../../infra/commands/confirm/confirm.ts";
import { parseConfirmationLink } from "../../../infra/commands/confirm/link.ts";
import { type SubscribeOptions, subscribe } from "../../../infra/commands/subscribe/subscribe.ts";
import { STACK, startOperatorWorld } from "../../support/operator-world.ts";
import { createTestTerminal } from "../../support/terminal.ts";

const world = await startOperatorWorld();
afterAll(() => world.stop());
beforeEach(() => world.reset());

function toLink(token: string, topicArn = world.topicArn): string {
  return `https://sns.us-east-1.amazonaws.com/confirmation.html?TopicArn=${topicArn}&Token=${token}&Endpoint=${token}`;
}

async function runConfirm(link: string, stack: string | undefined = STACK) {
  const terminal = createTestTerminal();
  const options = stack ? { stack } : { data: world.data };
  const code = await confirm({ link, options, terminal });
  return { code, text: terminal.out.join(" ") };
}

async function runSubscribe(options: SubscribeOptions, ...answers: boolean[]) {
  const terminal = createTestTerminal(...answers);
  const code = await subscribe({ options: { stack: STACK, ...options }, terminal });
  return { code, text: terminal.out.join(" "), terminal };
}

describe("confirm", () => {
  test("confirms with authentication, so that no mail's link ends the subscription", async () => {
    world.aws.subscribers.push({ protocol: "email", endpoint: "new@example.com", pending: true });
    const { code, text } = await runConfirm(toLink("new@example.com"));
    expect(code).toBe(0);
    expect(text).toMatch(/^Confirmed: n…@example\.com is subscribed to the alert topic, and the/);
    expect(world.aws.subscribers.at(-1)).toMatchObject({
      pending: false,
      attributes: { ConfirmationWasAuthenticated: "true" },
    });
  });

  test("takes links of the operations topic too", async () => {
    const topicArn = `${world.topicArn}-operations`;
    world.aws.operationsSubscribers.push({ protocol: "email", endpoint: "a@b.de", pending: true });
    expect((await runConfirm(toLink("a@b.de", topicArn))).text).toContain("the operations topic");
  });

  test("takes a link as mail programs mangle it", () => {
    const link = toLink("t0ken").replaceAll("&", "&amp;").replace("Token=", "To\n  ken=");
    expect(parseConfirmationLink(link)).toEqual({ topicArn: world.topicArn, token: "t0ken" });
  });

  test.each([
    ["no link", "hello", /^This is not a link/],
    ["a link that the shell cut off", `${toBroken()}?TopicArn=x`, /without quotes the shell cuts/],
    ["a link without anything", toBroken(), /^The link carries no Token: give/],
    ["a link without a topic", `${toBroken()}?Token=1`, /^The link names no topic/],
    [
      "a link that unsubscribes by its path alone",
      "https://sns.us-east-1.amazonaws.com/unsubscribe.html?Endpoint=a@b.de",
      /^This link would end a subscription/,
    ],
    [
      "the link at a mail's foot",
      "https://sns.us-east-1.amazonaws.com/unsubscribe.html?SubscriptionArn=arn:aws:sns:x",
      /^This link would end a subscription/,
    ],
  ])("says in one sentence what is wrong with %s", async (_name, link, sentence) => {
    await expect(runConfirm(link)).rejects.toThrow(sentence);
    expect(world.aws.calls).toEqual([]);
  });

  test.each([
    [
      "a token that has run out",
      toLink("nobody@example.com"),
      /links run out after two days.*npm run subscribe -- --stack Hooks --email ADDRESS\.$/,
    ],
    [
      "another stack's topic",
      toLink("t", "arn:aws:sns:us-east-1:000000000000:others"),
      /which is none of stack Hooks/,
    ],
  ])("does not confirm %s", async (_what, link, sentence) => {
    await expect(runConfirm(link)).rejects.toThrow(sentence);
  });

  test("explains itself on the local run", async () => {
    await expect(runConfirm(toLink("t"), "")).rejects.toThrow(/^The local run sends no mail/);
  });
});

function toBroken(): string {
  return "https://sns.us-east-1.amazonaws.com/confirmation.html";
}

const GIVE_ONE = "Give one of --email ADDRESS, --sms NUMBER, --all and --remove ADDRESS.";

describe("subscribe", () => {
  const RedrivePolicy = '{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:dead-letters"}';

  test("brings an e-mail address back, and says how to confirm it", async () => {
    world.aws.subscribers.shift();
    const { code, text } = await runSubscribe({ email: "guard@example.com" });
    expect(code).toBe(0);
    expect(text).toMatch(
      /Do not click its link, copy it: npm run confirm -- --stack Hooks 'LINK'$/,
    );
    expect(world.aws.subscribers.at(-1)).toMatchObject({
      protocol: "email",
      endpoint: "guard@example.com",
      pending: true,
      attributes: { RedrivePolicy },
    });
  });

  test("gives an SMS subscription no filter policy, as the stack does", async () => {
    await runSubscribe({ sms: "+4915199999999" });
    expect(world.aws.subscribers.at(-1)).toMatchObject({
      protocol: "sms",
      attributes: { RedrivePolicy },
    });
  });

  test("changes nothing where all is well", async () => {
    const { text } = await runSubscribe({ email: "guard@example.com" });
    expect(text).toBe("guard@example.com is subscribed already, and confirmed.");
    expect(world.aws.calls).not.toContain("Subscribe");
  });

  test("has the mail sent again to whoever has not confirmed", async () => {
    world.aws.subscribers.push({ protocol: "email", endpoint: "new@example.com", pending: true });
    await runSubscribe({ email: "new@example.com" });
    expect(world.aws.calls).toContain("Subscribe");
    expect(world.aws.calls).not.toContain("Unsubscribe");
  });

  test("ends a click's subscription first, once its operator agrees", async () => {
    const [first] = world.aws.subscribers;
    if (first) first.attributes = { ConfirmationWasAuthenticated: "false" };
    const before = structuredClone(world.aws.subscribers);
    await expect(runSubscribe({ email: "guard@example.com" }, false)).rejects.toThrow(
      "Nothing was changed.",
    );
    expect(world.aws.subscribers).toEqual(before);
    await runSubscribe({ email: "guard@example.com" }, true);
    const found = world.aws.subscribers.filter(({ protocol }) => protocol === "email");
    expect(found).toMatchObject([{ endpoint: "guard@example.com", pending: true }]);
  });

  test("subscribes to the operations topic", async () => {
    await runSubscribe({ email: "ops@example.com", operations: true });
    expect(world.aws.operationsSubscribers.at(-1)?.endpoint).toBe("ops@example.com");
  });

  describe("with --all", () => {
    test("brings everybody whom the settings name to a good state, and nobody else", async () => {
      const attributes = { ConfirmationWasAuthenticated: "false" };
      world.aws.subscribers = [
        { protocol: "email", endpoint: "guard@example.com", attributes },
        { protocol: "email", endpoint: "other@example.com" },
      ];
      const before = structuredClone(world.aws.subscribers);
      await expect(runSubscribe({ all: true }, false)).rejects.toThrow("Nothing was changed.");
      expect(world.aws.subscribers).toEqual(before);
      const { text } = await runSubscribe({ all: true }, true);
      expect(text).toContain("guard@example.com gets a mail");
      expect(text).toContain("+4915112345678 is subscribed.");
      expect(world.aws.subscribers).toMatchObject([
        { endpoint: "other@example.com" },
        { endpoint: "guard@example.com", pending: true },
        { endpoint: "+4915112345678" },
      ]);
    });

    test("has nothing to do where all is well, on either topic", async () => {
      for (const operations of [true, false]) {
        const { text } = await runSubscribe({ all: true, operations });
        expect(text).toBe("Everybody whom the settings name is subscribed already, and confirmed.");
      }
      expect(world.aws.calls).not.toContain("Subscribe");
    });
  });

  describe("with --remove", () => {
    test.each([["guard@example.com"], ["g…@example.com"]])(
      "removes %s, once its operator agrees, and nobody else",
      async (address) => {
        const before = structuredClone(world.aws.subscribers);
        await expect(runSubscribe({ remove: [address] }, false)).rejects.toThrow("Nothing was");
        expect(world.aws.subscribers).toEqual(before);
        const { text, terminal } = await runSubscribe({ remove: [address] }, true);
        expect(terminal.err.join(" ")).toContain("guard@example.com will be unsubscribed");
        expect(text).toContain("Removed: guard@example.com.");
        expect(world.aws.subscribers.map(({ endpoint }) => endpoint)).toEqual(["+4915112345678"]);
      },
    );

    test("removes from the operations topic", async () => {
      await runSubscribe({ remove: ["operations@example.com"], operations: true, yes: true });
      expect(world.aws.operationsSubscribers).toEqual([]);
      expect(world.aws.subscribers).toHaveLength(2);
    });

    test.each([
      ["nobody@example.com", /^nobody@example\.com is not subscribed to this topic/],
      ["p…@example.com", /may be each of email pat@example\.com, email pia@example\.com: give the/],
      ["late@example.com", /^late@example\.com is not confirmed: AWS forgets it/],
    ])("changes nothing for %s", async (address, sentence) => {
      for (const name of ["pat", "pia", "late"]) {
        const endpoint = `${name}@example.com`;
        world.aws.subscribers.push({ protocol: "email", endpoint, pending: name === "late" });
      }
      const remove = ["guard@example.com", address];
      await expect(runSubscribe({ remove, yes: true })).rejects.toThrow(sentence);
      expect(world.aws.calls).not.toContain("Unsubscribe");
    });
  });

  test.each([
    [{}, GIVE_ONE],
    [{ all: true, remove: ["a@b.de"] }, GIVE_ONE],
    [{ email: "a@b.de", sms: "+4915112345678" }, GIVE_ONE],
    [{ email: "hello" }, "hello is not an e-mail address."],
    [{ sms: "0151" }, "0151 is not in E.164 form, such as +4915112345678."],
    [{ sms: "+4915112345678", operations: true }, /do not go out by SMS/],
    [{ email: "a@b.de", stack: undefined as never }, /^The local run delivers to the terminal/],
  ])("says in one sentence what is wrong with %j", async (options, sentence) => {
    const where = "stack" in options ? { data: world.data } : {};
    await expect(runSubscribe({ ...options, ...where })).rejects.toThrow(sentence);
  });
});
