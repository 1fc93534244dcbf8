import { GetTemplateCommand } from "@aws-sdk/client-cloudformation";
import * as v from "valibot";
import { readSwitches } from "../shared/config.ts";
import { DEFAULT_REPEAT_MINUTES, ENV, type Switches } from "../shared/names.ts";
import type { WatchedAws } from "./system.ts";

/** What the stack was deployed with, as far as checks compare it with what is there. */
export interface DeployedSettings extends Switches {
  /** The stack's own subscriptions, by their topic. */
  readonly expected: Readonly<Record<"alert" | "operations", readonly ExpectedSubscriber[]>>;
  /** Whether a chat channel is subscribed to both topics. */
  readonly hasChannel: boolean;
  /** Minutes until an unanswered alert is repeated; undefined: repeats are off. */
  readonly firstRepeatMinutes: number | undefined;
  readonly numberLabels: Readonly<Record<string, string>>;
}

export interface ExpectedSubscriber {
  readonly protocol: string;
  readonly endpoint: string;
}

const [FIRST_REPEAT_MINUTES] = DEFAULT_REPEAT_MINUTES;

/** By which Amazon Q Developer in chat applications subscribes a channel. */
export const CHANNEL_ENDPOINT = "https://global.sns-api.chatbot.amazonaws.com";

/** Where there is no stack: the defaults, and no expected subscribers. */
export const NO_SETTINGS: DeployedSettings = {
  expected: { alert: [], operations: [] },
  hasChannel: false,
  ...readSwitches(() => undefined),
  firstRepeatMinutes: FIRST_REPEAT_MINUTES,
  numberLabels: {},
};

const Resource = v.object({
  Type: v.string(),
  Properties: v.optional(v.record(v.string(), v.unknown()), {}),
});
const Template = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ Resources: v.record(v.string(), v.unknown()) }),
);

/**
 * Reads them from the deployed template: it has no limit as a function's environment has (4 KB),
 * and command and watchdog see the same.
 */
export async function readDeployedSettings({
  cloudformation,
  stackName,
}: Pick<WatchedAws, "cloudformation" | "stackName">): Promise<DeployedSettings> {
  const { TemplateBody } = await cloudformation.send(
    new GetTemplateCommand({ StackName: stackName, TemplateStage: "Processed" }),
  );
  return parseDeployedSettings(TemplateBody);
}

/** The same from the template's text. */
export function parseDeployedSettings(templateBody: string | undefined): DeployedSettings {
  const { Resources } = v.parse(Template, templateBody);
  const resources = Object.values(Resources).map((resource) => v.parse(Resource, resource));
  const variables = resources.map(({ Properties }) => toVariables(Properties));
  const find = (name: string) => variables.map((each) => each[name]).find((value) => value);
  return {
    expected: {
      alert: resources.flatMap((each) => toExpected(each, "AlertTopic")),
      operations: resources.flatMap((each) => toExpected(each, "OperationsTopic")),
    },
    hasChannel: resources.some(({ Type }) => Type === "AWS::Chatbot::SlackChannelConfiguration"),
    ...readSwitches(find),
    firstRepeatMinutes: parseFirstRepeat(find(ENV.repeatAfterMinutes)),
    numberLabels: parseLabels(find(ENV.numberLabels)),
  };
}

const Subscription = v.object({
  Protocol: v.string(),
  Endpoint: v.string(),
  TopicArn: v.object({ Ref: v.string() }),
});

/** Logical ids begin with the construct's. A queue's endpoint is a reference: it is not compared. */
function toExpected(
  { Type, Properties }: v.InferOutput<typeof Resource>,
  topic: string,
): ExpectedSubscriber[] {
  if (Type !== "AWS::SNS::Subscription" || !v.is(Subscription, Properties)) return [];
  const { Protocol: protocol, Endpoint: endpoint, TopicArn } = Properties;
  return TopicArn.Ref.startsWith(topic) ? [{ protocol, endpoint }] : [];
}

const Variables = v.object({
  Environment: v.object({ Variables: v.record(v.string(), v.unknown()) }),
});

function toVariables(properties: unknown): Readonly<Record<string, unknown>> {
  return v.is(Variables, properties) ? properties.Environment.Variables : {};
}

function parseFirstRepeat(text: unknown): number | undefined {
  if (text === "off") return undefined;
  const first = typeof text === "string" ? Number(text.split(",")[0]) : Number.NaN;
  return Number.isFinite(first) ? first : FIRST_REPEAT_MINUTES;
}

function parseLabels(text: unknown): Readonly<Record<string, string>> {
  const Labels = v.pipe(v.string(), v.parseJson(), v.record(v.string(), v.string()));
  return v.is(Labels, text) ? v.parse(Labels, text) : {};
}
