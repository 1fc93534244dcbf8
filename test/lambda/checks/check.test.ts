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
import { toLine } from "../../support/facts.ts";

describe("a check", () => {
  const of = (look: Check["look"]) => runCheck({ id: "a", name: "A", look });

  test("is what it found, under its id and name", async () => {
    const outcome = failed("Bad.", "do it");
    expect(await of(() => outcome)).toEqual({ id: "a", name: "A", ...outcome });
    expect(await of(async () => ok("Good."))).toMatchObject({ name: "A", message: "Good." });
  });

  const named = (name: string, message = "Quoted.") => Object.assign(new Error(message), { name });
  const AWAY = new MetaUnavailableError("Meta is away.");
  const DENIED = "x is not authorized to perform: kms:DescribeKey on y";

  test.each<[string, unknown, RegExp]>([
    [
      "may not look",
      named("AccessDeniedException", DENIED),
      /^unknown, unread: .* allow kms:Descr/,
    ],
    ["finds no resource", named("ResourceNotFoundException"), /^failed, gone: .*: Quoted\.$/],
    ["finds no topic", named("NotFound"), /^failed, gone: NotFound: Quoted\.$/],
    ["finds no key", named("NotFoundException"), /^failed, gone: /],
    ["has another fault", named("XNotFoundExceptionX"), /^unknown, unread: XNot.*X: Quoted\.$/],
    ["could not ask Meta", AWAY, /^unknown, unread: Meta is away\. Fix: if it lasts: see https:/],
    ["is refused by Meta", new MetaError("Meta refused."), /^failed: Meta refused\.$/],
    ["is refused in Meta's own words", new GraphError("No", 10), /^failed: No$/],
    ["is explained", new ExplainedError("No."), /^unknown, unread: No\.$/],
    ["threw a text", "NotFound", /^unknown, unread: NotFound$/],
  ])("that %s is %s", async (_what, error, line) => {
    const atOnce = () => {
      throw error;
    };
    for (const look of [atOnce, () => Promise.reject(error)]) {
      expect(toLine(await of(look)).replace("a ", "")).toMatch(line);
    }
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
