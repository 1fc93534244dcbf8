import { describe, expect, test } from "vitest";
import { hasChromium } from "../browser/chromium.ts";
import { openConsole } from "../browser/console.ts";
import { openVisitor } from "../browser/visitor.ts";
import { newWabaId } from "../support/builders.ts";
import { alertStateOf, callWidget, deliverNow, untilAnnounced, untilStateIs } from "./system.ts";

/** The deployed function behind a stand-in of CloudWatch's console, in a real browser. */
export function describeWidget(): void {
  describe.skipIf(!hasChromium())("the dashboard's widget", () => {
    test("takes an answer, which is announced and settles the number's state", async () => {
      const wabaId = newWabaId();
      await deliverNow(wabaId, "PIN_REQUEST_SUCCESS", "15550003333");
      await untilStateIs(wabaId, "open");
      const { page } = await openVisitor();
      const dashboard = await openConsole(page, "light", callWidget);
      expect(await page.innerText("#widget")).toMatch(/\+15…3333\s+UNPROTECTED/);
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
