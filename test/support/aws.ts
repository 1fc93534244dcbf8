import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { answerSecrets, RefusedError, type StandInSecret } from "./secrets-manager.ts";
import { serve } from "./serve.ts";
import { toOperation } from "./tls-aws.ts";

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

interface Alarm {
  name: string;
  state: "OK" | "ALARM" | "INSUFFICIENT_DATA";
  reason: string;
  /** Minutes ago. */
  since?: number;
}

type Metrics = Record<string, [minutesAgo: number, sum: number, maximum?: number][]>;

/**
 * A stand-in for the parts of AWS that no local engine has: a deployed stack's outputs, its secret,
 * alarms, metrics, its key, and what SNS knows of subscribers and SMS. It speaks the services' own
 * protocols. Calls of DynamoDB go on to the real engine.
 */
export type AwsStandIn = ReturnType<typeof toStandIn>;

function toStandIn(url: string, close: () => Promise<void>) {
  return {
    url,
    close,
    stack: undefined as StandInStack | undefined,
    /** The secret's current text, and those of its versions with another label. */
    secret: "",
    secretLabels: new Map<string, string>(),
    secretSavedAt: 0,
    /** Of the alert topic; the others of any topic whose name ends in "operations". */
    subscribers: [] as Subscriber[],
    operationsSubscribers: [] as Subscriber[],
    /** The deployed template's own subscriptions and the functions' environment. */
    expected: [] as Subscriber[],
    expectedOperations: [] as Subscriber[],
    environment: {} as Record<string, string>,
    /** The customer key's state; without one the table has AWS' own. */
    key: undefined as { state: string; deletion?: number } | undefined,
    /** What DescribeTable says beside the engine's own. */
    table: {} as Record<string, unknown>,
    /** Where the real DynamoDB engine is. */
    dynamodbEndpoint: "",
    /** The secret of the system-user token. */
    token: "{}",
    /** Parameters by name: their versions, the first one first. */
    parameters: new Map<string, string[]>(),
    /** A function's answer to a payload, by the ARN that it is invoked by. */
    invoke: async (_functionArn: string, _payload: unknown): Promise<unknown> => ({}),
    /** Publications, in order. */
    published: [] as { topic: string; subject: string; message: string; kind: string }[],
    sms: { inSandbox: false, verified: [] } as {
      inSandbox: boolean;
      verified: string[];
      limit?: string;
      type?: string;
    },
    alarms: [] as Alarm[],
    /** The clock that "ago" goes by, in milliseconds since the epoch. */
    now: Date.now as () => number,
    metrics: {} as Metrics,
    /** Actions that the credentials lack, such as "GetSMSAttributes". */
    denied: new Set<string>(),
    /** SNS's own errors, by the action that fails with it. */
    refused: new Map<string, { readonly code: string; readonly message: string }>(),
    /** Called before each action is answered, as for what another operator does meanwhile. */
    before: (_action: string): unknown => undefined,
    /** Actions called, in order. */
    calls: [] as string[],
  };
}

export async function startAws(): Promise<AwsStandIn> {
  const { url, stop } = await serve((request, response) => {
    answer(aws, request, response).catch((error) => response.destroy(error));
  });
  const aws = toStandIn(url, stop);
  return aws;
}

async function answer(aws: AwsStandIn, request: IncomingMessage, response: ServerResponse) {
  const body = await text(request);
  const { "x-amz-target": target } = request.headers;
  if (String(target).startsWith("DynamoDB")) return forward(aws, request, body, response);
  const [, functionArn] =
    /^\/2015-03-31\/functions\/(.+)\/invocations/.exec(request.url ?? "") ?? [];
  const action = functionArn ? "InvokeFunction" : toOperation(request.headers, body);
  aws.calls.push(action);
  aws.before(action);
  if (functionArn) return invoke(aws, decodeURIComponent(functionArn), body, response);
  const input = target ? JSON.parse(body) : Object.fromEntries(new URLSearchParams(body));
  const { status, toBody, headers } = target ? JSON_PROTOCOL : QUERY_PROTOCOL;
  try {
    if (aws.denied.has(action)) throw toDenial(action, status);
    const refused = aws.refused.get(action);
    if (refused) throw toRefusal(refused);
    const output = answerSecrets(toSecret(aws, input), action, input);
    const answer = toBody(action, output ?? toAnswer(aws, action, input));
    response.writeHead(200, headers).end(answer);
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    response.writeHead(error.status, headers).end(toBody(action, error));
  }
}

/** How services that speak JSON answer, and are denied. */
const JSON_PROTOCOL = {
  headers: { "content-type": "application/x-amz-json-1.0" },
  status: 400,
  toBody: (_: string, output: unknown) =>
    output instanceof RefusedError
      ? JSON.stringify({ __type: output.type, message: output.message })
      : JSON.stringify(output),
};

/** The same of those that take a form and answer in XML. */
const QUERY_PROTOCOL = {
  headers: { "content-type": "text/xml" },
  status: 403,
  toBody: (action: string, output: unknown) =>
    output instanceof RefusedError
      ? toXml({ ErrorResponse: { Error: { Code: output.type, Message: output.message } } })
      : toXml({ [`${action}Response`]: { [`${action}Result`]: output } }),
};

function toDenial(action: string, status: number): RefusedError {
  const code = action.startsWith("Describe") ? "AccessDenied" : "AuthorizationError";
  const type = status === JSON_PROTOCOL.status ? "AccessDeniedException" : code;
  return new RefusedError(type, `${DENIED}${action} on resource: *`, status);
}

function toRefusal({ code, message }: { readonly code: string; readonly message: string }) {
  return new RefusedError(code, message, code === "NotFound" ? 404 : 400);
}

/** Lists are members, maps are entries. */
function toXml(value: unknown): string {
  if (Array.isArray(value)) return value.map((member) => toXml({ member })).join("");
  if (value instanceof Map) {
    return [...value].map(([key, value]) => toXml({ entry: { key, value } })).join("");
  }
  if (typeof value === "object") {
    const tags = Object.entries(value ?? {}).map(([name, of]) => `<${name}>${toXml(of)}</${name}>`);
    return tags.join("");
  }
  return String(value).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

async function invoke(
  aws: AwsStandIn,
  functionArn: string,
  payload: string,
  response: ServerResponse,
) {
  if (aws.denied.has("InvokeFunction")) {
    const headers = { "x-amzn-errortype": "AccessDeniedException" };
    const message = `${DENIED}InvokeFunction on resource: ${functionArn}`;
    return response.writeHead(403, headers).end(JSON.stringify({ Message: message }));
  }
  const result = await aws.invoke(functionArn, JSON.parse(payload)).catch(() => undefined);
  if (result === undefined) return response.writeHead(500).end('{"Message":"Service error"}');
  const hasFailed = typeof result === "object" && result !== null && "errorMessage" in result;
  const headers = hasFailed ? { "x-amz-function-error": "Unhandled" } : {};
  response.writeHead(200, headers).end(JSON.stringify(result));
}

/** To the engine; DescribeTable's answer gets what no local engine says. */
async function forward(
  aws: AwsStandIn,
  request: IncomingMessage,
  body: string,
  response: ServerResponse,
) {
  const { host: _, "content-length": __, connection: ___, ...headers } = request.headers;
  const answer = await fetch(aws.dynamodbEndpoint, {
    method: "POST",
    headers: headers as Record<string, string>,
    body,
  });
  const text = await answer.text();
  const isTable = String(headers["x-amz-target"]).endsWith(".DescribeTable");
  const type = { "content-type": answer.headers.get("content-type") ?? "" };
  response.writeHead(answer.status, type).end(isTable ? toTable(aws, text) : text);
}

function toTable({ table, key }: AwsStandIn, text: string): string {
  const { Table, ...rest } = JSON.parse(text);
  const SSEDescription = key && { Status: "ENABLED", SSEType: "KMS", KMSMasterKeyArn: KEY_ARN };
  return JSON.stringify({ ...rest, Table: { ...Table, SSEDescription, ...table } });
}

const KEY_ARN = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd";

const DENIED =
  "User: arn:aws:iam::123456789012:user/operator is not authorized to perform: service:";

type Input = Readonly<Record<string, string | undefined>>;

function toAnswer(aws: AwsStandIn, action: string, input: Input): unknown {
  const { TopicArn: topic = "", SubscriptionArn = "", Name = "" } = input;
  switch (action) {
    case "PutParameter": {
      const versions = [...(aws.parameters.get(Name) ?? []), String(input.Value)];
      aws.parameters.set(Name, versions);
      return { Version: versions.length };
    }
    case "GetParameter": {
      const [name = "", version] = Name.split(":");
      const versions = aws.parameters.get(name);
      if (version === "0") throw new RefusedError("ValidationException", "No version is 0");
      if (!versions) throw new RefusedError("ParameterNotFound", "");
      const value = versions[Number(version ?? versions.length) - 1];
      if (value === undefined) throw new RefusedError("ParameterVersionNotFound", "");
      return { Parameter: { Value: input.WithDecryption ? value : "encrypted" } };
    }
    case "DescribeAlarms":
      return { MetricAlarms: toAlarms(aws, String(input.AlarmNamePrefix)) };
    case "DescribeKey":
      return { KeyMetadata: toKey(aws) };
    case "GetMetricStatistics":
      return { Label: input.MetricName, Datapoints: toDatapoints(aws, input) };
    case "DescribeStacks":
      return { Stacks: [toStack(aws, String(input.StackName))] };
    case "GetTemplate":
      return { TemplateBody: toTemplate(aws) };
    case "ListSubscriptionsByTopic":
      return { Subscriptions: findSubscribers(aws, topic).map(toSubscription(topic)) };
    case "GetSubscriptionAttributes":
      return { Attributes: toAttributes(aws, SubscriptionArn) };
    case "Subscribe":
      return { SubscriptionArn: subscribe(aws, input) };
    case "Unsubscribe":
      return unsubscribe(aws, SubscriptionArn);
    case "ConfirmSubscription":
      return { SubscriptionArn: confirm(aws, input) };
    case "Publish":
      return { MessageId: publish(aws, input) };
    case "GetSMSSandboxAccountStatus":
      return { IsInSandbox: aws.sms.inSandbox };
    case "ListSMSSandboxPhoneNumbers":
      return { PhoneNumbers: aws.sms.verified.map(toVerified) };
    case "GetSMSAttributes":
      return { attributes: toSmsAttributes(aws) };
    default:
      throw new Error(`The stand-in does not know ${action}`);
  }
}

/** The versions of every secret, which keep what was put. */
const versions = new WeakMap<AwsStandIn, Map<string, string>>();

function toSecret(aws: AwsStandIn, { SecretId }: Record<string, unknown>): StandInSecret {
  const name = String(SecretId).includes("token") ? "token" : "secret";
  const known = versions.get(aws) ?? new Map<string, string>();
  versions.set(aws, known);
  return {
    get current() {
      return aws[name];
    },
    set current(text) {
      aws[name] = text;
    },
    savedAt: aws.secretSavedAt,
    labels: name === "secret" ? aws.secretLabels : new Map(),
    versions: known,
  };
}

function toKey({ key }: AwsStandIn) {
  return { KeyId: "1234abcd", Arn: KEY_ARN, KeyState: key?.state, DeletionDate: key?.deletion };
}

function toAlarms({ alarms, now }: AwsStandIn, prefix: string) {
  return alarms
    .filter(({ name }) => name.startsWith(prefix))
    .map(({ name, state, reason, since = 0 }) => ({
      StateUpdatedTimestamp: Math.floor(now() / 1000) - since * 60,
      AlarmName: name,
      StateValue: state,
      StateReason: reason,
      AlarmDescription: reason,
    }));
}

/** Those from the first time on, and before the last, of the stack's function and alert topic. */
function toDatapoints({ metrics, now, stack }: AwsStandIn, input: Input) {
  const { MetricName, StartTime, EndTime } = input;
  const [{ Value: of = "" } = {}] = input.Dimensions as unknown as { Value?: string }[];
  const { FunctionName = of, AlertTopicArn = of } = stack?.outputs ?? {};
  if (![FunctionName, AlertTopicArn.split(":").at(-1)].includes(of)) return [];
  const points = (metrics[String(MetricName)] ?? []).map(([minutesAgo, sum, maximum = sum]) => ({
    Timestamp: Math.floor(now() / 1000) - minutesAgo * 60,
    Sum: sum,
    Maximum: maximum,
    SampleCount: 1,
  }));
  return points.filter(
    ({ Timestamp }) => Timestamp >= Number(StartTime) && Timestamp < Number(EndTime),
  );
}

function toVerified(PhoneNumber: string) {
  return { PhoneNumber, Status: "Verified" };
}

function toSmsAttributes({ sms: { limit, type } }: AwsStandIn) {
  return new Map([
    ...(limit ? [["MonthlySpendLimit", limit] as const] : []),
    ...(type ? [["DefaultSMSType", type] as const] : []),
  ]);
}

/** The parts of the deployed template that are looked at. */
function toTemplate({ expected, expectedOperations, environment }: AwsStandIn): string {
  const toResource = (topic: string) => (subscriber: Subscriber) => ({
    Type: "AWS::SNS::Subscription",
    Properties: {
      Protocol: subscriber.protocol,
      Endpoint: subscriber.endpoint,
      TopicArn: { Ref: topic },
      RedrivePolicy: { deadLetterTargetArn: { "Fn::GetAtt": ["DeadLetters", "Arn"] } },
    },
  });
  const resources = [
    ...expected.map(toResource("AlertTopic12345678")),
    ...expectedOperations.map(toResource("OperationsTopic12345678")),
    { Type: "AWS::Lambda::Function", Properties: { Environment: { Variables: environment } } },
    { Type: "AWS::CDK::Metadata" },
  ];
  return JSON.stringify({ Resources: Object.fromEntries(resources.entries()) });
}

function findSubscribers(aws: AwsStandIn, topic: string): Subscriber[] {
  return topic.endsWith("operations") ? aws.operationsSubscribers : aws.subscribers;
}

function subscribe(aws: AwsStandIn, input: Input): string {
  const { Protocol: protocol = "", Endpoint: endpoint = "", TopicArn: topic = "" } = input;
  const attributes: Record<string, string> = {};
  for (let at = 1; `Attributes.entry.${at}.key` in input; at += 1) {
    const key = input[`Attributes.entry.${at}.key`] ?? "";
    attributes[key] = input[`Attributes.entry.${at}.value`] ?? "";
  }
  const subscriber = { protocol, endpoint, pending: protocol === "email", attributes };
  findSubscribers(aws, topic).push(subscriber);
  return subscriber.pending ? "pending confirmation" : toArn(subscriber, topic);
}

function unsubscribe(aws: AwsStandIn, arn: string): object {
  const topic = arn.split(":").slice(0, 6).join(":");
  const keep = (each: Subscriber) => toArn(each, topic) !== arn;
  if (topic.endsWith("operations")) {
    aws.operationsSubscribers = aws.operationsSubscribers.filter(keep);
  } else {
    aws.subscribers = aws.subscribers.filter(keep);
  }
  return {};
}

/** The token of the tests is the endpoint itself. */
function confirm(aws: AwsStandIn, input: Input): string {
  const { TopicArn: topic = "", Token, AuthenticateOnUnsubscribe = "false" } = input;
  const found = findSubscribers(aws, topic).find(({ endpoint }) => endpoint === Token);
  if (!found) throw new Error(`Nobody waits for the token ${Token}`);
  found.pending = false;
  const ConfirmationWasAuthenticated = AuthenticateOnUnsubscribe;
  found.attributes = { ...found.attributes, ConfirmationWasAuthenticated };
  return toArn(found, topic);
}

function publish(aws: AwsStandIn, { TopicArn, Subject = "", Message = "", ...input }: Input) {
  const topic = TopicArn?.endsWith("operations") ? "operations" : "alert";
  const kind = input["MessageAttributes.entry.1.Value.StringValue"] ?? "";
  return aws.published.push({ topic, subject: Subject, message: Message, kind });
}

function toStack({ stack }: AwsStandIn, name: string) {
  if (stack?.name !== name) {
    throw new RefusedError("ValidationError", `Stack with id ${name} does not exist`);
  }
  return {
    StackName: name,
    StackStatus: stack.status,
    CreationTime: "2026-01-01T00:00:00Z",
    Outputs: Object.entries(stack.outputs).map(([OutputKey, OutputValue]) => {
      return { OutputKey, OutputValue };
    }),
  };
}

function toArn({ endpoint }: Subscriber, topic: string): string {
  return `${topic}:${encodeURIComponent(endpoint)}`;
}

const toSubscription = (topic: string) => (subscriber: Subscriber) => ({
  SubscriptionArn: subscriber.pending ? "PendingConfirmation" : toArn(subscriber, topic),
  TopicArn: topic,
  Protocol: subscriber.protocol,
  Endpoint: subscriber.endpoint,
  Owner: "123456789012",
});

function toAttributes(aws: AwsStandIn, arn: string) {
  const topic = arn.split(":").slice(0, 6).join(":");
  const subscriber = findSubscribers(aws, topic).find((each) => toArn(each, topic) === arn);
  return new Map(Object.entries({ PendingConfirmation: "false", ...subscriber?.attributes }));
}
