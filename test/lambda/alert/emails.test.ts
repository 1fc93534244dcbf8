import { describe, expect, test } from "vitest";
import type { DigestItem, MessageContext } from "../../../lambda/alert/content/notice.ts";
import {
  ANSWER,
  later,
  LINK as link,
  messageContext,
  securityEvent,
  toForms,
} from "../../support/notices.ts";

const event = securityEvent();
const RUNBOOK = "https://example.com/RUNBOOK.md";
const context = messageContext({ runbookUrl: RUNBOOK });

function linesOf(notice: Parameters<typeof toForms>[0], difference: Partial<MessageContext> = {}) {
  return toForms(notice, { ...context, ...difference }).email.split("\n");
}

/** Filled up to so many characters. */
function linkOf(length: number): string {
  return "https://example.com/".padEnd(length, "x");
}

describe("the facts of an event", () => {
  test("say that Meta gave no user and no number", () => {
    const { requester: _, displayPhoneNumber, ...bare } = event;
    const lines = linesOf({ kind: "alert", event: bare });
    expect(lines).toContain("User:     not given");
    expect(lines).toContain("Number:   not given");
  });

  test("have one line each, however long they are", () => {
    const lines = linesOf(
      {
        kind: "alert",
        event: securityEvent({ requester: "9".repeat(41), wabaId: "8".repeat(29) }),
      },
      { label: "x".repeat(100) },
    );
    expect(lines).toContain(`User:     ${"9".repeat(38)}.. (Meta's id)`);
    const account = `Account:  ${"8".repeat(26)}.., seen by ${"x".repeat(22)}..`;
    expect(account).toHaveLength(72);
    expect(lines).toContain(account);
  });

  test("name the deployment whole where the line has room for it", () => {
    const accountOf = (length: number) =>
      linesOf({ kind: "alert", event }, { label: "x".repeat(length) }).find((line) =>
        line.startsWith("Account:"),
      );
    expect(accountOf(37)).toBe(`Account:  102290129340398, seen by ${"x".repeat(37)}`);
    expect(accountOf(38)).toBe(`Account:  102290129340398, seen by ${"x".repeat(35)}..`);
  });
});

describe("an event of an unknown name", () => {
  test("is called by it, in letters that every form can carry", () => {
    const odd = securityEvent({ event: "MOVE_TO <b>é.1-2" });
    const { email } = toForms({ kind: "alert", event: odd });
    expect(email.replaceAll("\n", " ")).toContain("does not know: MOVE_TO ?b??.1-2.");
  });

  test("has at most thirty of them", () => {
    const { subject } = toForms({ kind: "alert", event: securityEvent({ event: "N".repeat(31) }) });
    expect(subject).toMatch(/event N{30},/);
  });
});

describe("the end of a message", () => {
  const step = `Every step: ${RUNBOOK}#a-reset-was-requested`;

  test("is the link and the runbook", () => {
    const answer = "Answer here, so that everybody knows who acts:";
    expect(linesOf({ kind: "alert", event, link }).slice(-4)).toEqual(["", answer, link, step]);
  });

  test("is the runbook where there is no link, and the last step where there is none either", () => {
    const withRunbook = linesOf({ kind: "alert", event });
    expect(withRunbook.slice(-2)).toEqual(["", step]);
    const without = linesOf({ kind: "alert", event }, { runbookUrl: "" });
    expect(without).toEqual(withRunbook.slice(0, -1));
  });

  test("leaves out a runbook whose address takes more than two rows", () => {
    const rest = "Every step: #a-reset-was-requested".length;
    const endWith = (runbookUrl: string) =>
      linesOf({ kind: "alert", event }, { runbookUrl }).at(-1);
    expect(endWith(linkOf(144 - rest))).toHaveLength(144);
    expect(endWith(linkOf(145 - rest))).toBe("");
  });

  test.each([
    ["of a test", { kind: "alert", event: securityEvent({ test: true }) }],
    ["of an answer", { kind: "acknowledged", event, answer: ANSWER }],
  ] as const)("%s has the page for answers where its link is short", (_, notice) => {
    const without = linesOf(notice);
    expect(linesOf({ ...notice, link: linkOf(217) })).toEqual(without);
    const withLink = linesOf({ ...notice, link: linkOf(216) });
    const at = withLink.indexOf(linkOf(216));
    expect(withLink[at - 1]).toMatch(
      /^(The page on which people answer a real alert|All answers, and a place for yours):$/,
    );
    expect(withLink.length - without.length).toBeLessThanOrEqual(3);
    expect(without.every((line) => withLink.includes(line))).toBe(true);
  });
});

test("an answer tells of the event its number and account, and not what a stranger calls so", () => {
  const odd = securityEvent({ requester: "Account: 7" });
  const lines = linesOf({ kind: "acknowledged", event: odd, answer: ANSWER });
  expect(lines.filter((line) => /(Number|Account):/.test(line))).toEqual([
    "Number:   15550783881 (Support DE)",
    "Account:  102290129340398, seen by Prod",
  ]);
});

describe("a digest", () => {
  const items = (amount: number, difference: Partial<DigestItem> = {}): DigestItem[] =>
    Array.from({ length: amount }, (_, index) => ({
      event: later(-index, { displayPhoneNumber: String(15_550_700_000 + index) }),
      repeat: 0,
      ...difference,
    }));
  const test_ = { event: securityEvent({ test: true }), repeat: 0 };
  const TESTS = "All are tests: nothing to do.";

  const textOf = (some: readonly DigestItem[], difference: Partial<MessageContext> = {}) =>
    linesOf({ kind: "digest", items: some }, difference);

  test("asks nothing where all are tests, and says what to do where one is not", () => {
    expect(textOf([test_, test_]).join(" ")).toContain(TESTS);
    expect(textOf([test_, ...items(1)]).join(" ")).not.toContain(TESTS);
    expect(textOf([test_, ...items(1)]).join(" ")).toContain("Many numbers of one account");
  });

  test("says how many were told before, where some were", () => {
    const again = items(1, { repeat: 1 });
    expect(textOf([...again, ...items(2)])).toContain("Told before, and not answered: 1.");
    expect(textOf(items(2)).join(" ")).not.toContain("Told before");
  });

  test("names the runbook where it has at most three rows", () => {
    const rest = "Every step: #many-numbers-at-once".length;
    // An address of an operator's own may be long.
    const runbookUrl = linkOf(216 - rest);
    expect(textOf(items(1), { runbookUrl })).toContain(
      `Every step: ${runbookUrl}#many-numbers-at-once`,
    );
    const without = textOf(items(1), { runbookUrl: "" });
    expect(textOf(items(1), { runbookUrl: linkOf(217 - rest) })).toEqual(without);
    expect(without.join(" ")).not.toContain("Every step");
    expect(without.indexOf("The newest first:")).toBe(
      without.indexOf("npm run acknowledge -- --all --as NAME --answer handling") + 2,
    );
  });

  test("has a link below its event where it has at most three rows", () => {
    const without = textOf(items(1));
    expect(textOf(items(1, { link: linkOf(217) }))).toEqual(without);
    expect(textOf(items(1, { link: linkOf(216) }))).toEqual([...without, linkOf(216)]);
  });

  test("lists twenty events, names a hundred numbers more, and says how many are left", () => {
    const after = (amount: number) => {
      const lines = textOf(items(amount));
      return lines.slice(lines.findIndex((line) => /^And \d+ before:$/.test(line)));
    };
    expect(textOf(items(20)).join("\n")).not.toContain(" before:");
    expect(after(21)).toEqual(["And 1 before:", "15550700020"]);
    expect(after(120)).toHaveLength(101);
    expect(after(120).at(-1)).toBe("15550700119");
    expect(after(121)).toHaveLength(102);
    expect(after(121).at(-1)).toBe("and 1 more: npm run history -- --open");
  });
});
