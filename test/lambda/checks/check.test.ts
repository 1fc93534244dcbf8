import { describe, expect, test } from "vitest";
import {
  type CheckOutcome,
  failed,
  hasFailed,
  ok,
  runCheck,
  unknown,
} from "../../../lambda/checks/check.ts";
import { GraphError, MetaError, MetaUnavailableError } from "../../../lambda/meta/graph-error.ts";
import { ExplainedError } from "../../../lambda/shared/sentence.ts";
import { toLine } from "../../support/facts.ts";

describe("a check", () => {
  test("is what it found, under its id and name", async () => {
    expect(await runCheck({ id: "a", name: "A", look: () => ok("Good.") })).toEqual({
      id: "a",
      name: "A",
      state: "ok",
      message: "Good.",
    });
    expect(
      await runCheck({ id: "b", name: "B", look: async () => failed("Bad.", "do it") }),
    ).toEqual({
      id: "b",
      name: "B",
      state: "failed",
      message: "Bad.",
      fix: "do it",
    });
  });

  const named = (name: string, message = "Quoted.") => Object.assign(new Error(message), { name });

  test.each<[string, unknown, string]>([
    [
      "that may not look is unknown, and names the permission",
      named("AccessDeniedException", "x is not authorized to perform: kms:DescribeKey on y"),
      "unknown, unread: Access denied: the check could not run. Fix: allow kms:DescribeKey",
    ],
    ...["ResourceNotFoundException", "NotFound", "NotFoundException"].map(
      (name): [string, unknown, string] => [
        `whose subject is not there has failed (${name})`,
        named(name),
        `failed, gone: ${name}: Quoted.`,
      ],
    ),
    [
      "that a fault of another name ends is unknown",
      named("XNotFoundExceptionX"),
      "unknown, unread: XNotFoundExceptionX: Quoted.",
    ],
    [
      "for which Meta could not be asked is unread",
      new MetaUnavailableError("Meta is away."),
      "unknown, unread: Meta is away. Fix: if it lasts: see https://metastatus.com, and the way to the internet",
    ],
    ["that Meta refused has failed", new MetaError("Meta refused."), "failed: Meta refused."],
    [
      "that Meta refused without a sentence of ours has failed, too",
      new GraphError("No", 10),
      "failed: No",
    ],
    [
      "that was explained is unknown in that sentence",
      new ExplainedError("No."),
      "unknown, unread: No.",
    ],
    ["that threw a text is unknown", "NotFound", "unknown, unread: NotFound"],
  ])("%s", async (_what, error, line) => {
    const check = await runCheck({ id: "a", name: "A", look: () => Promise.reject(error) });
    expect(toLine(check)).toBe(`a ${line}`);
    expect(check.name).toBe("A");
  });

  test("that throws at once is no exception", async () => {
    const check = await runCheck({
      id: "a",
      name: "A",
      look: () => {
        throw new ExplainedError("At once.");
      },
    });
    expect(toLine(check)).toBe("a unknown, unread: At once.");
  });

  test("carries a fix where there is one", () => {
    for (const [make, state] of [
      [ok, "ok"],
      [failed, "failed"],
      [unknown, "unknown"],
    ] as const) {
      expect(make("M.")).toEqual({ state, message: "M." });
      expect(make("M.", "")).toEqual({ state, message: "M." });
      expect(make("M.", "F")).toEqual({ state, message: "M.", fix: "F" });
    }
  });
});

test("one failed check is a failure, an unknown one is none", () => {
  const of = (...outcomes: CheckOutcome[]) =>
    hasFailed(outcomes.map((outcome) => ({ id: "a", name: "A", ...outcome })));
  expect([of(), of(ok(""), unknown("")), of(ok(""), failed(""))]).toEqual([false, false, true]);
});
