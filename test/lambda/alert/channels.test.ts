import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { AlertDocumentSchema } from "../../../lambda/alert/alert-document.ts";
import { ChatDocumentSchema } from "../../../lambda/alert/chat-document.ts";
import type { NoticeItem } from "../../../lambda/alert/content/notice.ts";
import { countGsm7Septets } from "../../support/gsm7.ts";
import {
  ANSWER,
  HEARTBEAT,
  later,
  LINK as link,
  messageContext,
  SENT_AT,
  securityEvent,
  toForms,
} from "../../support/notices.ts";

const event = securityEvent();
const OTHER = securityEvent({ displayPhoneNumber: "15550783882", eventKey: "2" });
const { event: _, displayPhoneNumber, requester, sentAt, ...BARE } = event;

const ALERT: NoticeItem = { due: "alert", event, link };
const REPEAT: NoticeItem = { due: "repeat", event, link, repeat: 3, story: [] };
const ANSWERED: NoticeItem = { due: "answer", event, link, answers: [ANSWER] };
const DIGEST: NoticeItem[] = [
  { ...REPEAT, repeat: 2 },
  { ...REPEAT, event: OTHER },
];
const ANSWERS: NoticeItem[] = [ANSWERED, { ...ANSWERED, event: OTHER }];

describe("the attributes that subscriptions filter by", () => {
  const shown = (items: NoticeItem | readonly NoticeItem[]) =>
    Object.entries(toForms(items).attributes).map(([name, { DataType, StringValue }]) => {
      return `${name} ${DataType} ${StringValue}`;
    });
  const COMMON = "AWS.SNS.SMS.SMSType String Transactional";
  const ONE = [
    "event String PIN_RESET_REQUEST",
    "wabaId String 102290129340398",
    "displayPhoneNumber String 15550783881",
  ];
  const toList = (attribute: string) => attribute.replace(/ String (.*)/, ' String.Array ["$1"]');
  const SEVERAL = [
    'event String.Array ["PIN_RESET_REQUEST"]',
    'wabaId String.Array ["102290129340398"]',
    'displayPhoneNumber String.Array ["15550783882","15550783881"]',
  ];

  test.each<[string, NoticeItem | NoticeItem[], string[]]>([
    ["an alert", ALERT, [...ONE, "kind String alert", "repeat Number 0", COMMON]],
    ["a repeat", REPEAT, [...ONE, "kind String repeat", "repeat Number 3", COMMON]],
    ["an answer", ANSWERED, [...ONE, "kind String acknowledged", "repeat Number 0", COMMON]],
    [
      "several events: lists, and the lowest repeat",
      DIGEST.toReversed(),
      [...SEVERAL, "kind String digest", "repeat Number 2", COMMON],
    ],
    [
      "a first alert beside a repeat",
      [{ ...ALERT, event: later(1) }, REPEAT],
      [...ONE.map(toList), "kind String digest", "repeat Number 0", COMMON],
    ],
    [
      "an event that Meta said little of",
      { due: "alert", event: BARE },
      ["wabaId String 102290129340398", "kind String alert", "repeat Number 0", COMMON],
    ],
  ])("of %s", (_, items, attributes) => {
    expect(shown(items)).toEqual(attributes);
  });
});

describe("the document for machines", () => {
  const documentOf = (items: NoticeItem | readonly NoticeItem[]) => {
    const { machine } = toForms(items);
    v.parse(v.strictObject(AlertDocumentSchema.entries), machine);
    return machine;
  };
  const EVENT = {
    event: "PIN_RESET_REQUEST",
    test: false,
    wabaId: "102290129340398",
    displayPhoneNumber: "15550783881",
    numberLabel: "Support DE",
    requester: "61555822107539",
    time: 1795489920,
    sentAt: "2026-11-24T03:12:00.000Z",
    receivedAt: "2026-11-24T03:12:01.000Z",
    eventKey: "0000001795489920#d92d31e174b62c1a",
  };

  test("is an alert's whole event, without the link that lets its holder answer", () => {
    const document = documentOf(ALERT);
    expect(document).toEqual({
      version: 1,
      kind: "alert",
      summary: expect.stringMatching(/^\S/),
      label: "Prod",
      ...EVENT,
      repeat: 0,
    });
    expect(toForms([ALERT, ...ANSWERS]).machine).not.toHaveProperty("link");
  });

  test("leaves out what Meta left out", () => {
    const names = Object.keys(documentOf({ due: "alert", event: BARE }));
    expect(names).toEqual(
      expect.not.arrayContaining(["event", "requester", "sentAt", "numberLabel"]),
    );
  });

  test("has the story of a repeat: of a long one the first event and the latest 49", () => {
    const story = Array.from({ length: 52 }, (_, index) => later(index));
    const document = documentOf({ ...REPEAT, story } as NoticeItem);
    const minutes = document.since.map(
      ({ time }: { time: number }) => (time - SENT_AT / 1000) / 60,
    );
    expect(document.repeat).toBe(3);
    expect(minutes).toEqual([0, ...Array.from({ length: 49 }, (_, index) => index + 3)]);
  });

  test("has every event of several, with its repeat or its answer", () => {
    expect(documentOf(DIGEST).events).toEqual([
      { ...EVENT, repeat: 2 },
      expect.objectContaining({ displayPhoneNumber: "15550783882", repeat: 3 }),
    ]);
    const { kind, answer, events } = documentOf(ANSWERS);
    expect({ kind, answer }).toEqual({ kind: "acknowledged", answer: ANSWER });
    expect([...events]).toMatchObject([{ answer: ANSWER }, { answer: ANSWER }]);
  });

  test("says of one answer what was answered, and of several of one event each, the newest first", () => {
    expect(documentOf(ANSWERED)).toMatchObject({ kind: "acknowledged", answer: ANSWER });
    expect(documentOf(ANSWERED)).not.toHaveProperty("events");
    expect(documentOf(ANSWERED)).not.toHaveProperty("repeat");
    const newer = { ...ANSWER, answer: "planned", at: "2026-11-24T03:30:00.000Z" } as const;
    const { answer, events } = documentOf({ ...ANSWERED, answers: [ANSWER, newer] } as NoticeItem);
    expect(answer).toEqual(newer);
    expect(events).toMatchObject([{ answer: newer }, { answer: ANSWER }]);
    const many = toForms({ ...ANSWERED, answers: Array(6).fill(ANSWER) } as NoticeItem);
    expect(many.email.match(/^Before: /gm), "older ones in the mail").toHaveLength(3);
  });
});

describe("a chat", () => {
  const threadOf = (items: Parameters<typeof toForms>[0]) =>
    toForms(items).chat.metadata.threadId.replace("whatsapp-security-", "");

  test.each<[string, Parameters<typeof toForms>[0], string]>([
    ["an alert", ALERT, "15550783881"],
    ["its repeat", REPEAT, "15550783881"],
    ["its answer", ANSWERED, "15550783881"],
    ["several events of one number", [REPEAT, { ...ALERT, event: later(1) }], "15550783881"],
    ["several numbers", DIGEST, "digest"],
    ["a test", { ...ALERT, event: { ...event, test: true } }, "test-15550783881"],
    [
      "an event without a number",
      { due: "alert", event: { ...BARE, wabaId: "a b#c" } },
      "account-a-b-c",
    ],
    [
      "a number that is too long",
      { ...ALERT, event: { ...event, displayPhoneNumber: "9".repeat(30) } },
      "9".repeat(24),
    ],
    [
      "an account that is too long",
      { due: "alert", event: { ...BARE, wabaId: "9".repeat(80) } },
      `account-${"9".repeat(38)}`,
    ],
    ["the weekly report", HEARTBEAT, "report"],
    ["failed checks", { ...HEARTBEAT, kind: "check" }, "checks"],
  ])("has a thread for %s", (_, items, thread) => {
    expect(threadOf(items)).toBe(thread);
  });

  test.each<[NoticeItem | NoticeItem[], string]>([
    [ALERT, "alert:102290129340398:0000001795489920#d92d31e174b62c1a:0"],
    [REPEAT, "repeat:102290129340398:0000001795489920#d92d31e174b62c1a:3"],
    [ANSWERED, `acknowledged:102290129340398:0000001795489920#d92d31e174b62c1a:${ANSWER.at}`],
  ])("knows a message by its id: %#", (items, id) => {
    expect(toForms(items).chat.id).toBe(id);
  });

  test("carries the fields of the machine document as texts", () => {
    const { content, metadata } = v.parse(ChatDocumentSchema, toForms(ANSWERS).chat);
    expect(content.keywords).toEqual(["Prod", "acknowledged"]);
    expect(metadata).toMatchSnapshot();
    const bare = toForms({ due: "alert", event: BARE }).chat.metadata;
    expect(bare.additionalContext).not.toHaveProperty("event");
    expect(bare.eventType).toBe("alert");
  });

  test.each([
    ["planned", "link", false],
    ["pin-set", "link", true],
    ["moved", "link", true],
    ["moved", "terminal", false],
  ] as const)("says of %s by %s that the daily check goes on: %s", (kind, origin, goesOn) => {
    const answers = [{ ...ANSWER, answer: kind, origin }];
    const { description } = toForms({ due: "answer", event, answers }).chat.content;
    expect(description.includes("The daily check goes on")).toBe(goesOn);
  });

  test.each([
    ["link", "203.0.113.7", "by link from 203.0.113.7", "name. If"],
    ["terminal", "terminal", "from the terminal", undefined],
    ["dashboard", "dashboard", "from the dashboard", undefined],
    ["protect", "protect", "by npm run protect", undefined],
    ["protect", "203.0.113.7", "from 203.0.113.7", "name: if"],
  ] as const)(
    "says how an answer came, of origin %s and from %s: %s",
    (origin, from, how, doubt) => {
      const answers = [{ ...ANSWER, origin, from }];
      const { machine, chat } = toForms({ due: "answer", event, answers });
      expect(machine.summary.replace(/.* UTC /, "")).toBe(how);
      expect(/(?<=Nobody has checked the )name. if/i.exec(chat.content.description)?.[0]).toBe(
        doubt,
      );
    },
  );
});

describe("what strangers wrote", () => {
  test("is no markdown, link or mention in any channel", () => {
    const name = '<!channel> [click](https://evil.example/x) @here `*_"~| evil.example';
    const { chat, email, sms } = toForms({ due: "answer", event, answers: [{ ...ANSWER, name }] });
    expect(JSON.stringify(chat)).not.toMatch(/evil\.\S|:\/\/evil|<!|@here|\[click|`|\*/);
    expect(`${email} ${sms}`).not.toMatch(/evil\.\S|:\/\/evil/);
    expect(countGsm7Septets(sms)).toBeLessThanOrEqual(140);
  });

  test.each([
    ['Ann "the boss"', "Ann 'the boss'"],
    ["<b>", "b"],
    [" \u202e ", "?"],
    ["x".repeat(61), "x".repeat(60)],
  ])("as a name, %j, is %j", (name, plain) => {
    const { machine } = toForms({ due: "answer", event, answers: [{ ...ANSWER, name }] });
    expect(machine.answer.name).toBe(plain);
  });

  test.each([
    ["2001:db8::1", "2001:db8::1"],
    ["", "?"],
    ["x".repeat(46), "x".repeat(45)],
  ])("as an address, %j, is %j", (from, plain) => {
    const { machine } = toForms({ due: "answer", event, answers: [{ ...ANSWER, from }] });
    expect(machine.answer.from).toBe(plain);
  });

  test("stays in its line, in every field of an event and in the settings", () => {
    const odd = securityEvent({
      wabaId: " \u202e ",
      event: "A\nB",
      displayPhoneNumber: "1\u20282",
      requester: "\u00003",
    });
    const repeat = {
      due: "repeat",
      repeat: 1,
      event: odd,
      story: [odd],
      requester: "\u00004",
      number: { state: "unknown", sentence: "[a](https://evil.example)\u202e" },
    } as const;
    const context = messageContext({ label: " \u202e ", runbookUrl: "see the wiki" });
    const { machine, email } = toForms(repeat, context);
    const plain = { wabaId: "?", event: "A B", displayPhoneNumber: "1 2", requester: "3" };
    expect(machine).toMatchObject({ ...plain, label: "this system", since: [plain] });
    expect(email).toContain("User:     Meta user 4 asked for the reset");
    expect(email).toContain("\na (https:  evil. example)\n");
    expect(email).not.toContain("see the wiki");
  });

  test("as an event's name is in letters that every channel can carry", () => {
    const odd = securityEvent({ event: "MOVE_TO <b>é.1-2" });
    const { email, subject, chat } = toForms({ due: "alert", event: odd });
    expect(email.replaceAll("\n", " ")).toContain("not know: MOVE_TO ?b??.1-2. What it means");
    expect(subject).toContain("event MOVE_TO ?b??.1-2,");
    expect(chat.metadata.eventType).toBe("MOVE_TO  b é.1-2");
  });
});
