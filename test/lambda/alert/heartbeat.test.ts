import { describe, expect, test } from "vitest";
import type { HeartbeatNotice, MessageContext } from "../../../lambda/alert/content/notice.ts";
import { HEARTBEAT, messageContext, toForms } from "../../support/notices.ts";

function formsOf(difference: Partial<HeartbeatNotice> = {}, context: Partial<MessageContext> = {}) {
  return toForms({ ...HEARTBEAT, ...difference }, messageContext(context));
}

describe("the watchdog's message in a chat, whole,", () => {
  const whole = (kind: string, name: string, ok: boolean) => ({
    version: "1.0",
    source: "custom",
    id: `${kind}:2026-11-24T03:12:40.000Z`,
    content: {
      textType: "client-markdown",
      title: "WhatsApp security, North: All well: 12 numbers, all protected",
      description: "```\nNumbers\n  15550783881 (Support DE)  protected\n```",
      nextSteps: [],
      keywords: ["North", kind],
    },
    metadata: {
      threadId: `whatsapp-security-${name}`,
      summary: "All well: 12 numbers, all protected",
      eventType: kind,
      relatedResources: [],
      additionalContext: { kind, label: "North", ok: String(ok) },
      enableCustomActions: true,
    },
  });

  test.each([
    ["heartbeat", "report", true],
    ["check", "checks", false],
  ] as const)("of kind %s", (kind, name, ok) => {
    const { chat } = formsOf({ kind, ok }, { label: "North" });
    expect(chat).toEqual(whole(kind, name, ok));
  });

  test("shows forty lines of ninety characters, and no end of its block before the end", () => {
    const lines = ["```", "x".repeat(91), ...Array(39).fill("line")];
    const { description } = formsOf({ lines }).chat.content;
    expect(description.split("\n")).toEqual([
      "```",
      "'''",
      "x".repeat(90),
      ...Array(38).fill("line"),
      "```",
    ]);
  });
});

describe("the watchdog's message", () => {
  test("has a summary although somebody gave it none", () => {
    const { subject, sms, email, machine } = formsOf({ summary: " \n", lines: [] });
    expect(subject).toBe("WhatsApp security: Report of the watchdog - Prod");
    expect(sms).toBe("WhatsApp Prod: Report of the watchdog");
    expect(email).toBe("Report of the watchdog");
    expect(machine.summary).toBe("Report of the watchdog");
  });

  test("has its lines in the e-mail, their beginning kept, of at most 160 characters", () => {
    const { email } = formsOf({ lines: ["  a \u202e ", "", "x".repeat(161)] });
    expect(email).toBe(`  a\n\n${"x".repeat(160)}`);
  });
});

describe("the watchdog's e-mail", () => {
  /** So many bytes with their line breaks: lines of 64 bytes of two-byte letters. */
  const ofBytes = (kilobytes: number) => [
    ...Array(kilobytes * 16 - 1).fill(`${"é".repeat(31)}x`),
    "x".repeat(63),
  ];

  test("has all lines up to 40 KB, and says beyond them how many it leaves out", () => {
    expect(Buffer.byteLength(formsOf({ lines: ofBytes(40) }).email)).toBe(40 * 1024 - 1);
    const { email } = formsOf({ lines: [...ofBytes(40), "y", "z"] });
    expect(email.split("\n")).toHaveLength(641);
    expect(email).toMatch(/x\nand 2 lines more$/);
  });
});

describe("the watchdog's report for machines", () => {
  /** A report whose JSON text has so many bytes. */
  const reportOf = (bytes: number) => {
    const text = "é".repeat(1000);
    return {
      text,
      rest: "x".repeat(bytes - Buffer.byteLength(JSON.stringify({ text, rest: "" }))),
    };
  };

  test("is whole up to 72 KB, and left out beyond", () => {
    const largest = reportOf(72 * 1024);
    expect(formsOf({ report: largest }).machine.report).toEqual(largest);
    expect(formsOf({ report: reportOf(72 * 1024 + 1) }).machine).not.toHaveProperty("report");
  });

  test("has no character at which SNS's client would throw", () => {
    const { machine } = formsOf({ report: { name: "a\u202eb" } });
    expect(machine.report).toEqual({ name: "a b" });
  });
});
