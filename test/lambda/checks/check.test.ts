import { describe, expect, test } from "vitest";
import { failed, hasFailed, ok, runCheck, unknown } from "../../../lambda/checks/check.ts";
import { GraphError, MetaError, MetaUnavailableError } from "../../../lambda/meta/graph-error.ts";
import { toCommand } from "../../../lambda/shared/commands.ts";
import { ExplainedError } from "../../../lambda/shared/sentence.ts";

const UNREAD = { state: "unknown", why: "unread" } as const;

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
        ...UNREAD,
        message: "Access denied: the check could not run.",
        fix: "allow kms:DescribeKey",
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
      { ...UNREAD, message: "XNotFoundExceptionX: Quoted." },
    ],
    [
      "for which Meta could not be asked is unread",
      new MetaUnavailableError("Meta is away."),
      {
        ...UNREAD,
        message: "Meta is away.",
        fix: "if it lasts: see https://metastatus.com, and the way to the internet",
      },
    ],
    [
      "that Meta refused has failed",
      new MetaError("Meta refused."),
      { state: "failed", message: "Meta refused." },
    ],
    [
      "that Meta refused without a sentence of ours has failed, too",
      new GraphError("No", 10),
      { state: "failed", message: "No" },
    ],
    [
      "that was explained is unknown in that sentence",
      new ExplainedError("No."),
      { ...UNREAD, message: "No." },
    ],
    ["that threw a text is unknown", "NotFound", { ...UNREAD, message: "NotFound" }],
  ])("%s", async (_what, error, outcome) => {
    const look = () => Promise.reject(error);
    expect(await runCheck("a", "A", look)).toEqual({ id: "a", name: "A", ...outcome });
  });

  test("that throws at once is no exception", async () => {
    const check = await runCheck("a", "A", () => {
      throw new ExplainedError("At once.");
    });
    expect(check).toEqual({ id: "a", name: "A", ...UNREAD, message: "At once." });
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
