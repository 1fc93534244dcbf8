import { describe, expect, test } from "vitest";
import {
  type Check,
  type CheckOutcome,
  failed,
  hasFailed,
  ok,
  runCheck,
  unknown,
} from "../../../lambda/checks/check.ts";
import { GraphError, MetaError, MetaUnavailableError } from "../../../lambda/meta/graph-error.ts";
import { ExplainedError } from "../../../lambda/shared/sentence.ts";
import { linesIn, toLine } from "../../support/facts.ts";

describe("a check", () => {
  const of = (look: Check["look"]) => runCheck({ id: "a", name: "A", look });

  test("is what it found, under its id and name", async () => {
    const outcome = failed("Bad.", "do it");
    expect(await of(() => outcome)).toEqual({ id: "a", name: "A", ...outcome });
    expect(await of(async () => ok("Good."))).toMatchObject({ name: "A", message: "Good." });
  });

  const named = (name: string, message = "Quoted.") => Object.assign(new Error(message), { name });
  const DENIED = "x is not authorized to perform: kms:DescribeKey on y";

  test("whose look throws is an outcome by what was thrown", async () => {
    const situations: Readonly<Record<string, unknown>> = {
      "it may not look": named("AccessDeniedException", DENIED),
      "there is no resource": named("ResourceNotFoundException"),
      "there is no topic": named("NotFound"),
      "there is no key": named("NotFoundException"),
      "another fault": named("XNotFoundExceptionX"),
      "Meta can't be asked": new MetaUnavailableError("Meta is away."),
      "Meta refused": new MetaError("Meta refused."),
      "Meta refused in its own words": new GraphError("No", 10),
      "it is explained": new ExplainedError("No."),
      "a text": "NotFound",
    };
    const atOnce = (error: unknown) => () => {
      throw error;
    };
    const lines = await linesIn(situations, async (error) => toLine(await of(atOnce(error))));
    expect(lines).toMatchSnapshot();
    const later = await of(() => Promise.reject(situations["a text"]));
    expect(later).toEqual(await of(atOnce("NotFound")));
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
