import { afterAll, describe, expect, test } from "vitest";
import { startGateway } from "../../infra/local/gateway.ts";
import { toSecurityHeaders } from "../../lambda/page/document.ts";
import { entry, newWabaId, payload, resetRequest, securityChange } from "../support/builders.ts";
import { pageOf, STATES } from "../support/incident-pages.ts";
import { startWorld } from "../support/world.ts";
import { KINDS, openVisitor } from "./visitor.ts";

const MINUTE = 60_000;
const world = await startWorld();
const gateway = await startGateway((event) => world.send(event), 0);
afterAll(async () => {
  await gateway.stop();
  await world.stop();
});

function bodyOf(id: string, display_phone_number: string, event = "PIN_RESET_REQUEST"): string {
  const time = Math.floor(world.clock.now / 1000);
  const change = securityChange(resetRequest({ display_phone_number, event }));
  return payload(entry({ id, time, changes: [change] }));
}

/** A number of its own whose reset was requested, alerted, and repeated once; returns its link. */
async function openIncident(event: string) {
  const id = newWabaId();
  const phone = `1555${id.slice(-7)}`;
  world.clock.now += 2 * MINUTE;
  await world.deliver(bodyOf(id, phone, event));
  world.clock.now += 6 * MINUTE;
  await world.tick();
  const messages = await world.alertsOf(id);
  expect(messages, "the alert is repeated while nobody answers").toHaveLength(2);
  return { id, link: await linkTo(id) };
}

/** The link of the newest message, at this test's address. */
async function linkTo(id: string): Promise<string> {
  const link = /https:\S+\/incident\?\S+/.exec((await world.alertsOf(id)).at(-1)?.email ?? "");
  const { pathname, search } = new URL(link?.[0] ?? "");
  return new URL(pathname + search, gateway.url).href;
}

describe.each(KINDS)("a person at $viewport.width px, $colorScheme", (kind) => {
  test("answers by keyboard; all subscribers get it, and nothing is repeated any more", async () => {
    const { id, link } = await openIncident("PIN_REQUEST_SUCCESS");
    const visitor = await openVisitor(kind);
    const { page } = visitor;
    await page.goto(link);
    await visitor.expectGood("unanswered");

    await visitor.answerByKeyboard("Ann Example", "pin-set");
    expect(await page.locator("#saved").isVisible()).toBe(true);
    expect(await page.locator("#saved").innerText()).toContain("Next: look in WhatsApp Manager");
    expect(await page.locator(".answers").innerText()).toContain("Ann Example: the PIN is set");
    await visitor.expectGood("answered");
    const answers = await page.locator("main").innerText();
    await page.reload();
    expect(await page.locator("main").innerText(), "a reload answers nothing").toBe(answers);

    world.clock.now += MINUTE;
    await world.tick();
    const announcement = (await world.alertsOf(id)).at(-1);
    expect(announcement?.email).toContain("Ann Example");
    world.clock.now += 60 * MINUTE;
    await world.tick();
    expect(await world.alertsOf(id), "the answer ends the repeats").toHaveLength(3);
  });

  test("reads what is wrong at the field, and keeps what was typed", async () => {
    const { link } = await openIncident("PIN_RESET_REQUEST");
    const visitor = await openVisitor(kind);
    const { page } = visitor;
    await page.goto(link);
    await page.fill("#name", " ?! ");
    await page.check("input[value=handling]");
    await page.click("button");
    await page.waitForSelector("[role=alert]");
    expect(await page.locator("#name").getAttribute("aria-describedby")).toBe("name-error");
    expect(await page.locator("#name-error").innerText()).toBe("Enter your name.");
    expect(await page.locator("#name:focus").count(), "the field has the focus").toBe(1);
    expect(await page.inputValue("#name")).toBe("?!");
    expect(await page.isChecked("input[value=handling]")).toBe(true);
    await visitor.expectAccessible("invalid");
  });

  test("sees that a link is broken", async () => {
    const visitor = await openVisitor(kind);
    await visitor.page.goto(`${new URL("/incident?w=1&k=2&c=3", gateway.url)}`);
    expect(await visitor.page.locator("h1").innerText()).toBe("This link does not work");
    await visitor.expectAccessible("not-found");
  });

  test("sees that a test is a test", async () => {
    await world.deliver(bodyOf("0", "16505551111"));
    const visitor = await openVisitor(kind);
    await visitor.page.goto(await linkTo("0"));
    expect(await visitor.page.locator("h1").innerText()).toMatch(/^Test: /);
    await visitor.expectGood("test");
  });

  test("gets a good page in each state, with the first step in sight", async () => {
    const url = "https://hooks.example/incident";
    const visitor = await openVisitor(kind);
    const { page } = visitor;
    for (const [state, given] of Object.entries(STATES)) {
      await page.unrouteAll();
      const answer = { contentType: "text/html; charset=utf-8", headers: toSecurityHeaders() };
      await page.route(url, (route) => route.fulfill({ ...answer, body: pageOf(given) }));
      await page.goto(url);
      await visitor.expectGood(`state-${state.replace(/\W+/g, "-")}`);
      const box = await page.locator(".steps li").first().boundingBox();
      const end = box ? box.y + box.height : Number.POSITIVE_INFINITY;
      expect(end, `${state}: the first step is seen without scrolling`).toBeLessThanOrEqual(640);
    }
  });
});
