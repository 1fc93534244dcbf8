import { DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ChatDocument } from "../../lambda/alert/chat-document.ts";
import { toStoredEvent } from "../../lambda/event/event-item.ts";
import { readDocument } from "../docs/documents.ts";
import { entry, META_EXAMPLE, newWabaId, payload } from "../support/builders.ts";
import { createSchemaCheck } from "../support/published-schema.ts";
import { cloudformation } from "./clients.ts";
import { ask as askShell, run } from "./deployment.ts";
import { describeProtect } from "./protect.ts";
import { subscribeQueue } from "./subscribers.ts";
import * as system from "./system.ts";
import { waitFor } from "./wait.ts";
import { describeWidget } from "./widget.ts";

const { alerts, chat, deliver, deliverNow, deployment, nextAlert, OLD_SECRET, output } = system;
const NEW_SECRET = "fedcba9876543210fedcba9876543210";
const META_ACCOUNT = "102290129340398";

/** Not the SMS account's and the relay's metric, which the emulator lacks. */
const CHECKS = [
  "deployment",
  "secret",
  "handshake",
  "forged",
  "subscribers",
  "pending",
  "last-event",
  "last-test",
  "alarms",
];

afterAll(() => chat.stop());

test("the stack's own command sets the app secret and keeps the verify token", async () => {
  const { verifyToken } = await system.readSecret();
  expect(verifyToken).toHaveLength(40);
  await system.putAppSecret(OLD_SECRET);
  expect(await system.readSecret()).toEqual({ verifyToken, appSecrets: [OLD_SECRET] });
});

test("Meta's handshake gets its challenge back for the generated verify token", async () => {
  const { verifyToken } = await system.readSecret();
  const url = new URL(output("WebhookUrl"));
  url.searchParams.set("hub.mode", "subscribe");
  url.searchParams.set("hub.challenge", "1158201444");
  url.searchParams.set("hub.verify_token", verifyToken);
  const answer = await fetch(url);
  expect([answer.status, await answer.text()]).toEqual([200, "1158201444"]);
});

describe("Meta's signed example of a reset request", () => {
  test("is stored and alerts", async () => {
    const said = {
      event: "PIN_RESET_REQUEST",
      displayPhoneNumber: "15550783881",
      requester: "61555822107539",
      time: 1748811473,
      test: false,
    };
    expect(await deliver(META_EXAMPLE)).toBe(200);
    expect(await system.alertStateOf(META_ACCOUNT)).toBe("open");
    const [item = {}] = await system.itemsOf(META_ACCOUNT);
    expect(toStoredEvent(item)).toMatchObject(said);
    expect(await nextAlert(META_ACCOUNT)).toMatchObject({ version: 1, ...said });
  });

  test("adds nothing when it is repeated", async () => {
    const before = await system.itemsOf(META_ACCOUNT);
    expect(await Promise.all([META_EXAMPLE, META_EXAMPLE].map((body) => deliver(body)))).toEqual([
      200, 200,
    ]);
    expect(await system.itemsOf(META_ACCOUNT)).toEqual(before);
  });

  test("is what each of the documented aws dynamodb query commands finds", async (context) => {
    if (!(await system.hasAwsCli())) context.skip("The AWS CLI is not installed.");
    const queries = readDocument("infra/REFERENCE.md").match(
      /^aws dynamodb query (?:.*\\\n)*.*$/gm,
    );
    expect(queries).toHaveLength(5);
    for (const query of queries ?? []) {
      const { Items } = JSON.parse(await run(query.replace(/\bTABLE\b/, output("TableName"))));
      const accounts = Items.map(({ wabaId }: { wabaId: { S: string } }) => wabaId.S);
      expect(accounts, query).toEqual([META_ACCOUNT]);
    }
  });
});

test("what Meta did not sign is refused and leaves nothing behind", async () => {
  const wabaId = newWabaId();
  const body = payload(entry({ id: wabaId }));
  expect(await deliver(body, NEW_SECRET)).toBe(401);
  expect(await system.itemsOf(wabaId)).toEqual([]);
});

describe("an alert whose function died before it was published", () => {
  test("is published once the function is invoked as the relay's rule does", async () => {
    const wabaId = await system.leavePending();
    expect(await system.alertStateOf(wabaId)).toBe("pending");
    await system.tick();
    expect(await system.alertStateOf(wabaId)).toBe("open");
    expect((await nextAlert(wabaId)).wabaId).toBe(wabaId);
  });

  test("is published within a minute by the deployed rule itself", async () => {
    const wabaId = await system.leavePending();
    await system.untilStateIs(wabaId, "open");
    expect((await nextAlert(wabaId)).wabaId).toBe(wabaId);
  });
});

test("a rotated app secret is accepted without a deploy, beside the one before it", async () => {
  await system.putAppSecret(NEW_SECRET);
  const [first, second] = [newWabaId(), newWabaId()];
  const body = payload(entry({ id: first }));
  await waitFor(async () => (await deliver(body, NEW_SECRET)) === 200);
  expect(await deliver(payload(entry({ id: second })), OLD_SECRET)).toBe(200);
  const states = await Promise.all([first, second].map(system.alertStateOf));
  expect(states).toEqual(["open", "open"]);
});

describe("the operator's commands", () => {
  async function ask(command: string) {
    return JSON.parse(
      await askShell(`npm run --silent ${command} -- --stack ${deployment.stackName} --json`),
    );
  }

  test("rehearse the emergency", async () => {
    const { eventKey, subscribers, milliseconds } = await ask("drill");
    expect(milliseconds, "the page behind the alert's link was opened").toHaveProperty("page");
    const protocols = subscribers.map(({ protocol }: { protocol: string }) => protocol);
    expect(protocols.sort()).toEqual(["email", "https", "sms", "sqs"]);
    expect((await nextAlert("0")).eventKey).toBe(eventKey);
  });

  test("show the whole history", async () => {
    const shown: { wabaId: string; eventKey: string }[] = await ask("history");
    const stored = (await system.allItems()).map(toStoredEvent);
    const toIds = (events: typeof shown) => events.map(({ wabaId, eventKey }) => wabaId + eventKey);
    expect(toIds(shown).sort()).toEqual(toIds(stored).sort());
  });

  test("say that all is well", async () => {
    const checks: { id: string; state: string }[] = (await ask("status")).checks;
    const good = checks.filter(({ state }) => state === "ok").map(({ id }) => id);
    expect(good, JSON.stringify(checks)).toEqual(expect.arrayContaining(CHECKS));
  });
});

describe("an alert that nobody has answered", () => {
  const wabaId = newWabaId();

  test("is repeated once its time has come", async () => {
    await system.freePlaces();
    await deliverNow(wabaId, "PIN_RESET_REQUEST", "15550002222");
    await system.untilStateIs(wabaId, "open");
    await system.freePlaces();
    await system.makeDue(wabaId);
    await system.tick();
    expect(await system.kindsOf(wabaId)).toEqual(["alert", "repeat"]);
  });

  test("shows its page to whoever has the link, and to nobody else", async () => {
    const link = await system.linkOf(wabaId);
    const page = await fetch(link);
    expect(page.status).toBe(200);
    expect(page.headers.get("content-security-policy")).toMatch(/^default-src 'none'; /);
    expect(await page.text()).toContain("Nobody has answered");
    expect((await fetch(link.slice(0, -1))).status).toBe(404);
  });

  test("takes an answer", async () => {
    const answered = await system.answer(wabaId, "Ann Example");
    expect(answered.status, "leads back to the page").toBe(200);
    expect(await answered.text()).toContain("Ann Example");
    await system.untilStateIs(wabaId, "acknowledged");
  });

  test("is announced as answered, and not repeated from then on", async () => {
    await system.untilAnnounced(wabaId);
    const sent = await system.kindsOf(wabaId);
    await system.tick();
    expect(await system.kindsOf(wabaId)).toEqual(sent);
    expect(await system.alertStateOf(wabaId)).toBe("acknowledged");
  });
});

describe("an https subscriber, as a chat or a pager is,", () => {
  const wabaId = newWabaId();
  const number = "15550003333";

  test("gets alert, repeat and answer of a number as one thread, which the answer closes", async () => {
    await system.freePlaces();
    await deliverNow(wabaId, "PIN_RESET_REQUEST", number);
    const alert = await chat.next("alert", wabaId);
    await system.makeDue(wabaId);
    await system.tick();
    const repeat = await chat.next("repeat", wabaId);
    expect((await system.answer(wabaId, "Bo Example")).status).toBe(200);
    const answer = await chat.next("acknowledged", wabaId);

    const messages = [alert, repeat, answer];
    const thread = `whatsapp-security-${number}`;
    expect(messages.map(({ metadata }) => metadata.threadId)).toEqual([thread, thread, thread]);
    const answers = messages.map(({ metadata }) => metadata.additionalContext.answer);
    expect(answers).toEqual([undefined, undefined, "planned"]);
    expect(answer.content.description).toContain("Bo Example");
    expect(alert.content.nextSteps.join("\n")).toContain(await system.linkOf(wabaId));
  });

  test("gets many numbers at once as a digest with a thread of its own", async () => {
    const account = newWabaId();
    const numbers = ["1", "2", "3", "4", "5", "6"].map((digit) => `1555000444${digit}`);
    await deliverNow(account, "PIN_RESET_REQUEST", ...numbers);
    const digest = await chat.next("digest", account);
    expect(digest.metadata.threadId).toBe("whatsapp-security-digest");
    expect(digest.metadata.additionalContext.events).toBe("6");
  });
});

describeProtect();

describeWidget();

describe("the watchdog, invoked as its daily rule does", () => {
  type Report = { readonly kind: string; readonly report: { readonly failed: { id: string }[] } };
  let operations: Awaited<ReturnType<typeof subscribeQueue<Report>>>;
  beforeAll(async () => {
    operations = await subscribeQueue(output("OperationsTopicArn"), (report) => report as Report);
  });

  test("reports to the operations topic", async () => {
    await system.runWatchdog();
    await operations.next(({ kind }) => kind === "heartbeat");
  });

  test("mails what failed to those who run the system: here an address that is gone", async () => {
    await system.unsubscribe("AlertTopicArn", "security@example.com");
    await system.runWatchdog();
    const isGone = ({ id }: { id: string }) => id === "subscribers";
    await operations.next(({ kind, report }) => kind === "check" && report.failed.some(isGone));
  });
});

test("every message that the https subscriber got is of the published schema; the watchdog's report is for those who run the system", () => {
  const check = createSchemaCheck("chat-document");
  const [confirmation, ...notifications] = chat.bodies;
  expect(confirmation?.Type).toBe("SubscriptionConfirmation");
  const documents = notifications.map(({ Message }) => check(Message) as ChatDocument);
  const kinds = documents.map(({ metadata }) => metadata.additionalContext.kind);
  expect([...new Set(kinds)].sort()).toEqual(["acknowledged", "alert", "digest", "repeat"]);
});

test("every alert came, and came once", async () => {
  const stored = (await system.allItems()).filter(({ alert }) => alert?.S !== "none");
  const expected = stored.map(({ wabaId, eventKey }) => `${wabaId?.S} ${eventKey?.S}`);
  const sent = (await alerts.all()).flatMap(({ kind, wabaId, eventKey, events = [] }) => {
    const first = kind === "digest" ? events.filter(({ repeat }) => repeat === 0) : [];
    const all = kind === "alert" ? [{ wabaId, eventKey }] : first;
    return all.map((event) => `${event.wabaId} ${event.eventKey}`);
  });
  expect([...sent].sort()).toEqual(expected.sort());
});

test("the stack goes when it is destroyed, and the history stays", async () => {
  await deployment.destroy();
  const describeStack = new DescribeStacksCommand({ StackName: deployment.stackName });
  await expect(cloudformation.send(describeStack)).rejects.toThrow("does not exist");
  expect(await deliver(META_EXAMPLE)).toBe(404);
  expect(await system.itemsOf(META_ACCOUNT)).toHaveLength(1);
});
