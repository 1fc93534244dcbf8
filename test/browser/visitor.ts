import { join } from "node:path";
import axe, { type AxeResults } from "axe-core";
import type { Browser, BrowserContextOptions, ConsoleMessage, Page } from "playwright-core";
import { expect } from "vitest";

/** Screenshots for people to look at; git ignores them. */
const SCREENSHOTS = join(import.meta.dirname, ".screenshots");

/** A person with a browser of one kind. */
export interface Visitor {
  readonly page: Page;
  /** Errors of the console, scripts that failed, and what the content security policy stopped. */
  readonly problems: readonly string[];
  /** What axe-core finds that matters to people who can't see or use a mouse well. */
  audit(): Promise<readonly string[]>;
  screenshot(name: string): Promise<void>;
  /** Presses Tab until the element has the focus; fails where it never does. */
  tabTo(selector: string): Promise<void>;
  /** What is wider than the window. */
  overflow(): Promise<number>;
  leave(): Promise<void>;
}

export async function openVisitor(
  browser: Browser,
  options: BrowserContextOptions,
): Promise<Visitor> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const problems: string[] = [];
  page.on("console", (message) => {
    if (isProblem(message)) problems.push(message.text());
  });
  page.on("pageerror", (error) => problems.push(error.message));

  return {
    page,
    problems,
    async audit() {
      // Not by a script element, which the page's policy stops.
      await page.evaluate(axe.source);
      const { violations } = (await page.evaluate("axe.run({ preload: false })")) as AxeResults;
      return violations.map(
        ({ id, impact, nodes }) => `${impact}: ${id} at ${nodes.map(({ target }) => target)}`,
      );
    },
    async screenshot(name) {
      await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true });
    },
    async tabTo(selector) {
      const isFocused = () =>
        page.evaluate(
          `document.activeElement === document.querySelector(${JSON.stringify(selector)})`,
        );
      for (let presses = 0; !(await isFocused()); presses += 1) {
        if (presses === 50) throw new Error(`Tab does not reach ${selector}`);
        await page.keyboard.press("Tab");
      }
    },
    overflow: () =>
      page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"),
    leave: () => context.close(),
  };
}

function isProblem(message: ConsoleMessage): boolean {
  return ["error", "warning"].includes(message.type());
}

export async function expectGoodPage(visitor: Visitor): Promise<void> {
  expect(await visitor.audit(), "axe-core finds nothing").toEqual([]);
  expect(visitor.problems, "no error, and nothing that the policy stopped").toEqual([]);
  expect(await visitor.overflow(), "nothing is wider than the window").toBe(0);
}
