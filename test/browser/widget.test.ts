import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WIDGET_ENDPOINT } from "../support/widget.ts";
import { openConsole } from "./console.ts";
import { startWidget } from "./dashboard.ts";
import { deliverHostile, findForeign } from "./hostile.ts";
import { expectPicture } from "./pictures.ts";
import { LABELS, tellStory } from "./story.ts";
import { KINDS, openVisitor, PHONE } from "./visitor.ts";

const story = await tellStory("https://hooks.example.com");
const { world } = story;
const { invoke, aws } = await startWidget(story);
afterAll(() => Promise.all([aws.close(), world.stop()]));

const countButtons = (page: Page) =>
  page.locator("[role=button]", { hasText: "The PIN is set again" }).count();

describe("the dashboard's widget", () => {
  test.each(KINDS)("shows the story at $viewport.width px, $colorScheme", async (kind) => {
    const { page, expectGood } = await openVisitor(kind);
    await openConsole(page, kind.colorScheme, invoke);
    await expectGood("widget");
    if (kind.viewport !== PHONE) await expectPicture(page, `widget-${kind.colorScheme}`);
  });

  test("takes an answer by keyboard, after a confirmation; all subscribers get it", async () => {
    const { page, expectGood, tabTo } = await openVisitor();
    const dashboard = await openConsole(page, "light", invoke);
    await dashboard.press("The PIN is set again");
    expect(await page.innerText("#widget"), "nothing is stored without a name").toContain(
      "Enter your name.",
    );

    const before = await countButtons(page);
    await tabTo("#name");
    await page.keyboard.type("Ann Example");
    await dashboard.press("The PIN is set again");
    expect(dashboard.confirmations.at(-1)).toMatch(/^Acknowledge: The PIN is set again\?/);
    const answered = await page.innerText("#widget");
    expect(answered).toContain("Your answer is stored.");
    expect(answered).toContain("Two-step verification is on, says Ann Example.");
    expect(await countButtons(page), "the answered number has none").toBe(before - 1);
    await expectGood("widget-answered");
    await dashboard.refresh();
    expect(await page.innerText("#widget")).not.toContain("Your answer is stored.");

    world.clock.now += 60_000;
    await world.tick();
    await story.collect();
    const announcement = story.messages().find(({ kind }) => kind === "acknowledged");
    expect(announcement?.email).toContain("Ann Example");
    expect(announcement?.email).toContain("the dashboard");
  });

  describe("with a stranger's text in every field", () => {
    beforeAll(async () => {
      const label = "<img src=x onerror=alert(5)>\u202e";
      const labels = Object.keys(LABELS).map((number) => [number, label]);
      labels.push(["15550783881", "W".repeat(200)]);
      aws.environment.NUMBER_LABELS = JSON.stringify(Object.fromEntries(labels));
      await deliverHostile(world);
    });

    test.each(KINDS)("is text at $viewport.width px, $colorScheme", async (kind) => {
      const { page, expectGood } = await openVisitor(kind);
      await openConsole(page, kind.colorScheme, invoke);
      expect(await page.innerText("#widget")).toContain("<img src=x onerror=alert(5)>");
      expect(await findForeign(page, "#widget", "img, script, form style, b, i, h1")).toBe(0);
      expect(await page.locator("cwdb-action").count()).toBeGreaterThan(10);
      const foreign = page.locator(`cwdb-action:not([endpoint="${WIDGET_ENDPOINT}"])`);
      expect(await foreign.count(), "every button is the widget's own").toBe(0);
      await expectGood("widget-hostile");
    });
  });
});
