import { readPhoneNumbers } from "../meta/account.ts";
import { inParallel } from "../shared/parallel.ts";
import { toSentence } from "../shared/sentence.ts";
import { NUMBER_FIELDS } from "./find-number.ts";
import type { OpenMeta } from "./open-meta.ts";

/** Whether a PIN could be set for an account's numbers. */
export interface RehearsedAccount {
  readonly wabaId: string;
  /** Why not, and what to do; absent when it would work. */
  readonly fault?: string;
}

const CONCURRENCY = 8;

/** Looks for each account's numbers, as a run that sets a PIN does, and sets none. */
export async function rehearse({ graph, user, wabaIds }: OpenMeta): Promise<RehearsedAccount[]> {
  const faults = new Map<string, string>();
  await inParallel(wabaIds, CONCURRENCY, async (wabaId) => {
    try {
      await readPhoneNumbers(graph, user, wabaId, NUMBER_FIELDS);
    } catch (error) {
      faults.set(wabaId, toSentence(error));
    }
  });
  return wabaIds.map((wabaId) => {
    const fault = faults.get(wabaId);
    return { wabaId, ...(fault !== undefined && { fault }) };
  });
}
