import { verify } from "node:crypto";

/** The body of a request that SNS makes to an http or https subscriber. */
export interface SnsBody {
  readonly Type: string;
  readonly MessageId: string;
  readonly TopicArn: string;
  readonly Subject?: string;
  readonly Message: string;
  readonly Timestamp: string;
  readonly Token?: string;
  readonly SubscribeURL?: string;
  readonly SignatureVersion: string;
  readonly Signature: string;
  readonly SigningCertURL: string;
}

/** Source: https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html */
const SIGNED: Readonly<Record<string, readonly (keyof SnsBody)[]>> = {
  Notification: ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"],
  SubscriptionConfirmation: [
    "Message",
    "MessageId",
    "SubscribeURL",
    "Timestamp",
    "Token",
    "TopicArn",
    "Type",
  ],
};

/** Each signed field that is there, its name and its value on lines of their own. */
export function toStringToSign(body: SnsBody): string {
  const given = (SIGNED[body.Type] ?? []).filter((name) => body[name] !== undefined);
  return given.map((name) => `${name}\n${body[name]}\n`).join("");
}

/** Whether there is a signature at all: emulators send a word in its place. */
export function isSigned({ Signature }: SnsBody): boolean {
  return Buffer.from(Signature, "base64").length >= 128;
}

/** Whether the key of this certificate (PEM) signed the body: version 1 with SHA-1, 2 with SHA-256. */
export function isSignedBy(certificate: string, body: SnsBody): boolean {
  const algorithm = body.SignatureVersion === "2" ? "sha256" : "sha1";
  const signature = Buffer.from(body.Signature, "base64");
  return verify(algorithm, Buffer.from(toStringToSign(body)), certificate, signature);
}
