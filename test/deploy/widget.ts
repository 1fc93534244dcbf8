import { beforeAll, describe, expect, test } from "vitest";
import { hasChromium } from "../browser/chromium.ts";
import { openConsole } from "../browser/console.ts";
import { findForeign } from "../browser/hostile.ts";
import { openVisitor } from "../browser/visitor.ts";
import { newWabaId } from "../support/builders.ts";
import { alertStateOf, callWidget, deliverNow, untilAnnounced, untilStateIs } from "./system.ts";

/** The deployed function behind a stand-in of CloudWatch's console, in a real browser. */
export function describeWidget(): void {
  describe.skipIf(!hasChromium())("the dashboard's widget", () => {
    const [wabaId, strangers] = [newWabaId(), newWabaId()];

    beforeAll(async () => {
      await deliverNow(wabaId, "PIN_REQUEST_SUCCESS", "15550003333");
      await deliverNow(strangers, "PIN_RESET_REQUEST", "<img src=x onerror=alert(1)>");
      await untilStateIs(wabaId, "open");
      await untilStateIs(strangers, "open");
    });

    test.each(["light", "dark"] as const)("shows the numbers, %s", async (colorScheme) => {
      const { page, expectGood } = await openVisitor({ colorScheme });
      await openConsole(page, colorScheme, callWidget);
      const text = await page.innerText("#widget");
      expect(text).toMatch(/\+15…3333\s+UNPROTECTED/);
      expect(text, "a stranger's text is masked as a number is").toContain("<im…(1)>");
      expect(await findForeign(page, "#widget", "img, script")).toBe(0);
      await expectGood("widget-deployed");
    });

    test("takes an answer, which is announced and settles the number's state", async () => {
      const { page } = await openVisitor();
      const dashboard = await openConsole(page, "light", callWidget);
      await page.fill("#name", "Ann Example");
      await dashboard.press("The PIN is set again");
      expect(dashboard.confirmations).toEqual([
        expect.stringMatching(/^Acknowledge: The PIN is set again\?/),
      ]);
      const text = await page.innerText("#widget");
      expect(text).toContain("Your answer is stored.");
      expect(text).toMatch(/\+15…3333\s+protected/);
      expect(text).toContain("Two-step verification is on, says Ann Example.");
      expect(await alertStateOf(wabaId)).toBe("acknowledged");
      await untilAnnounced(wabaId);
    });
  });
}
