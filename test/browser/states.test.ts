import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { toSecurityHeaders } from "../../lambda/page/document.ts";
import { pageOf, STATES } from "../support/incident-pages.ts";
import { startChromium } from "./chromium.ts";
import { KINDS } from "./kinds.ts";
import { expectGoodPage, openVisitor, type Visitor } from "./visitor.ts";

const URL = "https://hooks.example/incident";
let browser: Browser;

beforeAll(async () => {
  browser = await startChromium();
});
afterAll(() => browser?.close());

/** Where the first step ends, in pixels from the top of the page. */
async function measureFirstStep({ page }: Visitor): Promise<number> {
  const box = await page.locator(".steps li").first().boundingBox();
  return box ? box.y + box.height : Number.POSITIVE_INFINITY;
}

test.each(KINDS)(
  "the page is good in each state at $viewport.width px, $colorScheme",
  async ({ viewport, colorScheme }) => {
    const visitor = await openVisitor(browser, { viewport, colorScheme });
    for (const [state, given] of Object.entries(STATES)) {
      await visitor.page.unrouteAll();
      await visitor.page.route(URL, (route) =>
        route.fulfill({
          contentType: "text/html; charset=utf-8",
          headers: toSecurityHeaders(),
          body: pageOf(given),
        }),
      );
      await visitor.page.goto(URL);
      await expectGoodPage(visitor);
      const end = await measureFirstStep(visitor);
      expect(end, `${state}: the first step is seen without scrolling`).toBeLessThanOrEqual(640);
      const name = state.replace(/\W+/g, "-");
      await visitor.screenshot(`state-${name}-${viewport.width}-${colorScheme}`);
    }
    await visitor.leave();
  },
);
