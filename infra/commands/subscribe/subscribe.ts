import { UnsubscribeCommand } from "@aws-sdk/client-sns";
import { NO_SETTINGS, readDeployedSettings } from "../../../lambda/facts/settings.ts";
import { listSubscribers, type Subscriber } from "../../../lambda/facts/subscribers.ts";
import { toDeployCommand } from "../../../lambda/shared/commands.ts";
import { count } from "../../../lambda/shared/time-text.ts";
import type { CommonOptions } from "../../cli/command.ts";
import { UserError } from "../../cli/errors.ts";
import { requireConsent, type Terminal } from "../../cli/terminal.ts";
import { toPrintable, wrap } from "../../cli/text.ts";
import type { Deployment } from "../../deployment/deployment.ts";
import { openDeployment } from "../../deployment/open.ts";
import { type Endpoint, isGood, subscribeEndpoint, toEndpoint, toNext } from "./endpoint.ts";
import { findToRemove } from "./remove.ts";

export interface SubscribeOptions extends CommonOptions {
  readonly email?: string;
  readonly sms?: string;
  /** Everybody in the settings who gets nothing, or whom a mail's link could remove. */
  readonly all?: boolean;
  /** Addresses, whole or as reports mask them. */
  readonly remove?: readonly string[];
  /** The operations topic in place of the alert topic. */
  readonly operations?: boolean;
  readonly yes?: boolean;
}

export interface SubscribeDeps {
  readonly options: SubscribeOptions;
  readonly terminal: Terminal;
}

/** What changes for a topic's subscribers once the operator agrees. */
interface Plan {
  readonly ends: readonly Subscriber[];
  readonly begins: readonly Endpoint[];
}

/**
 * Subscribes addresses as the stack does, with its dead-letter queue, or removes them. A
 * subscription that was confirmed by a click is ended first: only a new one can be confirmed with
 * authentication.
 */
export async function subscribe({ options, terminal }: SubscribeDeps): Promise<number> {
  const { email, sms, all, remove } = options;
  const given = [email, sms, all, remove].filter((each) => each !== undefined);
  if (given.length !== 1) {
    throw new UserError("Give one of --email ADDRESS, --sms NUMBER, --all and --remove ADDRESS.");
  }
  const wanted = all || remove ? undefined : toEndpoint(options);
  const deployment = await terminal.withSpinner("Looking at the deployment", () =>
    openDeployment(options),
  );
  const topicArn = findTopic(deployment, options);
  const present = await listSubscribers(deployment.sns, topicArn);
  const plan: Plan = remove
    ? { ends: findToRemove(present, remove), begins: [] }
    : toPlan(wanted ? [wanted] : await readExpected(deployment, options), present);
  const { ends, begins } = plan;
  if (ends.length + begins.length === 0) {
    const who = wanted ? `${wanted.endpoint} is` : "Everybody whom the settings name is";
    return say(deployment, terminal, options, [`${who} subscribed already, and confirmed.`]);
  }
  // A subscription that is only begun harms nobody: its mail asks for a confirmation.
  if (ends.length > 0) {
    for (const line of describe(plan)) terminal.info(line);
    await requireConsent(options, terminal);
  }
  for (const { subscriptionArn: SubscriptionArn } of ends) {
    await deployment.sns.send(new UnsubscribeCommand({ SubscriptionArn }));
  }
  for (const each of begins) await subscribeEndpoint(deployment, topicArn, each);
  const done = remove
    ? [`Removed: ${toNames(ends)}. It is to leave the settings too, if it stands there.`]
    : begins.map((each) => toNext(deployment, each));
  return say(deployment, terminal, options, done);
}

async function readExpected(
  { aws }: Deployment,
  { operations }: SubscribeOptions,
): Promise<Endpoint[]> {
  const { expected } = aws ? await readDeployedSettings(aws) : NO_SETTINGS;
  const all = expected[operations ? "operations" : "alert"];
  return all.flatMap(({ protocol, endpoint }) =>
    protocol === "email" || protocol === "sms" ? [{ protocol, endpoint }] : [],
  );
}

function toPlan(wanted: readonly Endpoint[], present: readonly Subscriber[]): Plan {
  const find = ({ protocol, endpoint }: Endpoint) =>
    present.find((each) => each.protocol === protocol && each.endpoint === endpoint);
  const begins = wanted.filter((each) => {
    const found = find(each);
    return !found || !isGood(found);
  });
  const ends = begins.flatMap((each) => find(each) ?? []).filter(({ confirmed }) => confirmed);
  return { begins, ends };
}

function describe({ ends, begins }: Plan): string[] {
  const [was, gets] = ends.length === 1 ? ["was", "gets"] : ["were", "get"];
  if (begins.length === 0) {
    return wrap(`${toNames(ends)} will be unsubscribed, and ${gets} nothing any more.`);
  }
  return wrap(
    `${toNames(ends)} ${was} confirmed by a click. ${count(ends.length, "subscription")} will be ended and begun again, and ${gets} nothing until that is confirmed.`,
  );
}

function toNames(subscribers: readonly Subscriber[]): string {
  return subscribers.map(({ endpoint }) => toPrintable(endpoint)).join(", ");
}

function findTopic(deployment: Deployment, { operations }: SubscribeOptions): string {
  if (!deployment.aws) {
    throw new UserError(
      "The local run delivers to the terminal of npm start and to its queue, not by e-mail or SMS: name the deployed stack with --stack.",
    );
  }
  if (!operations) return deployment.alertTopicArn;
  if (deployment.operationsTopicArn) return deployment.operationsTopicArn;
  const again = toDeployCommand(deployment.aws.stackName);
  throw new UserError(`The stack names no operations topic: deploy it again (${again}).`);
}

function say(
  deployment: Deployment,
  terminal: Terminal,
  { json }: SubscribeOptions,
  messages: readonly string[],
): number {
  if (json) terminal.print(JSON.stringify({ message: messages.join(" ") }));
  else for (const message of messages) for (const line of wrap(message)) terminal.print(line);
  if (!json && messages.length > 1) terminal.print(`Then: ${deployment.command("status")}`);
  return 0;
}
