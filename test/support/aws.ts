import type { IncomingMessage, ServerResponse } from "node:http";
import { answerSecrets, RefusedError, type StandInSecret } from "./secrets-manager.ts";
import { serve } from "./serve.ts";

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

type Metrics = Record<string, [minutesAgo: number, value: number][]>;

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
  const body = Buffer.concat(await Array.fromAsync(request)).toString();
  const [service = "", target] = String(request.headers["x-amz-target"] ?? "").split(".");
  if (service.startsWith("DynamoDB")) return forward(aws, request, body, response);
  const [, functionArn] =
    /^\/2015-03-31\/functions\/(.+)\/invocations/.exec(request.url ?? "") ?? [];
  const action =
    (functionArn ? "InvokeFunction" : target) ?? new URLSearchParams(body).get("Action") ?? "";
  aws.calls.push(action);
  aws.before(action);
  if (functionArn) return invoke(aws, decodeURIComponent(functionArn), body, response);
  if (target) answerJson(aws, action, JSON.parse(body), response);
  else answerQuery(aws, action, new URLSearchParams(body), response);
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
  try {
    const result = JSON.stringify(toJsonAnswer(aws, action, input));
    response.writeHead(200, headers).end(result);
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    const refusal = { __type: error.type, message: error.message };
    response.writeHead(400, headers).end(JSON.stringify(refusal));
  }
}

function toJsonAnswer(aws: AwsStandIn, action: string, input: Record<string, unknown>): unknown {
  const saved = answerSecrets(toSecret(aws, input), action, input);
  if (saved !== undefined) return saved;
  switch (action) {
    case "PutParameter": {
      const name = String(input.Name);
      const versions = [...(aws.parameters.get(name) ?? []), String(input.Value)];
      aws.parameters.set(name, versions);
      return { Version: versions.length };
    }
    case "GetParameter": {
      const [name = "", version] = String(input.Name).split(":");
      return { Parameter: { Value: aws.parameters.get(name)?.at(Number(version ?? 0) - 1) } };
    }
    case "DescribeAlarms":
      return { MetricAlarms: toAlarms(aws, String(input.AlarmNamePrefix)) };
    case "DescribeKey":
      return { KeyMetadata: toKey(aws) };
    case "GetMetricStatistics":
      return { Label: input.MetricName, Datapoints: toDatapoints(aws, String(input.MetricName)) };
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

function toDatapoints({ metrics, now }: AwsStandIn, name: string) {
  return (metrics[name] ?? []).map(([minutesAgo, value]) => ({
    Timestamp: Math.floor(now() / 1000) - minutesAgo * 60,
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
  const refused = aws.refused.get(action);
  if (refused) {
    const status = refused.code === "NotFound" ? 404 : 400;
    return response.writeHead(status, headers).end(toErrorXml(refused.code, refused.message));
  }
  const result = toQueryAnswer(aws, action, params);
  const xml = `<${action}Response><${action}Result>${result}</${action}Result></${action}Response>`;
  response.writeHead(200, headers).end(xml);
}

function toErrorXml(code: string, message: string): string {
  return `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>1</RequestId></ErrorResponse>`;
}

function toQueryAnswer(aws: AwsStandIn, action: string, params: URLSearchParams): string {
  const topic = params.get("TopicArn") ?? "";
  switch (action) {
    case "DescribeStacks":
      return `<Stacks>${toMember(toStack(aws))}</Stacks>`;
    case "GetTemplate":
      return `<TemplateBody>${toXml(toTemplate(aws))}</TemplateBody>`;
    case "ListSubscriptionsByTopic":
      return `<Subscriptions>${findSubscribers(aws, topic).map(toSubscription(topic)).join("")}</Subscriptions>`;
    case "GetSubscriptionAttributes":
      return toAttributes(aws, params.get("SubscriptionArn") ?? "");
    case "Subscribe":
      return toNewSubscription(aws, params);
    case "Unsubscribe":
      unsubscribe(aws, params.get("SubscriptionArn") ?? "");
      return "";
    case "ConfirmSubscription":
      return confirm(aws, params);
    case "Publish":
      return publish(aws, params);
    case "GetSMSSandboxAccountStatus":
      return `<IsInSandbox>${aws.sms.inSandbox}</IsInSandbox>`;
    case "ListSMSSandboxPhoneNumbers":
      return `<PhoneNumbers>${aws.sms.verified.map(toVerified).join("")}</PhoneNumbers>`;
    case "GetSMSAttributes":
      return `<attributes>${toSmsAttributes(aws)}</attributes>`;
    default:
      throw new Error(`The stand-in does not know ${action}`);
  }
}

function toSmsAttributes({ sms }: AwsStandIn): string {
  return [
    sms.limit ? toEntry("MonthlySpendLimit", sms.limit) : "",
    sms.type ? toEntry("DefaultSMSType", sms.type) : "",
  ].join("");
}

function toXml(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
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

function toNewSubscription(aws: AwsStandIn, params: URLSearchParams): string {
  const protocol = params.get("Protocol") ?? "";
  const attributes: Record<string, string> = {};
  for (let at = 1; params.has(`Attributes.entry.${at}.key`); at += 1) {
    const key = params.get(`Attributes.entry.${at}.key`) ?? "";
    attributes[key] = params.get(`Attributes.entry.${at}.value`) ?? "";
  }
  const topic = params.get("TopicArn") ?? "";
  const endpoint = params.get("Endpoint") ?? "";
  const subscriber = { protocol, endpoint, pending: protocol === "email", attributes };
  findSubscribers(aws, topic).push(subscriber);
  const arn = subscriber.pending ? "pending confirmation" : toArn(subscriber, topic);
  return `<SubscriptionArn>${arn}</SubscriptionArn>`;
}

function unsubscribe(aws: AwsStandIn, arn: string): void {
  const topic = arn.split(":").slice(0, 6).join(":");
  const keep = (each: Subscriber) => toArn(each, topic) !== arn;
  if (topic.endsWith("operations")) {
    aws.operationsSubscribers = aws.operationsSubscribers.filter(keep);
  } else {
    aws.subscribers = aws.subscribers.filter(keep);
  }
}

/** The token of the tests is the endpoint itself. */
function confirm(aws: AwsStandIn, params: URLSearchParams): string {
  const topic = params.get("TopicArn") ?? "";
  const found = findSubscribers(aws, topic).find(
    ({ endpoint }) => endpoint === params.get("Token"),
  );
  if (!found) throw new Error(`Nobody waits for the token ${params.get("Token")}`);
  found.pending = false;
  found.attributes = {
    ...found.attributes,
    ConfirmationWasAuthenticated: params.get("AuthenticateOnUnsubscribe") ?? "false",
  };
  return `<SubscriptionArn>${toArn(found, topic)}</SubscriptionArn>`;
}

function publish(aws: AwsStandIn, params: URLSearchParams): string {
  aws.published.push({
    topic: params.get("TopicArn")?.endsWith("operations") ? "operations" : "alert",
    subject: params.get("Subject") ?? "",
    message: params.get("Message") ?? "",
    kind: params.get("MessageAttributes.entry.1.Value.StringValue") ?? "",
  });
  return `<MessageId>${aws.published.length}</MessageId>`;
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

function toArn({ endpoint }: Subscriber, topic: string): string {
  return `${topic}:${encodeURIComponent(endpoint)}`;
}

const toSubscription = (topic: string) => (subscriber: Subscriber) => {
  const { protocol, endpoint, pending } = subscriber;
  const arn = pending ? "PendingConfirmation" : toArn(subscriber, topic);
  return toMember(
    `<SubscriptionArn>${arn}</SubscriptionArn><TopicArn>${topic}</TopicArn><Protocol>${protocol}</Protocol><Endpoint>${endpoint}</Endpoint><Owner>123456789012</Owner>`,
  );
};

function toAttributes(aws: AwsStandIn, arn: string): string {
  const topic = arn.split(":").slice(0, 6).join(":");
  const subscriber = findSubscribers(aws, topic).find((each) => toArn(each, topic) === arn);
  const attributes = { PendingConfirmation: "false", ...subscriber?.attributes };
  const entries = Object.entries(attributes).map(([key, value]) => toEntry(key, toXml(value)));
  return `<Attributes>${entries.join("")}</Attributes>`;
}

function toVerified(number: string): string {
  return toMember(`<PhoneNumber>${number}</PhoneNumber><Status>Verified</Status>`);
}
