import { DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { toStoredEvent } from "../../lambda/event/event-item.ts";
import {
  entry,
  META_EXAMPLE,
  newWabaId,
  payload,
  resetRequest,
  securityChange,
  sign,
} from "../support/builders.ts";
import { createSchemaCheck } from "../support/published-schema.ts";
import { isSigned, isSignedBy } from "../support/sns-signature.ts";
import { type AlertQueue, type Report, subscribeQueue } from "./alert-queue.ts";
import { createClients } from "./clients.ts";
import { type Deployment, deploy } from "./deployment.ts";
import { findDocumentedQueries } from "./documented.ts";
import { type HttpsSubscriber, subscribeHttps } from "./https-subscriber.ts";
import { describeProtect } from "./protect.ts";
import { createShell } from "./shell.ts";
import { createSystem, hasAwsCli, waitUntil } from "./system.ts";
import { describeWidget } from "./widget.ts";

const OLD_SECRET = "0123456789abcdef0123456789abcdef";
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

const environment = inject("emulator");
const shell = createShell(environment);
const clients = createClients(environment);
let deployment: Deployment;
let system: ReturnType<typeof createSystem>;
let alerts: AlertQueue;
let chat: HttpsSubscriber;

beforeAll(async () => {
  deployment = await deploy(shell, environment.TMPDIR);
  system = createSystem(deployment, clients, shell);
  alerts = await subscribeQueue(clients, deployment.output("AlertTopicArn"));
  chat = await subscribeHttps(clients, deployment.output("AlertTopicArn"));
});
afterAll(() => chat?.stop());

function deliver(body: string, appSecret = OLD_SECRET): Promise<number> {
  return system.post(body, sign(body, appSecret));
}

test("the stack's own command sets the app secret and keeps the verify token", async () => {
  const { verifyToken } = await system.readSecret();
  expect(verifyToken).toHaveLength(40);
  await system.putAppSecret(OLD_SECRET);
  expect(await system.readSecret()).toEqual({ verifyToken, appSecrets: [OLD_SECRET] });
});

describe("Meta's handshake", () => {
  test("gets its challenge back for the generated verify token", async () => {
    const { verifyToken } = await system.readSecret();
    expect(await system.shakeHands(verifyToken)).toEqual({ status: 200, text: "1158201444" });
  });

  test("gets nothing for another one", async () => {
    expect((await system.shakeHands("another")).status).toBe(403);
  });
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
    expect(await alerts.next(META_ACCOUNT)).toMatchObject({ version: 1, ...said });
  });

  test("adds nothing when it is repeated", async () => {
    const before = await system.itemsOf(META_ACCOUNT);
    expect(await Promise.all([META_EXAMPLE, META_EXAMPLE].map((body) => deliver(body)))).toEqual([
      200, 200,
    ]);
    expect(await system.itemsOf(META_ACCOUNT)).toEqual(before);
  });

  test("is what each of the documented aws dynamodb query commands finds", async (context) => {
    if (!(await hasAwsCli(shell))) context.skip("The AWS CLI is not installed.");
    const queries = findDocumentedQueries(deployment.output("TableName"));
    expect(queries).toHaveLength(5);
    for (const query of queries) {
      const { Items } = JSON.parse(await shell.run(query));
      const accounts = Items.map(({ wabaId }: { wabaId: { S: string } }) => wabaId.S);
      expect(accounts, query).toEqual([META_ACCOUNT]);
    }
  });
});

test("a batch stores every event in it and alerts of each that Meta documents", async () => {
  const [reset, changed, news] = [newWabaId(), newWabaId(), newWabaId()];
  const body = payload(
    entry({ id: "other", changes: [{ field: "messages", value: { text: "hello" } }] }),
    entry({ id: changed, changes: [securityChange(resetRequest({ event: "PIN_CHANGED" }))] }),
    entry({ id: news, changes: [securityChange({ event: "BRAND_NEW", note: "Grüße 😀" })] }),
    entry({ id: reset }),
  );
  expect(await deliver(body)).toBe(200);
  const states = await Promise.all([reset, changed, news].map(system.alertStateOf));
  expect(states).toEqual(["open", "published", "none"]);
  expect((await alerts.next(reset)).wabaId).toBe(reset);
  expect((await alerts.next(changed)).wabaId).toBe(changed);
});

test("what Meta did not sign is refused and leaves nothing behind", async () => {
  const wabaId = newWabaId();
  const body = payload(entry({ id: wabaId }));
  expect(await deliver(body, NEW_SECRET)).toBe(401);
  expect(await system.post(body, sign(`${body} `, OLD_SECRET))).toBe(401);
  expect(await system.post(body, "")).toBe(401);
  expect(await system.itemsOf(wabaId)).toEqual([]);
});

test("other paths lead nowhere", async () => {
  const url = new URL("/other", deployment.output("WebhookUrl"));
  expect((await fetch(url)).status).toBe(404);
});

describe("an alert whose function died before it was published", () => {
  test("is published once the function is invoked as the relay's rule does", async () => {
    const wabaId = await system.leavePending();
    expect(await system.alertStateOf(wabaId)).toBe("pending");
    expect(await system.tick()).toBeUndefined();
    expect(await system.alertStateOf(wabaId)).toBe("open");
    expect((await alerts.next(wabaId)).wabaId).toBe(wabaId);
  });

  test("is published within a minute by the deployed rule itself", async () => {
    const wabaId = await system.leavePending();
    await waitUntil(async () => (await system.alertStateOf(wabaId)) === "open");
    expect((await alerts.next(wabaId)).wabaId).toBe(wabaId);
  });
});

test("a rotated app secret is accepted without a deploy, beside the one before it", async () => {
  await system.putAppSecret(NEW_SECRET);
  const [first, second] = [newWabaId(), newWabaId()];
  const body = payload(entry({ id: first }));
  await waitUntil(async () => (await deliver(body, NEW_SECRET)) === 200);
  expect(await deliver(payload(entry({ id: second })), OLD_SECRET)).toBe(200);
  const states = await Promise.all([first, second].map(system.alertStateOf));
  expect(states).toEqual(["open", "open"]);
});

describe("the operator's commands", () => {
  async function ask(command: string) {
    return JSON.parse(
      await shell.ask(`npm run --silent ${command} -- --stack ${deployment.stackName} --json`),
    );
  }

  test("rehearse the emergency", async () => {
    const { eventKey, subscribers, milliseconds } = await ask("drill");
    expect(milliseconds, "the page behind the alert's link was opened").toHaveProperty("page");
    const protocols = subscribers.map(({ protocol }: { protocol: string }) => protocol);
    expect(protocols.sort()).toEqual(["email", "https", "sms", "sqs"]);
    expect((await alerts.next("0")).eventKey).toBe(eventKey);
  });

  test("show the whole history", async () => {
    const shown: { wabaId: string; eventKey: string }[] = await ask("history");
    const items = await system.allItems();
    const stored = items.filter(({ event }) => event?.S !== "BRAND_NEW").map(toStoredEvent);
    const toIds = (events: typeof shown) => events.map(({ wabaId, eventKey }) => wabaId + eventKey);
    expect(toIds(shown).sort()).toEqual(toIds(stored).sort());
  });

  test("tell that all is well", async () => {
    const checks: { id: string; state: string }[] = (await ask("status")).checks;
    const good = checks.filter(({ state }) => state === "ok").map(({ id }) => id);
    expect(good, JSON.stringify(checks)).toEqual(expect.arrayContaining(CHECKS));
  });
});

describe("an alert that nobody has answered", () => {
  const wabaId = newWabaId();

  test("is repeated once its time has come", async () => {
    await system.freePlaces();
    const change = securityChange(resetRequest({ display_phone_number: "15550002222" }));
    const time = Math.floor(Date.now() / 1000);
    expect(await deliver(payload(entry({ id: wabaId, time, changes: [change] })))).toBe(200);
    await waitUntil(async () => (await system.alertStateOf(wabaId)) === "open");
    await system.freePlaces();
    await system.makeDue(wabaId);
    expect(await system.tick()).toBeUndefined();
    expect(await alerts.kindsOf(wabaId)).toEqual(["alert", "repeat"]);
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
    const body = new URLSearchParams({ name: "Ann Example", answer: "planned" });
    const answered = await fetch(await system.linkOf(wabaId), { method: "POST", body });
    expect(answered.status, "leads back to the page").toBe(200);
    expect(await answered.text()).toContain("Ann Example");
    await waitUntil(async () => (await system.alertStateOf(wabaId)) === "acknowledged");
  });

  test("is announced as answered, and not repeated from then on", async () => {
    const isAnnounced = async () => (await alerts.kindsOf(wabaId)).includes("acknowledged");
    await waitUntil(isAnnounced);
    const told = await alerts.kindsOf(wabaId);
    expect(await system.tick()).toBeUndefined();
    expect(await alerts.kindsOf(wabaId)).toEqual(told);
    expect(await system.alertStateOf(wabaId)).toBe("acknowledged");
  });
});

describe("an https subscriber, as a chat or a pager is,", () => {
  const wabaId = newWabaId();
  const number = "15550003333";
  const change = securityChange(resetRequest({ display_phone_number: number }));

  test("gets alert, repeat and answer of a number as one thread, which the answer closes", async () => {
    await system.freePlaces();
    const time = Math.floor(Date.now() / 1000);
    expect(await deliver(payload(entry({ id: wabaId, time, changes: [change] })))).toBe(200);
    const alert = await chat.next("alert", wabaId);
    await system.makeDue(wabaId);
    expect(await system.tick()).toBeUndefined();
    const repeat = await chat.next("repeat", wabaId);
    const body = new URLSearchParams({ name: "Bo Example", answer: "planned" });
    expect((await fetch(await system.linkOf(wabaId), { method: "POST", body })).status).toBe(200);
    const answer = await chat.next("acknowledged", wabaId);

    const messages = [alert, repeat, answer];
    const thread = `whatsapp-security-${number}`;
    expect(messages.map(({ metadata }) => metadata.threadId)).toEqual([thread, thread, thread]);
    const answers = messages.map(({ metadata }) => metadata.additionalContext.answer);
    expect(answers).toEqual([undefined, undefined, "planned"]);
    expect(answer.content.description).toContain("Bo Example");
    expect(alert.content.nextSteps.join("\n")).toContain(await system.linkOf(wabaId));
  });

  test("gets another number's in another thread", async () => {
    const other = await chat.next("alert", META_ACCOUNT);
    expect(other.metadata.threadId).toBe("whatsapp-security-15550783881");
  });

  test("gets many numbers at once as a digest with a thread of its own", async () => {
    const account = newWabaId();
    const changes = ["1", "2", "3", "4", "5", "6"].map((digit) =>
      securityChange(resetRequest({ display_phone_number: `1555000444${digit}` })),
    );
    const time = Math.floor(Date.now() / 1000);
    expect(await deliver(payload(entry({ id: account, time, changes })))).toBe(200);
    const digest = await chat.next("digest", account);
    expect(digest.metadata.threadId).toBe("whatsapp-security-digest");
    expect(digest.metadata.additionalContext.events).toBe("6");
  });
});

describeProtect(() => ({ deployment, system, clients, shell, alerts, deliver }));

describeWidget(() => ({ system, alerts, deliver }));

describe("the watchdog, invoked as its daily rule does", () => {
  let operations: AlertQueue;

  test("reports to the operations topic", async () => {
    operations = await subscribeQueue(clients, deployment.output("OperationsTopicArn"));
    expect(await system.runWatchdog()).toBeUndefined();
    expect((await operations.nextReport("heartbeat")).kind).toBe("heartbeat");
  });

  test("mails what failed to those who run the system: here an address that is gone", async () => {
    await system.unsubscribe("AlertTopicArn", "security@example.com");
    expect(await system.runWatchdog()).toBeUndefined();
    const isTold = ({ report }: Report) => report.failed.some(({ id }) => id === "subscribers");
    expect(await operations.nextReport("check", isTold)).toMatchObject({ kind: "check" });
  });
});

describe("every message that the https subscriber got", () => {
  test("is of the published schema; the watchdog's report is for those who run the system", () => {
    const check = createSchemaCheck("chat-document");
    const [confirmation, ...notifications] = chat.requests.map(({ body }) => body);
    expect(confirmation?.Type).toBe("SubscriptionConfirmation");
    for (const { Message } of notifications) check(Message);
    const kinds = chat.requests.map(({ document }) => document?.metadata.additionalContext.kind);
    expect([...new Set(kinds)].filter(Boolean).sort()).toEqual([
      "acknowledged",
      "alert",
      "digest",
      "repeat",
    ]);
  });

  test("carries SNS's headers, and its signature where the emulator signs", async () => {
    for (const { headers, body } of chat.requests) {
      expect(headers["x-amz-sns-message-type"]).toBe(body.Type);
      expect(headers["content-type"]).toBe("text/plain; charset=UTF-8");
      // MiniStack sends the word FAKE, and names a certificate that does not exist.
      if (!isSigned(body)) expect(body.Signature).toBe("FAKE");
      else {
        const certificate = await fetch(body.SigningCertURL).then((answer) => answer.text());
        expect(isSignedBy(certificate, body), body.Message).toBe(true);
      }
    }
  });
});

test("every alert came, and came once", async () => {
  const stored = (await system.allItems()).filter(({ alert }) => alert?.S !== "none");
  const expected = stored.map(({ wabaId, eventKey }) => `${wabaId?.S} ${eventKey?.S}`);
  const told = (await alerts.all()).flatMap(({ kind, wabaId, eventKey, events = [] }) => {
    const first = kind === "digest" ? events.filter(({ repeat }) => repeat === 0) : [];
    const all = kind === "alert" ? [{ wabaId, eventKey }] : first;
    return all.map((event) => `${event.wabaId} ${event.eventKey}`);
  });
  expect([...told].sort()).toEqual(expected.sort());
});

test("the stack goes when it is destroyed, and the history stays", async () => {
  await deployment.destroy();
  const describeStack = new DescribeStacksCommand({ StackName: deployment.stackName });
  await expect(clients.cloudformation.send(describeStack)).rejects.toThrow("does not exist");
  expect(await deliver(META_EXAMPLE)).toBe(404);
  expect(await system.itemsOf(META_ACCOUNT)).toHaveLength(1);
});
