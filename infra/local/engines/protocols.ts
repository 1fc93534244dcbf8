import { createHash } from "node:crypto";
import type { buildApp } from "fauxqs";
import * as v from "valibot";

type App = ReturnType<typeof buildApp>;

/** What begins the names of queues that see each message with all its forms. */
export const ALL_FORMS_PREFIX = "whole-";

/**
 * fauxqs hands a message with a form per protocol (`MessageStructure: json`) on whole. This makes
 * it do what SNS does: a queue gets the form `sqs`, else `default`; a message without `default` is
 * refused. Source: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
export function deliverByProtocol(app: App): void {
  app.addHook("preHandler", async (request, reply) => {
    const { Action, MessageStructure, Message } = toParams(request.body);
    if (Action !== "Publish" || MessageStructure !== "json") return;
    if (parseForms(Message ?? "") === undefined) {
      reply.status(400).header("content-type", "text/xml");
      return reply.send(NO_DEFAULT);
    }
  });
  app.addHook("onSend", async (request, _reply, payload) => {
    if (typeof payload !== "string") return payload;
    const { Action = "", QueueUrl = "" } = toParams(request.body);
    if (Action.startsWith("ListSubscriptions")) return hideInternalQueues(payload);
    const isReceive = String(request.headers["x-amz-target"]).endsWith(".ReceiveMessage");
    return isReceive && !isInternalQueue(QueueUrl) ? pickForms(payload) : payload;
  });
}

export function toParams(body: unknown): Readonly<Record<string, string | undefined>> {
  return typeof body === "object" && body !== null ? { ...body } : {};
}

const NO_DEFAULT =
  "<ErrorResponse><Error><Type>Sender</Type><Code>InvalidParameter</Code><Message>Invalid parameter: Message Structure - No default entry in JSON message body</Message></Error></ErrorResponse>";

function isInternalQueue(queueUrl: string): boolean {
  return queueUrl.split("/").at(-1)?.startsWith(ALL_FORMS_PREFIX) === true;
}

/** They are this run's own, not an operator's. */
function hideInternalQueues(xml: string): string {
  return xml.replace(/<member>(?:(?!<\/member>)[\s\S])*<\/member>/g, (member) =>
    member.includes(`:${ALL_FORMS_PREFIX}`) ? "" : member,
  );
}

interface Received {
  readonly Messages?: readonly { readonly Body: string; readonly MD5OfBody: string }[];
}

function pickForms(payload: string): string {
  const { Messages, ...rest }: Received = JSON.parse(payload);
  const own = Messages?.map((message) => {
    const Body = pickForm(message.Body, "sqs");
    return { ...message, Body, MD5OfBody: createHash("md5").update(Body).digest("hex") };
  });
  return JSON.stringify({ ...rest, ...(own && { Messages: own }) });
}

const Envelope = v.looseObject({ Type: v.literal("Notification"), Message: v.string() });

/** The envelope, or with raw delivery the message itself, with the protocol's form in its place. */
export function pickForm(body: string, protocol: string): string {
  const envelope = v.safeParse(v.pipe(v.string(), v.parseJson(), Envelope), body);
  const forms = parseForms(envelope.success ? envelope.output.Message : body);
  if (!forms) return body;
  const form = forms[protocol] ?? forms.default ?? "";
  return envelope.success ? JSON.stringify({ ...envelope.output, Message: form }) : form;
}

const Forms = v.pipe(
  v.string(),
  v.parseJson(),
  v.objectWithRest({ default: v.string() }, v.string()),
);

function parseForms(message: string): Readonly<Record<string, string>> | undefined {
  const forms = v.safeParse(Forms, message);
  return forms.success ? forms.output : undefined;
}
