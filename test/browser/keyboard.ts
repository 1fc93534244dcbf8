import type { Visitor } from "./visitor.ts";

/** Fills in and sends the form of an alert's page without a mouse. */
export async function answerByKeyboard(
  { page, tabTo }: Visitor,
  name: string,
  answer: string,
): Promise<void> {
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
