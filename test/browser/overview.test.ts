import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startGateway } from "../../infra/local/gateway.ts";
import { createOverview } from "../../infra/local/overview/overview.ts";
import { toWatchedSystem } from "../support/widget.ts";
import { deliverHostile, findForeign } from "./hostile.ts";
import { expectPicture } from "./pictures.ts";
import { tellStory } from "./story.ts";
import { KINDS, openVisitor, PHONE } from "./visitor.ts";

const story = await tellStory();
const { world, messages } = story;
const now = () => world.clock.now;
const overview = createOverview({ system: toWatchedSystem(world), messages, now });
/** The story's application with the page, as the local run has both. */
const gateway = await startGateway((event) => world.send(event), 0, undefined, overview);
afterAll(async () => {
  await gateway.stop();
  await world.stop();
});

describe("the local run's page", () => {
  test.each(KINDS)("shows the story at $viewport.width px, $colorScheme", async (kind) => {
    const visitor = await openVisitor(kind);
    const { page } = visitor;
    await page.goto(gateway.publicUrl);
    await visitor.expectGood("overview");
    if (kind.viewport !== PHONE) await expectPicture(page, `overview-${kind.colorScheme}`);

    const mail = page.locator("details", { hasText: "As the e-mail reads" }).first();
    await mail.locator("summary").click();
    expect(await mail.locator("pre").innerText()).toMatch(/two-step verification/i);
    await page.getByText("checks without a result").click();
    expect(await page.getByText("The local run sends no SMS.").count()).toBe(3);
    await visitor.expectGood("overview-opened");
  });

  test("leads to the alert, and then shows who answered and that it was announced", async () => {
    const visitor = await openVisitor({ viewport: PHONE });
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
    await visitor.expectGood("overview-answered");
  });

  describe("with a stranger's text in every field", () => {
    beforeAll(async () => {
      await deliverHostile(world);
      await story.collect();
    });

    test.each(KINDS)("is text at $viewport.width px, $colorScheme", async (kind) => {
      const visitor = await openVisitor(kind);
      const { page } = visitor;
      await page.goto(gateway.publicUrl);
      expect(await page.innerText("main")).toContain("<img src=x onerror=alert(1)>");
      expect(await findForeign(page, "body", "img, script, style, b, i, cwdb-action")).toBe(0);
      expect(await page.locator("h1").isVisible()).toBe(true);
      await visitor.expectGood("overview-hostile");
    });
  });
});
