import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AwsStandIn } from "../support/aws.ts";
import { type InvokeWidget, WIDGET_ENDPOINT } from "../support/widget.ts";
import { startChromium } from "./chromium.ts";
import { openConsole } from "./console.ts";
import { startWidget } from "./dashboard.ts";
import { deliverHostile, findForeign } from "./hostile.ts";
import { KINDS } from "./kinds.ts";
import { expectPicture } from "./pictures.ts";
import { LABELS, type Story, tellStory } from "./story.ts";
import { expectGoodPage, openVisitor } from "./visitor.ts";

let browser: Browser;
let story: Story;
let invoke: InvokeWidget;
let aws: AwsStandIn;

beforeAll(async () => {
  browser = await startChromium();
  story = await tellStory("https://hooks.example.com");
  ({ invoke, aws } = await startWidget(story));
});
afterAll(async () => {
  await browser?.close();
  await aws?.close();
  await story?.world.stop();
});

const countButtons = (page: Page) =>
  page.locator("[role=button]", { hasText: "The PIN is set again" }).count();

describe("the dashboard's widget", () => {
  test.each(KINDS)(
    "shows the story at $viewport.width px, $colorScheme",
    async ({ viewport, colorScheme }) => {
      const visitor = await openVisitor(browser, { viewport, colorScheme });
      await openConsole(visitor.page, colorScheme, invoke);
      await expectGoodPage(visitor);
      await visitor.screenshot(`widget-${viewport.width}-${colorScheme}`);
      if (viewport.width > 1000) await expectPicture(visitor.page, `widget-${colorScheme}`);
      await visitor.leave();
    },
  );

  test("takes an answer by keyboard, after a confirmation; all subscribers get it", async () => {
    const { world } = story;
    const visitor = await openVisitor(browser, { viewport: { width: 1280, height: 800 } });
    const { page } = visitor;
    const dashboard = await openConsole(page, "light", invoke);
    await dashboard.press("The PIN is set again");
    expect(await page.innerText("#widget"), "nothing is stored without a name").toContain(
      "Enter your name.",
    );

    const before = await countButtons(page);
    await visitor.tabTo("#name");
    await page.keyboard.type("Ann Example");
    await dashboard.press("The PIN is set again");
    expect(dashboard.confirmations.at(-1)).toMatch(/^Acknowledge: The PIN is set again\?/);
    const answered = await page.innerText("#widget");
    expect(answered).toContain("Your answer is stored.");
    expect(answered).toContain("Two-step verification is on, says Ann Example.");
    expect(await countButtons(page), "the answered number has none").toBe(before - 1);
    await expectGoodPage(visitor);
    await visitor.screenshot("widget-answered");
    await dashboard.refresh();
    expect(await page.innerText("#widget")).not.toContain("Your answer is stored.");

    world.clock.now += 60_000;
    await world.tick();
    await story.collect();
    const told = story.messages().find(({ kind }) => kind === "acknowledged");
    expect(told?.email).toContain("Ann Example");
    expect(told?.email).toContain("the dashboard");
    await visitor.leave();
  });

  describe("with a stranger's text in every field", () => {
    beforeAll(async () => {
      const label = "<img src=x onerror=alert(5)>\u202e";
      const labels = Object.keys(LABELS).map((number) => [number, label]);
      labels.push(["15550783881", "W".repeat(200)]);
      aws.environment.NUMBER_LABELS = JSON.stringify(Object.fromEntries(labels));
      await deliverHostile(story.world);
    });

    test.each(KINDS)(
      "is text at $viewport.width px, $colorScheme",
      async ({ viewport, colorScheme }) => {
        const visitor = await openVisitor(browser, { viewport, colorScheme });
        const { page } = visitor;
        await openConsole(page, colorScheme, invoke);
        expect(await page.innerText("#widget")).toContain("<img src=x onerror=alert(5)>");
        expect(await findForeign(page, "#widget", "img, script, form style, b, i, h1")).toBe(0);
        expect(await page.locator("cwdb-action").count()).toBeGreaterThan(10);
        const foreign = page.locator(`cwdb-action:not([endpoint="${WIDGET_ENDPOINT}"])`);
        expect(await foreign.count(), "every button is the widget's own").toBe(0);
        await expectGoodPage(visitor);
        await visitor.screenshot(`widget-hostile-${viewport.width}-${colorScheme}`);
        await visitor.leave();
      },
    );
  });
});
