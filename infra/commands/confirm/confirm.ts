import {
  AuthorizationErrorException,
  ConfirmSubscriptionCommand,
  InvalidParameterException,
  NotFoundException,
} from "@aws-sdk/client-sns";
import { listSubscribers, maskEndpoint } from "../../../lambda/facts/subscribers.ts";
import type { CommonOptions } from "../../cli/command.ts";
import { UserError } from "../../cli/errors.ts";
import type { Terminal } from "../../cli/terminal.ts";
import { wrap } from "../../cli/text.ts";
import type { Deployment } from "../../deployment/deployment.ts";
import { openDeployment } from "../../deployment/open.ts";
import { type ConfirmationLink, parseConfirmationLink } from "./link.ts";

export interface ConfirmDeps {
  readonly link: string;
  readonly options: CommonOptions;
  readonly terminal: Terminal;
}

/**
 * Confirms an e-mail subscription with AWS credentials, so that from then on only they can end it.
 * Returns the exit code.
 */
export async function confirm({ link, options, terminal }: ConfirmDeps): Promise<number> {
  const parsed = parseConfirmationLink(link);
  const deployment = await terminal.withSpinner("Looking at the deployment", () =>
    openDeployment(options),
  );
  if (!deployment.aws) {
    throw new UserError(
      "The local run sends no mail that would have to be confirmed: name the deployed stack with --stack.",
    );
  }
  const topic = findTopic(deployment, parsed);
  const subscriptionArn = await terminal.withSpinner("Confirming", () => send(deployment, parsed));
  const endpoint = await findEndpoint(deployment, parsed.topicArn, subscriptionArn);
  if (options.json) {
    terminal.print(JSON.stringify({ topic, subscriptionArn, ...(endpoint && { endpoint }) }));
    return 0;
  }
  const who = endpoint ? `${endpoint} is` : "It is";
  const text = `Confirmed: ${who} subscribed to the ${topic} topic, and the link at the foot of its mails can't end that.`;
  for (const line of wrap(text)) terminal.print(line);
  return 0;
}

function findTopic(deployment: Deployment, { topicArn }: ConfirmationLink): "alert" | "operations" {
  if (topicArn === deployment.alertTopicArn) return "alert";
  if (topicArn === deployment.operationsTopicArn) return "operations";
  throw new UserError(
    `The link is for the topic ${topicArn}, which is none of ${deployment.name}: name its stack with --stack.`,
  );
}

async function send(deployment: Deployment, { topicArn, token }: ConfirmationLink) {
  const command = new ConfirmSubscriptionCommand({
    TopicArn: topicArn,
    Token: token,
    AuthenticateOnUnsubscribe: "true",
  });
  try {
    return (await deployment.sns.send(command)).SubscriptionArn ?? "";
  } catch (error) {
    throw toSentence(error, deployment);
  }
}

/** SNS refuses a token that is used up or runs out after two days as an invalid parameter. */
function toSentence(error: unknown, deployment: Deployment): unknown {
  const isToken = error instanceof InvalidParameterException || error instanceof NotFoundException;
  if (isToken) {
    return new UserError(
      `SNS does not take the link's token: links run out after two days, and a new mail makes the one before void. Have it sent again: ${deployment.command("subscribe", "--email ADDRESS")}.`,
    );
  }
  if (
    error instanceof AuthorizationErrorException &&
    /unsubscribe|authenticat/i.test(error.message)
  ) {
    return new UserError(
      `This subscription was confirmed already, by a click. Subscribe the address again: ${deployment.command("subscribe", "--email ADDRESS")}.`,
    );
  }
  return error;
}

/** For the operator to see whom they confirmed; not worth failing for. */
async function findEndpoint(
  { sns }: Deployment,
  topicArn: string,
  subscriptionArn: string,
): Promise<string | undefined> {
  const subscribers = await listSubscribers(sns, topicArn).catch(() => []);
  const found = subscribers.find((each) => each.subscriptionArn === subscriptionArn);
  return found && maskEndpoint(found.protocol, found.endpoint);
}
