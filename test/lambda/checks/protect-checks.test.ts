import { describe, expect, test } from "vitest";
import { runAll } from "../../../lambda/checks/check.ts";
import { findProtectChecks } from "../../../lambda/checks/protect-checks.ts";
import { NO_SETTINGS } from "../../../lambda/facts/settings.ts";
import { MetaError } from "../../../lambda/meta/graph-error.ts";
import {
  accountFacts,
  factsOf,
  type GivenFacts,
  LOOKED_AT,
  linesIn,
  memoryOf,
  toLine,
  usableToken,
  watchedSystem,
} from "../../support/facts.ts";

const settings = { ...NO_SETTINGS, protect: true };
const token = usableToken();

function look(facts: GivenFacts, isWatchdog = true) {
  return runAll(findProtectChecks(watchedSystem({ isWatchdog }), factsOf({ settings, ...facts })));
}

const lookAt = async (facts: GivenFacts, isWatchdog = true) =>
  (await look(facts, isWatchdog)).map(toLine).join("; ");

const UNASSIGNED = { token, accounts: [accountFacts({ numbers: new MetaError("Assign it.") })] };

describe("whether a new PIN could be set", () => {
  test("is not asked where the setting protect is off, nor on the local run", async () => {
    expect(await look({ settings: NO_SETTINGS })).toEqual([]);
    expect(
      await runAll(findProtectChecks(watchedSystem({ aws: undefined }), factsOf({ settings }))),
    ).toEqual([]);
  });

  test("is said in one line", async () => {
    const situations: Readonly<Record<string, GivenFacts>> = {
      "it can in every account": { token, accounts: [accountFacts()] },
      "no token is kept": {},
      "a permission is missing": { token: { ...token, canSetPins: false } },
      "an account is not assigned": UNASSIGNED,
      "the token does not work": { token: new MetaError("It is gone.") },
    };
    expect(await linesIn(situations, lookAt)).toMatchSnapshot();
  });

  test("is what the watchdog saw, for a command that may not read the token", async () => {
    const situations = {
      "all was well": memoryOf(),
      "it had failed": memoryOf({ failedSince: { protect: LOOKED_AT } }),
      "nothing is remembered": undefined,
    };
    expect(await linesIn(situations, (memory) => lookAt({ memory }, false))).toMatchSnapshot();
  });
});
