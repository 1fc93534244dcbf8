import { describe, expect, test } from "vitest";
import { unread } from "../../../lambda/checks/check.ts";
import type { OverviewInput } from "../../../lambda/checks/overview.ts";
import { html } from "../../../lambda/page/html.ts";
import { toTime } from "../../../lambda/page/number-row.ts";
import {
  type OverviewView,
  toHeadlinePart,
  toOverviewParts,
  toSection,
} from "../../../lambda/page/overview-parts.ts";
import { toActions } from "../../../lambda/widget/actions.ts";
import { HOUR_MS, historyEvent, LOOKED_AT, overviewOf, subscriber } from "../../support/facts.ts";
import { ANSWER } from "../../support/notices.ts";
import { BARE, GOOD, NOTHING_WELL, SETTLED } from "../../support/overviews.ts";

const ENDPOINT = "arn:aws:lambda:eu-central-1:123456789012:function:Watchdog";

function partsOf(
  input: Partial<OverviewInput> = {},
  view: Partial<Omit<OverviewView, "overview">> = {},
): string {
  const overview = overviewOf({ operationsSubscribers: undefined, ...input });
  return toOverviewParts({ overview, toNumber: (number) => `+${number}`, ...view }).markup;
}

const ALL: Partial<OverviewInput> = {
  ...NOTHING_WELL,
  operationsSubscribers: [
    subscriber({ endpoint: "o@example.com" }),
    subscriber({ endpoint: "new@example.com", confirmed: false }),
  ],
};

const WITH_ACTIONS: Partial<OverviewView> = {
  toActions: (number, now) => toActions(number, ENDPOINT, now),
  asksName: true,
};

describe("the overview's markup", () => {
  test.each([
    ["of nothing", {}, {}],
    ["of everything, with buttons", ALL, WITH_ACTIONS],
    ["of everything, to be looked at", ALL, { showsAllChecks: true }],
    [
      "of what can't be read",
      {
        unread: ["events", "alert subscribers", "operations subscribers"] as const,
        alertSubscribers: undefined,
      },
      { notice: { tone: "calm", text: "Stored & sent." } as const },
    ],
  ])("%s stays as it was reviewed", (_what, input, view) => {
    expect(partsOf(input, view)).toMatchSnapshot();
  });

  test("asks for a name where there is a button, and only there", () => {
    const field = '<label for="name">Your name, for an answer</label>';
    expect(partsOf({ history: [historyEvent()] }, WITH_ACTIONS)).toContain(field);
    expect(partsOf({ history: [historyEvent()] })).not.toContain(field);
    const week = 7 * 24 * HOUR_MS;
    const history = [SETTLED];
    expect(partsOf({ history, at: LOOKED_AT + week - 1 }, WITH_ACTIONS)).toContain(field);
    expect(partsOf({ history, at: LOOKED_AT + week }, WITH_ACTIONS)).not.toContain(field);
  });

  test("says of an answer what the incident's page says", () => {
    const rowOf = (difference: Partial<typeof ANSWER>) =>
      partsOf({ history: [{ ...SETTLED, answers: [{ ...ANSWER, ...difference }] }] });
    const byLink = { answer: "pin-set", origin: "link" } as const;
    expect(rowOf(byLink)).toContain(": the PIN is set again (not confirmed)");
    expect(rowOf({ ...byLink, origin: "protect", from: "203.0.113.7" })).toContain(
      ": a new PIN is set, asked for by link<",
    );
  });

  test("lists fifty numbers and checks, and twenty subscribers", () => {
    const numbers = (count: number) =>
      Array.from({ length: count }, (_, index) =>
        historyEvent({ displayPhoneNumber: String(15_550_000_000 + index), alert: "none" }),
      );
    const countOf = (markup: string, pattern: RegExp) => markup.match(pattern)?.length;
    expect(partsOf({ history: numbers(50) })).not.toContain(" more.");
    const more = partsOf({ history: numbers(52) });
    expect(countOf(more, /class="digits"/g)).toBe(50);
    expect(more).toContain('<li class="quiet">And 2 more.</li>');
    for (const check of [BARE, { ...BARE, ...unread("Denied.") }]) {
      const markup = partsOf({ checks: Array.from({ length: 51 }, () => check) });
      expect(countOf(markup, /\bBare\b/g), check.state).toBe(50);
    }
    const many = (count: number) => Array.from({ length: count }, () => subscriber());
    expect(partsOf({ alertSubscribers: many(20) })).not.toContain(" more.");
    const others = partsOf({ alertSubscribers: many(21) });
    expect(countOf(others, /g…@example\.com/g)).toBe(20);
    expect(others).toContain('<p class="quiet">And 1 more.</p>');
  });

  test("folds the checks without a result, where there are any", () => {
    const all = (checks: OverviewInput["checks"]) => partsOf({ checks }, { showsAllChecks: true });
    expect(all([BARE, GOOD])).not.toContain("<details>");
    expect(all([BARE, { ...GOOD, state: "unknown" }])).toContain("1 check without a result<");
  });

  test("links each headline to its part on a page of its own", () => {
    const { markup } = toHeadlinePart(overviewOf({ checks: [BARE] }), true);
    expect(markup).toContain('<p><a href="#checks">');
  });

  test("says that nobody gets the operations topic", () => {
    expect(partsOf({ operationsSubscribers: [] })).toContain(
      '<strong>Operations</strong> <span class="badge tone-alarm">nobody</span>',
    );
  });
});

test("a section's heading is its name for those who can't see", () => {
  expect(toSection("Failed Checks now", [], html`<p></p>`).markup).toBe(
    '<section aria-labelledby="failed-checks-now">\n<h2 id="failed-checks-now">Failed Checks now</h2>\n<p></p><ul class="rows"></ul>\n</section>',
  );
});

test.each([
  [Date.parse("2026-11-24T03:12:07Z"), "24 Nov, 03:12 UTC"],
  ["2025-01-05T23:59:59.999Z", "5 Jan 2025, 23:59 UTC"],
  ["yesterday", undefined],
  [Number.NaN, undefined],
])("the instant %s is shown as %s", (instant, text) => {
  const markup = toTime(instant, LOOKED_AT)?.markup;
  expect(markup?.replace(/<[^>]*>/g, "")).toBe(text);
});
