import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * A stand-in for the parts of AWS that no local engine has: a deployed stack's outputs, its secret,
 * alarms, metrics, and what SNS knows of subscribers and SMS. It speaks the services' own protocols.
 */
export interface AwsStandIn {
  readonly url: string;
  stack: StandInStack | undefined;
  secret: string;
  /** Secret versions that were put and did not become current at once. */
  readonly drafts: string[];
  subscribers: Subscriber[];
  sms: { inSandbox: boolean; verified: string[]; limit?: string };
  alarms: { name: string; state: "OK" | "ALARM" | "INSUFFICIENT_DATA"; reason: string }[];
  /** Samples of a metric by its name: [minutes ago, value]. */
  metrics: Record<string, [number, number][]>;
  /** Actions that the credentials lack, such as "GetSMSAttributes". */
  denied: Set<string>;
  /** Called before each action is answered, as for what another operator does meanwhile. */
  before: (action: string) => void;
  /** Actions called, in order. */
  readonly calls: string[];
  close(): Promise<void>;
}

export interface StandInStack {
  name: string;
  status: string;
  outputs: Record<string, string>;
}

export interface Subscriber {
  protocol: string;
  endpoint: string;
  pending?: boolean;
  attributes?: Record<string, string>;
}

export async function startAws(): Promise<AwsStandIn> {
  const server = createServer((request, response) => {
    answer(aws, request, response).catch((error) => response.destroy(error));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const aws: AwsStandIn = {
    url: `http://127.0.0.1:${port}`,
    stack: undefined,
    secret: "",
    drafts: [],
    subscribers: [],
    sms: { inSandbox: false, verified: [] },
    alarms: [],
    metrics: {},
    denied: new Set(),
    before: () => {},
    calls: [],
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return aws;
}

async function answer(aws: AwsStandIn, request: IncomingMessage, response: ServerResponse) {
  const body = Buffer.concat(await Array.fromAsync(request)).toString();
  const [, target] = String(request.headers["x-amz-target"] ?? "").split(".");
  const action = target ?? new URLSearchParams(body).get("Action") ?? "";
  aws.calls.push(action);
  aws.before(action);
  if (target) answerJson(aws, action, JSON.parse(body), response);
  else answerQuery(aws, action, new URLSearchParams(body), response);
}

const DENIED =
  "User: arn:aws:iam::123456789012:user/operator is not authorized to perform: service:";

function answerJson(
  aws: AwsStandIn,
  action: string,
  input: Record<string, unknown>,
  response: ServerResponse,
) {
  const headers = { "content-type": "application/x-amz-json-1.0" };
  if (aws.denied.has(action)) {
    const error = { __type: "AccessDeniedException", message: `${DENIED}${action} on resource: *` };
    return response.writeHead(400, headers).end(JSON.stringify(error));
  }
  const result = toJsonAnswer(aws, action, input);
  response.writeHead(result ? 200 : 400, headers).end(JSON.stringify(result ?? WRONG_VERSION));
}

const WRONG_VERSION = {
  __type: "InvalidParameterException",
  message: "The staging label AWSCURRENT is not attached to that version",
};

function toJsonAnswer(aws: AwsStandIn, action: string, input: Record<string, unknown>): unknown {
  switch (action) {
    case "GetSecretValue":
      return { SecretString: aws.secret, VersionId: toVersion(aws.secret), CreatedDate: 1 };
    case "PutSecretValue":
      aws.drafts.push(String(input.SecretString));
      return { VersionId: toVersion(String(input.SecretString)) };
    case "UpdateSecretVersionStage":
      return moveLabel(aws, input);
    case "DescribeAlarms":
      return { MetricAlarms: toAlarms(aws, input.AlarmNames as string[]) };
    case "GetMetricStatistics":
      return { Label: input.MetricName, Datapoints: toDatapoints(aws, String(input.MetricName)) };
    default:
      throw new Error(`The stand-in does not know ${action}`);
  }
}

function toVersion(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Undefined where AWS refuses: the label is not on the version that it is to be taken from. */
function moveLabel(aws: AwsStandIn, input: Record<string, unknown>): object | undefined {
  if (input.VersionStage !== "AWSCURRENT") return {};
  if (input.RemoveFromVersionId !== toVersion(aws.secret)) return undefined;
  aws.secret = aws.drafts.find((text) => toVersion(text) === input.MoveToVersionId) ?? "";
  return {};
}

function toAlarms({ alarms }: AwsStandIn, names: readonly string[]) {
  return alarms
    .filter(({ name }) => names.includes(name))
    .map(({ name, state, reason }) => ({
      AlarmName: name,
      StateValue: state,
      StateReason: reason,
      AlarmDescription: reason,
    }));
}

function toDatapoints({ metrics }: AwsStandIn, name: string) {
  return (metrics[name] ?? []).map(([minutesAgo, value]) => ({
    Timestamp: Math.floor(Date.now() / 1000) - minutesAgo * 60,
    Sum: value,
    Maximum: value,
    SampleCount: 1,
  }));
}

function answerQuery(
  aws: AwsStandIn,
  action: string,
  params: URLSearchParams,
  response: ServerResponse,
) {
  const headers = { "content-type": "text/xml" };
  if (aws.denied.has(action)) {
    const code = action.startsWith("Describe") ? "AccessDenied" : "AuthorizationError";
    const error = toErrorXml(code, `${DENIED}${action} on resource: *`);
    return response.writeHead(403, headers).end(error);
  }
  if (action === "DescribeStacks" && aws.stack?.name !== params.get("StackName")) {
    const message = `Stack with id ${params.get("StackName")} does not exist`;
    return response.writeHead(400, headers).end(toErrorXml("ValidationError", message));
  }
  const result = toQueryAnswer(aws, action, params);
  const xml = `<${action}Response><${action}Result>${result}</${action}Result></${action}Response>`;
  response.writeHead(200, headers).end(xml);
}

function toErrorXml(code: string, message: string): string {
  return `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>1</RequestId></ErrorResponse>`;
}

function toQueryAnswer(aws: AwsStandIn, action: string, params: URLSearchParams): string {
  switch (action) {
    case "DescribeStacks":
      return `<Stacks>${toMember(toStack(aws))}</Stacks>`;
    case "ListStackResources":
      return `<StackResourceSummaries>${aws.alarms.map(toAlarmResource).join("")}</StackResourceSummaries>`;
    case "ListSubscriptionsByTopic":
      return `<Subscriptions>${aws.subscribers.map(toSubscription).join("")}</Subscriptions>`;
    case "GetSubscriptionAttributes":
      return toAttributes(aws, params.get("SubscriptionArn") ?? "");
    case "GetSMSSandboxAccountStatus":
      return `<IsInSandbox>${aws.sms.inSandbox}</IsInSandbox>`;
    case "ListSMSSandboxPhoneNumbers":
      return `<PhoneNumbers>${aws.sms.verified.map(toVerified).join("")}</PhoneNumbers>`;
    case "GetSMSAttributes":
      return `<attributes>${aws.sms.limit ? toEntry("MonthlySpendLimit", aws.sms.limit) : ""}</attributes>`;
    default:
      throw new Error(`The stand-in does not know ${action}`);
  }
}

function toMember(text: string): string {
  return `<member>${text}</member>`;
}

function toEntry(key: string, value: string): string {
  return `<entry><key>${key}</key><value>${value}</value></entry>`;
}

function toStack({ stack }: AwsStandIn): string {
  const outputs = Object.entries(stack?.outputs ?? {}).map(([key, value]) =>
    toMember(`<OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue>`),
  );
  return [
    `<StackName>${stack?.name}</StackName><StackStatus>${stack?.status}</StackStatus>`,
    `<CreationTime>2026-01-01T00:00:00Z</CreationTime><Outputs>${outputs.join("")}</Outputs>`,
  ].join("");
}

function toAlarmResource({ name }: AwsStandIn["alarms"][number]): string {
  return toMember(
    `<LogicalResourceId>Alarm</LogicalResourceId><PhysicalResourceId>${name}</PhysicalResourceId><ResourceType>AWS::CloudWatch::Alarm</ResourceType><ResourceStatus>CREATE_COMPLETE</ResourceStatus><LastUpdatedTimestamp>2026-01-01T00:00:00Z</LastUpdatedTimestamp>`,
  );
}

const TOPIC = "arn:aws:sns:eu-central-1:123456789012:alerts";

function toSubscription({ protocol, endpoint, pending }: Subscriber, index: number): string {
  const arn = pending ? "PendingConfirmation" : `${TOPIC}:${index}`;
  return toMember(
    `<SubscriptionArn>${arn}</SubscriptionArn><TopicArn>${TOPIC}</TopicArn><Protocol>${protocol}</Protocol><Endpoint>${endpoint}</Endpoint><Owner>123456789012</Owner>`,
  );
}

function toAttributes({ subscribers }: AwsStandIn, arn: string): string {
  const subscriber = subscribers[Number(arn.split(":").at(-1))];
  const attributes = { PendingConfirmation: "false", ...subscriber?.attributes };
  const entries = Object.entries(attributes).map(([key, value]) => toEntry(key, value));
  return `<Attributes>${entries.join("")}</Attributes>`;
}

function toVerified(number: string): string {
  return toMember(`<PhoneNumber>${number}</PhoneNumber><Status>Verified</Status>`);
}
