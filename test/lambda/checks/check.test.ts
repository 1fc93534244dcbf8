import { describe, expect, test } from "vitest";
import { failed, hasFailed, ok, runCheck, unknown } from "../../../lambda/checks/check.ts";
import { toCommand } from "../../../lambda/checks/system.ts";
import { MetaError, MetaUnavailableError } from "../../../lambda/meta/graph-error.ts";
import { ExplainedError } from "../../../lambda/shared/sentence.ts";

describe("a check", () => {
  test("is what it found, under its id and name", async () => {
    expect(await runCheck("a", "A", () => ok("Good."))).toEqual({
      id: "a",
      name: "A",
      state: "ok",
      message: "Good.",
    });
    expect(await runCheck("b", "B", async () => failed("Bad.", "do it"))).toEqual({
      id: "b",
      name: "B",
      state: "failed",
      message: "Bad.",
      fix: "do it",
    });
  });

  const named = (name: string, message = "Quoted.") => Object.assign(new Error(message), { name });

  test.each([
    [
      "that may not look is unknown, and names the permission",
      named("AccessDeniedException", "x is not authorized to perform: kms:DescribeKey on y"),
      {
        state: "unknown",
        message: "These AWS credentials may not look.",
        fix: "allow them kms:DescribeKey",
      },
    ],
    [
      "whose subject is not there has failed",
      named("ResourceNotFoundException"),
      {
        state: "failed",
        message: "ResourceNotFoundException: Quoted.",
        fix: "npm run deploy",
      },
    ],
    [
      "of a topic that is not there has failed",
      named("NotFound"),
      { state: "failed", message: "NotFound: Quoted.", fix: "npm run deploy" },
    ],
    [
      "of a key that is not there has failed",
      named("NotFoundException"),
      { state: "failed", message: "NotFoundException: Quoted.", fix: "npm run deploy" },
    ],
    [
      "that a fault of another name ends is unknown",
      named("XNotFoundExceptionX"),
      { state: "unknown", message: "XNotFoundExceptionX: Quoted." },
    ],
    [
      "for which Meta could not be asked may pass",
      new MetaUnavailableError("Meta is away."),
      { state: "unknown", message: "Meta is away.", isPassing: true },
    ],
    [
      "that Meta refused is unknown",
      new MetaError("Meta refused."),
      { state: "unknown", message: "Meta refused." },
    ],
    [
      "that was explained is unknown in that sentence",
      new ExplainedError("No."),
      { state: "unknown", message: "No." },
    ],
    ["that threw a text is unknown", "NotFound", { state: "unknown", message: "NotFound" }],
  ])("%s", async (_what, error, outcome) => {
    const look = () => Promise.reject(error);
    expect(await runCheck("a", "A", look)).toEqual({ id: "a", name: "A", ...outcome });
  });

  test("that throws at once is no exception", async () => {
    const check = await runCheck("a", "A", () => {
      throw new ExplainedError("At once.");
    });
    expect(check).toEqual({ id: "a", name: "A", state: "unknown", message: "At once." });
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
  const check = { id: "a", name: "A" };
  expect(hasFailed([])).toBe(false);
  expect(
    hasFailed([
      { ...check, ...ok("") },
      { ...check, ...unknown("") },
    ]),
  ).toBe(false);
  expect(
    hasFailed([
      { ...check, ...ok("") },
      { ...check, ...failed("") },
    ]),
  ).toBe(true);
});

test.each([
  ["", "", "npm run drill"],
  ["", "--sms", "npm run drill -- --sms"],
  [" --stack Hooks", "", "npm run drill -- --stack Hooks"],
  [" --stack Hooks", "--sms", "npm run drill -- --stack Hooks --sms"],
])("a command with the options %j and %j is %s", (flags, more, command) => {
  expect(toCommand("drill", { flags }, more)).toBe(command);
  if (more === "") expect(toCommand("drill", { flags })).toBe(command);
});
