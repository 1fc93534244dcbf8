import { type DynamoDBClient, GetItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { type Item, number, text, toKey } from "../event/event-item.ts";
import { unlessConditionFails } from "../outbox/conditional.ts";
import { PROTECT } from "../shared/names.ts";

/** What is known of a number's PIN: which of the stored versions it can be. */
export interface KnownVersions {
  /** The oldest first; 0 is a PIN that this system did not set. More than one: it is not certain. */
  readonly possible: readonly number[];
}

/** The right to set a number's PIN, until it expires. The token identifies the run that holds it. */
export interface RunClaim extends KnownVersions {
  readonly kind: "claim";
  readonly number: string;
  readonly token: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** Another run of this number, which may still be under way. */
export interface OtherRun {
  readonly kind: "other run";
  readonly name: string;
  readonly startedAt: number;
  readonly expiresAt: number;
}

/** What Meta said of a number at the end of a run. */
export interface PinReading {
  readonly isPinEnabled: boolean;
  /** When Meta was asked, milliseconds since the epoch. */
  readonly readAt: number;
}

/** One item of the event table for each number, so that two runs never set PINs at once. */
export interface RunClaims {
  take(number: string, token: string, name: string, now: number): Promise<RunClaim | OtherRun>;
  /** Notes that Meta may have this version from now on. False: the claim is no longer ours. */
  noteStored(claim: RunClaim, version: number, now: number): Promise<boolean>;
  /** Gives the claim back. False: it was no longer ours, so that another run may have set a PIN. */
  end(claim: RunClaim, known?: KnownVersions, reading?: PinReading): Promise<boolean>;
  /** Of a number whose PIN this system has never set: that 0 is the one possible version. */
  readKnown(number: string): Promise<KnownVersions>;
}

export interface RunClaimsDeps {
  readonly client: Pick<DynamoDBClient, "send">;
  readonly tableName: string;
}

const CLAIM_MS = PROTECT.claimSeconds * 1000;

interface Update {
  readonly UpdateExpression: string;
  readonly ConditionExpression: string;
  readonly ExpressionAttributeValues: Item;
}

export function createRunClaims({ client, tableName: TableName }: RunClaimsDeps): RunClaims {
  const keyOf = (digits: string) => toKey({ wabaId: PROTECT.partition, eventKey: digits });

  /** The item afterwards; undefined where the condition did not hold. */
  async function update(digits: string, input: Update): Promise<Item | undefined> {
    const Key = keyOf(digits);
    const command = new UpdateItemCommand({ TableName, Key, ReturnValues: "ALL_NEW", ...input });
    return (await unlessConditionFails(client.send(command)))?.Attributes;
  }

  async function read(digits: string): Promise<Item> {
    const command = new GetItemCommand({ TableName, Key: keyOf(digits), ConsistentRead: true });
    return (await client.send(command)).Item ?? {};
  }

  return {
    async take(digits, token, name, now) {
      const expiresAt = now + CLAIM_MS;
      const taken = await update(digits, {
        UpdateExpression:
          "SET claimToken = :token, claimedBy = :name, claimedAt = :now, claimedUntil = :until",
        // The token is ours where the answer to a first try was lost.
        ConditionExpression:
          "attribute_not_exists(claimedUntil) OR claimedUntil <= :now OR claimToken = :token",
        ExpressionAttributeValues: {
          ":token": text(token),
          ":name": text(name),
          ":now": number(now),
          ":until": number(expiresAt),
        },
      });
      if (!taken) return toOtherRun(await read(digits));
      return { kind: "claim", number: digits, token, expiresAt, possible: toPossible(taken) };
    },

    async noteStored({ number: digits, token, possible }, version, now) {
      const noted = await update(digits, {
        UpdateExpression: "SET possibleVersions = :possible",
        ConditionExpression: "claimToken = :token AND claimedUntil > :now",
        ExpressionAttributeValues: {
          ":possible": toList([...possible, version]),
          ":token": text(token),
          ":now": number(now),
        },
      });
      return noted !== undefined;
    },

    async end({ number: digits, token }, known, reading) {
      return (await update(digits, toEnd(token, known, reading))) !== undefined;
    },

    async readKnown(digits) {
      return { possible: toPossible(await read(digits)) };
    },
  };
}

/** The token stays, so that a second try succeeds after the answer to the first was lost. */
function toEnd(token: string, known?: KnownVersions, reading?: PinReading): Update {
  const facts: Item = {
    ...(known && { possibleVersions: toList(known.possible) }),
    ...(reading && {
      isPinEnabled: { BOOL: reading.isPinEnabled },
      readAt: number(reading.readAt),
    }),
  };
  const entries = Object.entries(facts);
  const sets = entries.map(([name]) => `${name} = :${name}`).join(", ");
  return {
    UpdateExpression: `${sets && `SET ${sets} `}REMOVE claimedUntil`,
    ConditionExpression: "claimToken = :token",
    ExpressionAttributeValues: {
      ...Object.fromEntries(entries.map(([name, value]) => [`:${name}`, value])),
      ":token": text(token),
    },
  };
}

function toList(versions: readonly number[]) {
  return { L: versions.map(number) };
}

function toPossible({ possibleVersions }: Item): readonly number[] {
  return possibleVersions?.L?.map(({ N }) => Number(N)) ?? [0];
}

function toOtherRun({ claimedBy, claimedAt, claimedUntil }: Item): OtherRun {
  const [startedAt, expiresAt] = [Number(claimedAt?.N ?? 0), Number(claimedUntil?.N ?? 0)];
  return { kind: "other run", name: claimedBy?.S ?? "", startedAt, expiresAt };
}
