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
  memoryOf,
  usableToken,
  watchedSystem,
} from "../../support/facts.ts";

const settings = { ...NO_SETTINGS, protect: true };
const token = usableToken();

function look(facts: GivenFacts, isWatchdog = true) {
  return runAll(findProtectChecks(watchedSystem({ isWatchdog }), factsOf({ settings, ...facts })));
}

const UNASSIGNED = { token, accounts: [accountFacts({ numbers: new MetaError("Assign it.") })] };

describe("whether a new PIN could be set", () => {
  test("is not asked where the setting protect is off, nor on the local run", async () => {
    expect(await look({ settings: NO_SETTINGS })).toEqual([]);
    expect(
      await runAll(findProtectChecks(watchedSystem({ aws: undefined }), factsOf({ settings }))),
    ).toEqual([]);
  });

  test.each([
    ["it can in every account", { token, accounts: [accountFacts()] }, "ok", /in 1 account\./],
    ["no token is kept", {}, "failed", /no token is kept/],
    ["a permission is missing", { token: { ...token, canSetPins: false } }, "failed", /lacks/],
    ["an account is not assigned", UNASSIGNED, "failed", /in 1 account: Assign it\./],
    ["the token does not work", { token: new MetaError("It is gone.") }, "failed", /It is gone/],
  ] as const)("is known when %s", async (_, facts, state, words) => {
    const [found] = await look(facts);
    expect(found).toMatchObject({ id: "protect", state, message: expect.stringMatching(words) });
  });

  test("is what the watchdog saw, for a command that may not read the token", async () => {
    const [well] = await look({ memory: memoryOf() }, false);
    expect(well?.state).toBe("ok");
    const memory = memoryOf({ failedSince: { protect: LOOKED_AT } });
    const [ill] = await look({ memory }, false);
    expect(ill).toMatchObject({ state: "failed", fix: expect.stringContaining("--keep-token") });
  });
});
