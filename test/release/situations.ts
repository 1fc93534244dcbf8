import { toLinkQuery } from "../../lambda/outbox/link.ts";
import { entry, payload, resetRequest, securityChange } from "../support/builders.ts";
import { visitOf, type World } from "../support/world.ts";

/** Accounts, one for each situation in which a release may leave an item behind. */
export const ACCOUNTS = {
  pending: "900000000000001",
  open: "900000000000002",
  answered: "900000000000003",
  handled: "900000000000004",
  unknown: "900000000000005",
  completed: "900000000000006",
  superseded: "900000000000007",
  test: "0",
} as const;

type Situation = keyof typeof ACCOUNTS;

export const SITUATIONS = Object.keys(ACCOUNTS) as Situation[];

/** SNS refuses everything: what is to be published stays in the outbox. */
const DOWN = {
  send: async () => {
    const $metadata = { httpStatusCode: 500 };
    throw Object.assign(new Error("down"), { name: "InternalErrorException", $metadata });
  },
} as unknown as World["sns"];

const HOUR_MS = 3_600_000;

/** The delivery of a situation, at this time; of the superseded one an hour before. */
export function toBody(situation: Situation, at: number): string {
  const names: Partial<Record<Situation, string>> = {
    unknown: "BRAND_NEW",
    completed: "PIN_REQUEST_SUCCESS",
  };
  const id = ACCOUNTS[situation];
  const number = situation === "superseded" ? ACCOUNTS.open : id;
  const display_phone_number = `1555000${number.slice(-4).padStart(4, "0")}`;
  const event = names[situation] ?? "PIN_RESET_REQUEST";
  const change = securityChange(resetRequest({ display_phone_number, event }));
  const time = Math.floor((situation === "superseded" ? at - HOUR_MS : at) / 1000);
  return payload(entry({ id, time, changes: [change] }));
}

/** Leaves an item in each situation, as received at these times. */
export async function leaveItems(world: World, at: number): Promise<void> {
  const down = world.functionWith({ sns: DOWN });
  world.clock.now = at - HOUR_MS;
  await world.deliver(toBody("superseded", at));
  world.clock.now = at;
  for (const situation of SITUATIONS) {
    if (situation !== "pending") await world.deliver(toBody(situation, at));
  }
  // Those for which there was no place among the single messages.
  for (let second = 0; second < 180; second += 30) {
    world.clock.now = at + second * 1000;
    if (second > 0) await world.tick();
  }
  await down.deliver(toBody("pending", at));
  await answer(world, "answered", "planned", down);
  await answer(world, "handled", "handling");
}

/** The item by which a person finds the page. */
export async function findLink(world: World, situation: Situation): Promise<string> {
  const [stored] = await world.storedOf(ACCOUNTS[situation]);
  if (!stored) throw new Error(`No item was left for ${situation}`);
  return toLinkQuery(stored);
}

/** Answers by the link of the situation's alert. */
export async function answer(
  world: World,
  situation: Situation,
  kind: string,
  fn: Pick<World, "send"> = world,
): Promise<void> {
  const form = { name: "Ann Example", answer: kind };
  const visit = visitOf(await findLink(world, situation), form);
  const result = await fn.send(visit);
  if (result?.statusCode !== 303) throw new Error(`The answer was answered ${result?.statusCode}`);
}
