import { describe, expect, test } from "vitest";
import { toAnswered, toGroups } from "../../../../lambda/alert/content/answered.ts";
import type { AnswersItem, MessageContext } from "../../../../lambda/alert/content/notice.ts";
import type { Answer } from "../../../../lambda/event/answer.ts";
import { ANSWER, later, messageContext, securityEvent, toForms } from "../../../support/notices.ts";

const RUNBOOK = "https://example.com/RUNBOOK.md";

function linesOf(items: readonly AnswersItem[], difference: Partial<MessageContext> = {}) {
  const context = messageContext({ runbookUrl: RUNBOOK, ...difference });
  return toForms({ kind: "answers", items }, context).email.split("\n");
}

/** So many alerts of different numbers, each with the answer of one person or of its own. */
function items(amount: number, nameOf = (_: number) => "Ann"): AnswersItem[] {
  return Array.from({ length: amount }, (_, index) => ({
    event: later(-index, { displayPhoneNumber: String(15_550_700_000 + index) }),
    answers: [{ ...ANSWER, name: nameOf(index) }],
  }));
}

function linkOf(length: number): string {
  return "https://example.com/".padEnd(length, "x");
}

describe("the mail about many answers", () => {
  test("has a paragraph for each of ten groups, and says how many are left", () => {
    const groupsOf = (amount: number) => linesOf(items(amount, (index) => `N${index}`));
    const acknowledged = (lines: string[]) =>
      lines.filter((line) => /^"N\d+" acknowledged 1 alert: being handled\.$/.test(line));
    expect(acknowledged(groupsOf(10))).toHaveLength(10);
    expect(groupsOf(10).join("\n")).not.toContain("npm run history");
    expect(acknowledged(groupsOf(11))).toHaveLength(10);
    expect(groupsOf(11)).toContain("and 1 more: npm run history");
  });

  test("lists twenty alerts, names a hundred numbers more, and says how many are left", () => {
    const after = (amount: number) => {
      const lines = linesOf(items(amount));
      return lines.slice(lines.findIndex((line) => /^And \d+ more:$/.test(line)));
    };
    expect(linesOf(items(20)).join("\n")).not.toMatch(/^And /m);
    expect(after(21)).toEqual(["And 1 more:", "15550700020"]);
    expect(after(120)).toHaveLength(101);
    expect(after(121)).toHaveLength(102);
    expect(after(121).at(-1)).toBe("and 1 more: npm run history");
  });

  test("names a number once, however many of its alerts were answered", () => {
    const same = Array.from({ length: 25 }, () => ({ event: securityEvent(), answers: [ANSWER] }));
    expect(linesOf(same).slice(-2)).toEqual(["And 5 more:", "15550783881 (Support DE)"]);
  });

  test("has a link below its alert where it has at most three rows", () => {
    const withLink = (link?: string) =>
      linesOf(items(1).map((item) => ({ ...item, ...(link && { link }) })));
    expect(withLink(linkOf(217))).toEqual(withLink());
    expect(withLink(linkOf(216))).toEqual([...withLink(), linkOf(216)]);
  });

  test("names the runbook where it has at most three rows", () => {
    const rest = "Every step: #many-numbers-at-once".length;
    const without = linesOf(items(1), { runbookUrl: "" });
    expect(linesOf(items(1), { runbookUrl: linkOf(217 - rest) })).toEqual(without);
    const runbookUrl = linkOf(216 - rest);
    const line = `Every step: ${runbookUrl}#many-numbers-at-once`;
    expect(linesOf(items(1), { runbookUrl })).toContain(line);
    expect(without.indexOf("The newest first:")).toBe(
      without.findIndex((each) => each.endsWith("--answer pin-set")) + 2,
    );
  });
});

describe("answers", () => {
  const at = (minute: number, difference: Partial<Answer> = {}): Answer => {
    return { ...ANSWER, at: `2026-11-24T03:${minute}:00.000Z`, ...difference };
  };

  test("are told the newest first, each with its alert", () => {
    const [a, b] = [securityEvent(), later(1)];
    const given = [
      { event: a, link: "l", answers: [at(20), at(40)] },
      { event: b, answers: [at(30)] },
    ];
    expect(toAnswered({ kind: "answers", items: given })).toStrictEqual([
      { event: a, link: "l", answer: at(40) },
      { event: b, answer: at(30) },
      { event: a, link: "l", answer: at(20) },
    ]);
  });

  test("are grouped by who gave them, what they say and from where, the largest group first", () => {
    const event = securityEvent();
    const different = [{ name: "Ben" }, { answer: "moved" }, { from: "::1" }] as const;
    const answers = [...different.map((each) => at(40, each)), at(30), at(20)];
    const groups = toGroups(answers.map((answer) => ({ event, answer })));
    expect(groups).toEqual([
      { ...at(30), count: 2 },
      ...different.map((each) => ({ ...at(40, each), count: 1 })),
    ]);
  });
});
