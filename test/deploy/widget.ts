import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasChromium, startChromium } from "../browser/chromium.ts";
import { openConsole } from "../browser/console.ts";
import { findForeign } from "../browser/hostile.ts";
import { expectGoodPage, openVisitor } from "../browser/visitor.ts";
import { entry, newWabaId, payload, resetRequest, securityChange } from "../support/builders.ts";
import type { AlertQueue } from "./alert-queue.ts";
import { type createSystem, waitUntil } from "./system.ts";

interface Deployed {
  readonly system: ReturnType<typeof createSystem>;
  readonly alerts: AlertQueue;
  /** Posts a body, signed. */
  deliver(body: string): Promise<number>;
}

/** The deployed function behind a stand-in of CloudWatch's console, in a real browser. */
export function describeWidget(deployed: () => Deployed): void {
  describe.skipIf(!hasChromium())("the dashboard's widget", () => {
    const [wabaId, strangers] = [newWabaId(), newWabaId()];
    let browser: Browser;

    beforeAll(async () => {
      browser = await startChromium();
      await receive(deployed(), wabaId, "15550003333", "PIN_REQUEST_SUCCESS");
      await receive(deployed(), strangers, "<img src=x onerror=alert(1)>", "PIN_RESET_REQUEST");
    });
    afterAll(() => browser?.close());

    test.each(["light", "dark"] as const)("shows the numbers, %s", async (colorScheme) => {
      const visitor = await openVisitor(browser, { colorScheme });
      const { system } = deployed();
      await openConsole(visitor.page, colorScheme, system.callWidget);
      const text = await visitor.page.innerText("#widget");
      expect(text).toMatch(/\+15…3333\s+UNPROTECTED/);
      expect(text, "a stranger's text is masked as a number is").toContain("<im…(1)>");
      expect(await findForeign(visitor.page, "#widget", "img, script")).toBe(0);
      await expectGoodPage(visitor);
      await visitor.screenshot(`widget-deployed-${colorScheme}`);
      await visitor.leave();
    });

    test("takes an answer, which is announced and settles the number's state", async () => {
      const { system, alerts } = deployed();
      const visitor = await openVisitor(browser, {});
      const { page } = visitor;
      const dashboard = await openConsole(page, "light", system.callWidget);
      await page.fill("#name", "Ann Example");
      await dashboard.press("The PIN is set again");
      expect(dashboard.confirmations).toEqual([
        expect.stringMatching(/^Acknowledge: The PIN is set again\?/),
      ]);
      const text = await page.innerText("#widget");
      expect(text).toContain("Your answer is stored.");
      expect(text).toMatch(/\+15…3333\s+protected/);
      expect(text).toContain("Two-step verification is on, says Ann Example.");
      await visitor.leave();
      expect(await system.alertStateOf(wabaId)).toBe("acknowledged");
      await waitUntil(async () => (await alerts.kindsOf(wabaId)).includes("acknowledged"));
    });
  });
}

async function receive(
  { system, deliver }: Deployed,
  id: string,
  display_phone_number: string,
  event: string,
): Promise<void> {
  const time = Math.floor(Date.now() / 1000);
  const change = securityChange(resetRequest({ display_phone_number, event }));
  expect(await deliver(payload(entry({ id, time, changes: [change] })))).toBe(200);
  await waitUntil(async () => (await system.alertStateOf(id)) === "open");
}
