import { join } from "node:path";
import axe, { type AxeResults } from "axe-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, expect, onTestFinished } from "vitest";
import { startChromium } from "./chromium.ts";

/** Screenshots for people to look at; git ignores them. */
const SCREENSHOTS = join(import.meta.dirname, ".screenshots");

export const PHONE = { width: 360, height: 740 };
const DESK = { width: 1280, height: 800 };

/** A telephone and a desk, light and dark. */
export const KINDS = [PHONE, DESK].flatMap((viewport) =>
  (["light", "dark"] as const).map((colorScheme) => ({ viewport, colorScheme })),
);

let browser: Promise<Browser> | undefined;
afterAll(async () => (await browser)?.close());

/** A person with a browser of one kind, who leaves at the end of the test. */
export async function openVisitor(options: BrowserContextOptions = {}) {
  const { viewport = DESK, colorScheme = "light" } = options;
  browser ??= startChromium();
  const context = await (await browser).newContext({ viewport, colorScheme });
  onTestFinished(() => context.close());
  const page: Page = await context.newPage();
  /** Errors of the console, scripts that failed, and what the content security policy stopped. */
  const problems: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) problems.push(message.text());
  });
  page.on("pageerror", (error) => problems.push(error.message));
  const kind = `${viewport?.width}-${colorScheme}`;

  /** Nothing hinders people who can't see or use a mouse well; leaves a screenshot of this name. */
  async function expectAccessible(name: string): Promise<void> {
    await page.screenshot({ path: join(SCREENSHOTS, `${name}-${kind}.png`), fullPage: true });
    // Not by a script element, which the page's policy stops.
    await page.evaluate(axe.source);
    const { violations } = (await page.evaluate("axe.run({ preload: false })")) as AxeResults;
    const found = violations.map(
      ({ id, impact, nodes }) => `${impact}: ${id} at ${nodes.map(({ target }) => target)}`,
    );
    expect(found, "axe-core finds nothing").toEqual([]);
  }

  async function expectGood(name: string): Promise<void> {
    await expectAccessible(name);
    expect(problems, "no error, and nothing that the policy stopped").toEqual([]);
    const root = "document.documentElement";
    const overflow = await page.evaluate(`${root}.scrollWidth - ${root}.clientWidth`);
    expect(overflow, "nothing is wider than the window").toBe(0);
  }

  /** Presses Tab until the element has the focus; fails where it never does. */
  async function tabTo(selector: string): Promise<void> {
    const focused = page.locator(selector).first().and(page.locator(":focus"));
    for (let presses = 0; (await focused.count()) === 0; presses += 1) {
      if (presses === 50) throw new Error(`Tab does not reach ${selector}`);
      await page.keyboard.press("Tab");
    }
  }

  /** Fills in and sends the form of an alert's page without a mouse. */
  async function answerByKeyboard(name: string, answer: string): Promise<void> {
    await tabTo("#name");
    await page.keyboard.type(name);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Space");
    const chosen = page.locator("input[name=answer]:checked");
    for (let presses = 0; (await chosen.inputValue()) !== answer && presses < 5; presses += 1) {
      await page.keyboard.press("ArrowDown");
    }
    await tabTo("button");
    await page.keyboard.press("Enter");
    await page.waitForURL(/#saved$/);
  }

  return { page, expectAccessible, expectGood, tabTo, answerByKeyboard };
}
