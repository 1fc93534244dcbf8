import { expect, test } from "vitest";
import { failed, unread } from "../../../lambda/checks/check.ts";
import { toHeadline, toHeadlines } from "../../../lambda/checks/headlines.ts";
import type { OverviewInput } from "../../../lambda/checks/overview.ts";
import { overviewOf } from "../../support/facts.ts";
import { BARE, CHANGED, check, GOOD, OFF, RELAY } from "../../support/overviews.ts";

test("the first lines say the worst first, and that all is well only where nothing else is said", () => {
  const ofNumbers = ["numbers", "incidents", "numbers-1", "numbersome"].map((id) =>
    check(id, "Of numbers", failed("Bad.")),
  );
  const unseen = check("key", "Encryption key", unread("Denied."));
  const lines = (difference: Partial<OverviewInput>) => {
    const overview = overviewOf(difference);
    const each = toHeadlines(overview).map(({ about, tone, text }) => `${about}, ${tone}: ${text}`);
    return [toHeadline(overview), ...each].join(" | ");
  };
  expect([
    lines({}),
    lines({ history: [CHANGED], checks: [GOOD] }),
    lines({ checks: [RELAY, GOOD, unseen] }),
    lines({ checks: [RELAY, BARE] }),
    lines({ history: [OFF], checks: [...ofNumbers, RELAY] }),
    lines({ checks: ofNumbers }),
    lines({ unread: ["events", "alert subscribers", "operations subscribers"] }),
  ]).toMatchSnapshot();
});
