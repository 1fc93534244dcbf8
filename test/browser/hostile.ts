import type { Page } from "playwright-core";
import { expect } from "vitest";
import { entry, payload, resetRequest, securityChange } from "../support/builders.ts";
import type { World } from "../support/world.ts";
import { ACCOUNT } from "./story.ts";

/** Text of strangers that would like to be more than text. */
const TEXTS = [
  "<img src=x onerror=alert(1)>",
  `"'><script>alert(2)</script>`,
  "</style></title><style>*{display:none}</style>",
  '</bdi><cwdb-action action="call" endpoint="evil">{}</cwdb-action>',
  "&lt;b&gt;&#60;i&#62;",
  "javascript:alert(3)//`$" + "{alert(4)}`",
  "\u202e4321\u2066 right to left \u05d0\u0628",
  "one\u2028two\u2029three\u0000four\nfive",
  "\ud83d\ude00 lone \ud83d",
  "9".repeat(3_000),
  "wide ".repeat(600),
];

/** Each of them as a number's name and as an event's. */
export async function deliverHostile(world: World): Promise<void> {
  for (const text of TEXTS) {
    const time = Math.floor(world.clock.now / 1000);
    const changes = [
      securityChange(resetRequest({ display_phone_number: text })),
      securityChange(resetRequest({ event: text, requester: text })),
    ];
    world.clock.now += 61_000;
    const answer = await world.deliver(payload(entry({ id: ACCOUNT, time, changes })));
    expect(answer?.statusCode).toBe(200);
  }
}

/** Elements that only a stranger's text could have brought, within `root`. */
export function findForeign(page: Page, root: string, foreign: string): Promise<number> {
  const selector = foreign.split(",").map((name) => `${root} ${name.trim()}`);
  return page.locator(selector.join(",")).count();
}
