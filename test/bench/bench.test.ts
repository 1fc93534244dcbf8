import { expect, test } from "vitest";
import { measureHours } from "./hours.ts";

const { marks } = await measureHours();

test.each(marks)("on a clock that jumps, $promise: $limit", (mark) => {
  expect(mark).toMatchObject({ reached: true });
});
