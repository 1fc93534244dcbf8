import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Gateway, startGateway } from "../../infra/local/gateway.ts";
import { createOverview } from "../../infra/local/overview/overview.ts";
import { toWatchedSystem } from "../support/widget.ts";
import { startChromium } from "./chromium.ts";
import { deliverHostile, findForeign } from "./hostile.ts";
import { KINDS } from "./kinds.ts";
import { expectPicture } from "./pictures.ts";
import { type Story, tellStory } from "./story.ts";
import { expectGoodPage, openVisitor } from "./visitor.ts";

let browser: Browser;

beforeAll(async () => {
  browser = await startChromium();
});
afterAll(() => browser?.close());

/** The story's application with the page, as the local run has both. */
function serve({ world, messages }: Story): Promise<Gateway> {
  const page = createOverview({
    system: toWatchedSystem(world),
    messages,
    now: () => world.clock.now,
  });
  return startGateway((event) => world.send(event), 0, undefined, page);
}

describe("the local run's page", () => {
  let story: Story;
  let gateway: Gateway;

  beforeAll(async () => {
    story = await tellStory();
    gateway = await serve(story);
  });
  afterAll(async () => {
    await gateway?.stop();
    await story?.world.stop();
  });

  test.each(KINDS)(
    "shows the story at $viewport.width px, $colorScheme",
    async ({ viewport, colorScheme }) => {
      const visitor = await openVisitor(browser, { viewport, colorScheme });
      const { page } = visitor;
      await page.goto(gateway.publicUrl);
      await expectGoodPage(visitor);
      await visitor.screenshot(`overview-${viewport.width}-${colorScheme}`);
      if (viewport.width > 1000) await expectPicture(page, `overview-${colorScheme}`);

      const mail = page.locator("details", { hasText: "As the e-mail reads" }).first();
      await mail.locator("summary").click();
      expect(await mail.locator("pre").innerText()).toMatch(/two-step verification/i);
      await page.getByText("checks without a result").click();
      expect(await page.getByText("The local run sends no SMS.").count()).toBe(3);
      await expectGoodPage(visitor);
      await visitor.screenshot(`overview-opened-${viewport.width}-${colorScheme}`);
      await visitor.leave();
    },
  );

  test("leads to the alert, and then shows who answered and that it was announced", async () => {
    const visitor = await openVisitor(browser, { viewport: { width: 360, height: 740 } });
    const { page } = visitor;
    await page.goto(gateway.publicUrl);
    await page.locator(".headline a").first().click();
    expect(page.url(), "the banner leads to what it speaks of").toMatch(/#numbers$/);
    await visitor.tabTo(".choices a");
    await page.keyboard.press("Enter");
    await page.fill("#name", "Ann Example");
    await page.check("input[value=pin-set]");
    await page.click("button");
    await page.waitForURL(/#saved$/);
    await story.collect();
    await page.goto(gateway.publicUrl);
    const text = await page.innerText("main");
    expect(text).toContain("Ann Example says that the PIN is set (not confirmed).");
    expect(text).toContain("1 number UNPROTECTED since");
    expect(await page.locator("li", { hasText: "acknowledged" }).first().innerText()).toContain(
      "Ann Example",
    );
    await expectGoodPage(visitor);
    await visitor.leave();
  });
});

describe("the local run's page with a stranger's text in every field", () => {
  let story: Story;
  let gateway: Gateway;

  beforeAll(async () => {
    story = await tellStory();
    await deliverHostile(story.world);
    await story.collect();
    gateway = await serve(story);
  });
  afterAll(async () => {
    await gateway?.stop();
    await story?.world.stop();
  });

  test.each(KINDS)(
    "is text at $viewport.width px, $colorScheme",
    async ({ viewport, colorScheme }) => {
      const visitor = await openVisitor(browser, { viewport, colorScheme });
      const { page } = visitor;
      await page.goto(gateway.publicUrl);
      expect(await page.innerText("main")).toContain("<img src=x onerror=alert(1)>");
      expect(await findForeign(page, "body", "img, script, style, b, i, cwdb-action")).toBe(0);
      expect(await page.locator("h1").isVisible()).toBe(true);
      await expectGoodPage(visitor);
      await visitor.screenshot(`overview-hostile-${viewport.width}-${colorScheme}`);
      await visitor.leave();
    },
  );
});
