import { describe, expect, test } from "vitest";
import type { Notice } from "../../../../lambda/alert/content/notice.ts";
import {
  sortForDigest,
  toPlainContext,
  toPlainNotice,
} from "../../../../lambda/alert/content/plain-notice.ts";
import { ANSWER, later, messageContext, securityEvent } from "../../../support/notices.ts";

const odd = securityEvent({
  wabaId: "1\u202e2",
  event: "A\nB",
  displayPhoneNumber: "1\u20282",
  requester: "\u00003",
});
const PLAIN = securityEvent({
  wabaId: "1 2",
  event: "A B",
  displayPhoneNumber: "1 2",
  requester: "3",
});

describe("what the operator set", () => {
  test("is kept where every protocol can carry it", () => {
    expect(toPlainContext(messageContext())).toEqual(messageContext());
  });

  test("has another label, and no runbook, where it cannot", () => {
    const context = messageContext({ label: " \u202e ", runbookUrl: "see the wiki" });
    const plain = messageContext({ label: "this system", runbookUrl: "" });
    expect(toPlainContext(context)).toEqual(plain);
  });
});

describe("a notice's texts", () => {
  const answer = { ...ANSWER, name: "A\nB", from: "1\u202e2" };
  const plainAnswer = { ...ANSWER, name: "A B", from: "1 2" };

  test.each<[Notice, Notice]>([
    [
      { kind: "alert", event: odd, link: "l" },
      { kind: "alert", event: PLAIN, link: "l" },
    ],
    [
      { kind: "repeat", event: odd, repeat: 2, since: [odd, odd] },
      { kind: "repeat", event: PLAIN, repeat: 2, since: [PLAIN, PLAIN] },
    ],
    [
      { kind: "digest", items: [{ event: odd, link: "l", repeat: 2 }] },
      { kind: "digest", items: [{ event: PLAIN, link: "l", repeat: 2 }] },
    ],
    [
      { kind: "acknowledged", event: odd, answer },
      { kind: "acknowledged", event: PLAIN, answer: plainAnswer },
    ],
    [
      { kind: "answers", items: [{ event: odd, link: "l", answers: [answer, answer] }] },
      {
        kind: "answers",
        items: [{ event: PLAIN, link: "l", answers: [plainAnswer, plainAnswer] }],
      },
    ],
  ])("are lines of their own: %#", (notice, plain) => {
    expect(toPlainNotice(notice)).toStrictEqual(plain);
  });

  test("stay absent where they are, and an account has a name in any case", () => {
    const { event: _, displayPhoneNumber, requester, ...bare } = securityEvent({ wabaId: " " });
    expect(toPlainNotice({ kind: "alert", event: bare })).toStrictEqual({
      kind: "alert",
      event: { ...bare, wabaId: "?" },
    });
  });

  test.each([
    ['Ann "the boss"', "Ann 'the boss'"],
    ["Ann    B  C", "Ann B C"],
    ["see https://evil.example/x", "see https: evil. example x"],
    ["<b>", "b"],
    [" \u202e ", "?"],
    ["x".repeat(61), "x".repeat(60)],
  ])("%j as who answered is %j", (name, plain) => {
    const notice = { kind: "acknowledged", event: odd, answer: { ...ANSWER, name } } as const;
    expect(toPlainNotice(notice)).toMatchObject({ answer: { name: plain } });
  });

  test.each([
    ["2001:db8::1", "2001:db8::1"],
    ["", "?"],
    ["x".repeat(46), "x".repeat(45)],
  ])("%j as where from is %j", (from, plain) => {
    const notice = { kind: "acknowledged", event: odd, answer: { ...ANSWER, from } } as const;
    expect(toPlainNotice(notice)).toMatchObject({ answer: { from: plain } });
  });
});

test("a digest has the newest first, by when they were received, and tests last", () => {
  const names = ["test 1", "old", "test 9", "new"];
  const [test1, old, test9, newest] = [1, 2, 9, 3].map((minutes, index) => {
    return { event: later(minutes, { test: index % 2 === 0, requester: names[index] ?? "" }) };
  });
  const given = [test1, old, test9, newest].flatMap((item) => item ?? []);
  const sorted = [newest, old, test9, test1];
  expect(sortForDigest(given)).toEqual(sorted);
  const items = given.map((item) => ({ ...item, repeat: 0 }));
  const plain = toPlainNotice({ kind: "digest", items });
  expect(plain).toMatchObject({ items: sorted.map((item) => ({ ...item, repeat: 0 })) });
});
