import { sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { isSigned, isSignedBy, type SnsBody, toStringToSign } from "./sns-signature.ts";
import { CERTIFICATE_FILE, KEY_FILE } from "./tls-aws.ts";

const CERTIFICATE = readFileSync(CERTIFICATE_FILE, "utf8");

const NOTIFICATION: SnsBody = {
  Type: "Notification",
  MessageId: "4d4dc071-ddbf-465d-bba8-08f81c89da64",
  TopicArn: "arn:aws:sns:us-east-2:123456789012:Alerts",
  Subject: "My subject",
  Message: "Test message\nin two lines",
  Timestamp: "2012-06-05T04:37:04.321Z",
  SignatureVersion: "2",
  Signature: "FAKE",
  SigningCertURL: "https://sns.us-east-2.amazonaws.com/SimpleNotificationService-f3.pem",
};

/** As SNS signs, by a key of the tests. */
function toSigned(body: SnsBody, algorithm: "sha1" | "sha256"): SnsBody {
  const key = readFileSync(KEY_FILE, "utf8");
  const signature = sign(algorithm, Buffer.from(toStringToSign(body)), key);
  return { ...body, Signature: signature.toString("base64") };
}

describe("the text that SNS signs", () => {
  test("of a notification has these fields in this order", () => {
    expect(toStringToSign(NOTIFICATION)).toBe(
      "Message\nTest message\nin two lines\nMessageId\n4d4dc071-ddbf-465d-bba8-08f81c89da64\nSubject\nMy subject\nTimestamp\n2012-06-05T04:37:04.321Z\nTopicArn\narn:aws:sns:us-east-2:123456789012:Alerts\nType\nNotification\n",
    );
    const { Subject: _, ...bare } = NOTIFICATION;
    expect(toStringToSign(bare)).not.toContain("Subject");
  });

  test("of a confirmation has the link and its token, and no subject", () => {
    const Type = "SubscriptionConfirmation";
    const body = { ...NOTIFICATION, Type, Token: "t", SubscribeURL: "https://x.example/" };
    expect(toStringToSign(body)).toMatch(
      /\nSubscribeURL\nhttps:\/\/x\.example\/\nTimestamp\n.*\nToken\nt\nTopicArn\n/,
    );
    expect(toStringToSign(body)).not.toContain("Subject\n");
  });
});

describe("a signature", () => {
  test("of version 2 is SHA-256's, of version 1 SHA-1's", () => {
    expect(isSignedBy(CERTIFICATE, toSigned(NOTIFICATION, "sha256"))).toBe(true);
    expect(isSignedBy(CERTIFICATE, toSigned(NOTIFICATION, "sha1"))).toBe(false);
    const old = { ...NOTIFICATION, SignatureVersion: "1" };
    expect(isSignedBy(CERTIFICATE, toSigned(old, "sha1"))).toBe(true);
  });

  test("of another text is refused", () => {
    const signed = toSigned(NOTIFICATION, "sha256");
    expect(isSignedBy(CERTIFICATE, { ...signed, Message: "Another message" })).toBe(false);
    expect(isSignedBy(CERTIFICATE, { ...signed, Subject: "Another subject" })).toBe(false);
  });

  test("is none where a word stands in its place", () => {
    expect(isSigned(NOTIFICATION)).toBe(false);
    expect(isSigned(toSigned(NOTIFICATION, "sha256"))).toBe(true);
  });
});
