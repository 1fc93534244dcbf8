import { randomBytes } from "node:crypto";
import { type Item, readText, toStoredEvent } from "../../../lambda/event/event-item.ts";
import { listSubscribers } from "../../../lambda/facts/subscribers.ts";
import { findAppSecretFault } from "../../../lambda/meta/app-secret.ts";
import { isAccessDenied } from "../../../lambda/shared/sentence.ts";
import type { CommonOptions } from "../../cli/command.ts";
import { UserError } from "../../cli/errors.ts";
import type { Terminal } from "../../cli/terminal.ts";
import type { Deployment } from "../../deployment/deployment.ts";
import { openDeployment } from "../../deployment/open.ts";
import { DRILL_PREFIX } from "../../meta-app/delivery.ts";
import { readDeliveries } from "./delivered.ts";
import { type ExpectedMessage, toExpectedMessage } from "./expected-message.ts";
import { openPage } from "./page.ts";
import { awaitPublished, awaitStored } from "./poll.ts";
import { postUntilAccepted } from "./post.ts";
import { rehearseProtect } from "./rehearsal.ts";
import { type Steps, toJson, toLines } from "./report.ts";
import { type TestDelivery, toTestDelivery } from "./test-delivery.ts";

export interface DrillOptions extends CommonOptions {
  readonly event: string;
  readonly phone: string;
  /** Seconds. */
  readonly timeout: number;
}

export interface DrillDeps {
  readonly options: DrillOptions;
  readonly terminal: Terminal;
  /** Between two tries to have the delivery accepted. */
  readonly pauseMs: number;
}

/** Returns 0 when the alert went out and every subscriber gets it. */
export async function drill(deps: DrillDeps): Promise<number> {
  const { options, terminal } = deps;
  const deployment = await terminal.withSpinner("Looking at the deployment", () =>
    openDeployment(options),
  );
  const delivery = toTestDelivery(
    {
      event: options.event,
      phone: options.phone,
      requester: `${DRILL_PREFIX}${randomBytes(4).toString("hex")}`,
      time: Math.floor(Date.now() / 1000),
    },
    await requireFirstSecret(deployment),
  );
  const write = options.json ? terminal.info : terminal.print;
  const followed = await follow(deployment, delivery, { ...deps, write });
  const expected = await findExpectedMessages(deployment, followed.item);
  const deliveries = await readDeliveries(deployment, Date.now());
  if (options.json)
    terminal.print(
      toJson(
        delivery,
        { ...followed, latency: toLatency(followed.item) },
        { subscribers: expected, deliveries },
      ),
    );
  else {
    for (const line of toLines(deployment, expected, deliveries)) terminal.print(line);
    for (const line of await rehearseProtect(deployment)) terminal.print(line);
  }
  return expected && (expected.length === 0 || expected.some(({ confirmed }) => !confirmed))
    ? 1
    : 0;
}

async function requireFirstSecret(deployment: Deployment): Promise<string> {
  const stored = await deployment.readSecret();
  const [first] = stored.appSecrets;
  const connect = deployment.command("connect");
  if (!first) throw new UserError(`No app secret is set, so that nothing is accepted: ${connect}.`);
  const fault = findAppSecretFault(first);
  if (fault) throw new UserError(`The saved app secret ${fault}: ${connect}.`);
  return first;
}

interface FollowDeps extends DrillDeps {
  readonly write: (line: string) => void;
}

async function follow(
  deployment: Deployment,
  delivery: TestDelivery,
  { options, terminal, pauseMs, write }: FollowDeps,
): Promise<{ steps: Steps; item: Item }> {
  const startedAt = Date.now();
  const until = startedAt + options.timeout * 1000;
  function announce(what: string): number {
    const elapsed = Date.now() - startedAt;
    write(`${String(elapsed).padStart(6)} ms  ${what}`);
    return elapsed;
  }
  announce(`sending ${options.event} to ${deployment.webhookUrl}`);
  await terminal.withSpinner("Waiting for the answer", () =>
    postUntilAccepted(deployment, delivery, {
      until: Math.min(until, startedAt + 90_000),
      pauseMs,
      announce,
    }),
  );
  const answered = announce("answered 200");
  await terminal.withSpinner("Waiting for the item", () =>
    awaitStored(deployment, delivery, until),
  );
  const stored = announce(`stored as 0 / ${delivery.eventKey}`);
  const item = await terminal.withSpinner("Waiting for the alert", () =>
    awaitPublished(deployment, delivery, until),
  );
  const published = announce(`alert published, ${toLatency(item)} ms after the delivery came in`);
  const hasPage = await terminal.withSpinner("Opening the page", () => openPage(deployment, item));
  const opened = announce(hasPage ? PAGE : NO_PAGE);
  return { steps: { answered, stored, published, ...(hasPage && { page: opened }) }, item };
}

const PAGE = "the page behind its link answers 200, and says that it is a test";
const NO_PAGE = "it has no page: alerts are not repeated here, so that none waits for an answer";

/** By the system's own clock. */
function toLatency(item: Item): number {
  const toTime = (name: "alertPublishedAt" | "receivedAt") =>
    Date.parse(readText(item, name) ?? "");
  return toTime("alertPublishedAt") - toTime("receivedAt");
}

/** Undefined without the permission to look. */
async function findExpectedMessages(
  deployment: Deployment,
  item: Item,
): Promise<ExpectedMessage[] | undefined> {
  try {
    const event = toStoredEvent(item);
    const subscribers = await listSubscribers(deployment.sns, deployment.alertTopicArn);
    return subscribers.map((subscriber) => toExpectedMessage(subscriber, event));
  } catch (error) {
    if (isAccessDenied(error)) return undefined;
    throw error;
  }
}
