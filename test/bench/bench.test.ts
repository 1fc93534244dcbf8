import { describe, expect, test } from "vitest";
import { measureHours } from "./hours.ts";
import { assertWork } from "./run.ts";
import type { Usage } from "./services.ts";

const { marks } = await measureHours();

test.each(marks)("on a clock that jumps, $promise: $limit", (mark) => {
  expect(mark).toMatchObject({ reached: true });
});

describe("a subject has no figures", () => {
  const message = { at: 1, kind: "alert", events: 1 };
  const requests = { places: 2, GetSecretValue: 1 };
  const usage = { requests, unsigned: 0, events: 2, pending: 0, published: [message, message] };

  test.each([
    ["skips a put", { events: 1 }],
    ["marks nothing", { pending: 1 }],
    ["publishes too little", { published: [message] }],
    ["takes no place", { requests: { ...requests, places: 1 } }],
    ["reads its secret again", { requests: { ...requests, GetSecretValue: 2 } }],
    ["signs nothing", { unsigned: 1 }],
  ])("that %s", (_name, difference) => {
    expect(() => assertWork("ours", usage as unknown as Usage, 2, 0)).not.toThrow();
    const wrong = { ...usage, ...difference } as unknown as Usage;
    expect(() => assertWork("ours", wrong, 2, 0)).toThrow("ours was to publish 2 + 0, and did");
  });
});
