import { type Item, number, text } from "../event/event-item.ts";
import { type Conditional, createNumberItems } from "../incident/number-items.ts";
import type { UpdateDeps } from "../outbox/conditional.ts";
import { PROTECT } from "../shared/names.ts";
import type { KnownVersions, OtherRun, PinReading, RunClaim, RunClaims } from "./run-claims.ts";

const CLAIM_MS = PROTECT.claimSeconds * 1000;

export function createRunClaims(deps: UpdateDeps): RunClaims {
  const { read, update } = createNumberItems(deps);
  return {
    async take(digits, token, name, now) {
      const expiresAt = now + CLAIM_MS;
      const taken = await update(
        digits,
        "SET claimToken = :token, claimedBy = :name, claimedAt = :now, claimedUntil = :until",
        // The token is ours where the answer to a first try was lost.
        "attribute_not_exists(claimedUntil) OR claimedUntil <= :now OR claimToken = :token",
        {
          ":token": text(token),
          ":name": text(name),
          ":now": number(now),
          ":until": number(expiresAt),
        },
      );
      if (!taken) return toOtherRun(await read(digits));
      return { kind: "claim", number: digits, token, expiresAt, possible: toPossible(taken) };
    },

    async noteStored({ number: digits, token, possible }, version, now) {
      const noted = await update(
        digits,
        "SET possibleVersions = :possible",
        "claimToken = :token AND claimedUntil > :now",
        { ":possible": toList([...possible, version]), ":token": text(token), ":now": number(now) },
      );
      return noted !== undefined;
    },

    async end(claim, known, reading) {
      return (await update(claim.number, ...toEnd(claim, known, reading))) !== undefined;
    },

    async noteLate({ number: digits }, version) {
      await update(
        digits,
        "SET possibleVersions = list_append(possibleVersions, :late)",
        // Every run has noted its version before it sent it.
        "attribute_exists(possibleVersions)",
        { ":late": toList([version]) },
      );
    },

    async readKnown(digits) {
      return { possible: toPossible(await read(digits)) };
    },
  };
}

/** As this run noted them; or as it left them, where the answer to a first try was lost. */
const SAME_VERSIONS =
  "size(possibleVersions) = :noted OR (attribute_not_exists(claimedUntil) AND size(possibleVersions) = :ended)";

/** The token stays, so that a second try succeeds after the answer to the first was lost. */
function toEnd(
  { token, possible }: RunClaim,
  known?: KnownVersions,
  reading?: PinReading,
): Conditional {
  const facts: Item = {
    ...(known && { possibleVersions: toList(known.possible) }),
    ...(reading && {
      isPinEnabled: { BOOL: reading.isPinEnabled },
      readAt: number(reading.readAt),
    }),
  };
  const entries = Object.entries(facts);
  const sets = entries.map(([name]) => `${name} = :${name}`).join(", ");
  return [
    `${sets && `SET ${sets} `}REMOVE claimedUntil`,
    `claimToken = :token${known ? ` AND (${SAME_VERSIONS})` : ""}`,
    {
      ...Object.fromEntries(entries.map(([name, value]) => [`:${name}`, value])),
      ":token": text(token),
      ...(known && {
        ":noted": number(possible.length + 1),
        ":ended": number(known.possible.length),
      }),
    },
  ];
}

function toList(versions: readonly number[]) {
  return { L: versions.map(number) };
}

function toPossible({ possibleVersions }: Item): readonly number[] {
  const versions = possibleVersions?.L?.map(({ N }) => Number(N)) ?? [0];
  return [...new Set(versions)];
}

function toOtherRun({ claimedBy, claimedAt, claimedUntil }: Item): OtherRun {
  const [startedAt, expiresAt] = [Number(claimedAt?.N ?? 0), Number(claimedUntil?.N ?? 0)];
  return { kind: "other run", name: claimedBy?.S ?? "", startedAt, expiresAt };
}
