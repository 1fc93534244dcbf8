import type { DeliveredAlert } from "../../infra/local/alert-feed.ts";
import type { AnswerKind } from "../../lambda/event/answer.ts";
import { toLinkQuery } from "../../lambda/outbox/link.ts";
import { DEFAULT_ALERT_EVENTS } from "../../lambda/shared/names.ts";
import { entry, payload, resetRequest, securityChange } from "../support/builders.ts";
import { startWorld, visitOf, type World } from "../support/world.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** When the story is looked at: its clock is the world's, so that pictures stay the same. */
const NOW = Date.parse("2026-11-24T03:28:00Z");

export const LABELS = {
  "14155550134": "Sales US",
  "15550783881": "Support DE",
  "4930901820": "Hotline",
  "442079460123": "Support UK",
  "33155500142": "Vente FR",
  "390655500163": "Vendite IT",
};

/** Meta's example's, which comes from no account. */
const TEST_NUMBER = "16505551111";

/** What happened so long before NOW to a number; and how it was answered, so much later. */
const SCENES: readonly Scene[] = [
  [9 * DAY, "PIN_CHANGED", "4930901820"],
  [DAY + 90 * MINUTE, "PIN_RESET_REQUEST", "442079460123", 4 * MINUTE],
  [DAY + 40 * MINUTE, "PIN_CHANGED", "442079460123"],
  [52 * MINUTE, "PIN_RESET_REQUEST", TEST_NUMBER],
  [37 * MINUTE, "PIN_RESET_REQUEST", "14155550134"],
  [19 * MINUTE, "PIN_REQUEST_SUCCESS", "14155550134"],
  [23 * MINUTE, "PIN_RESET_REQUEST", "33155500142"],
  [21 * MINUTE, "PIN_CHANGED", "33155500142"],
  [14 * MINUTE, "PIN_RESET_REQUEST", "390655500163", 4 * MINUTE, "handling"],
  [6 * MINUTE, "PIN_RESET_REQUEST", "15550783881"],
];

type Scene = [ago: number, event: string, phone: string, after?: number, answer?: AnswerKind];

export type Story = Awaited<ReturnType<typeof tellStory>>;

/** A night of seven numbers, delivered to the real application on real engines. */
export async function tellStory(publicUrl = "http://127.0.0.1:3000") {
  let codes = 0;
  const newIncidentCode = () => String(++codes).padStart(22, "0");
  const world = await startWorld(
    { newIncidentCode },
    { publicUrl, numberLabels: LABELS, alertEvents: DEFAULT_ALERT_EVENTS },
  );
  /** What subscribers got, the newest first. */
  let messages: readonly DeliveredAlert[] = [];
  const known = new Set<string>();
  /** Lets subscribers get what was sent since. */
  async function collect(): Promise<void> {
    const received = [...(await world.alertsOf("0")), ...(await world.alertsOf(ACCOUNT))];
    for (const { messageId, subject, email, sms, document } of received) {
      if (known.has(messageId)) continue;
      known.add(messageId);
      const publishedAt = new Date(world.clock.now).toISOString();
      messages = [{ subject, email, sms, kind: document.kind ?? "", publishedAt }, ...messages];
    }
  }
  for (const [ago, event, phone, after, answer = "planned"] of SCENES) {
    world.clock.now = NOW - ago;
    const change = securityChange(resetRequest({ display_phone_number: phone, event }));
    const time = Math.floor(world.clock.now / 1000);
    const id = phone === TEST_NUMBER ? "0" : ACCOUNT;
    await world.deliver(payload(entry({ id, time, changes: [change] })));
    await collect();
    if (after === undefined) continue;
    world.clock.now += after;
    await sendAnswer(phone, answer, world);
    await collect();
  }
  // Sales' first alert is superseded, and its second and Support's are repeated.
  world.clock.now = NOW - MINUTE;
  await world.tick();
  await collect();
  world.clock.now = NOW;
  return { world, messages: () => messages, collect };
}

export const ACCOUNT = "102290129340398";

/** Answers the number's alert, as its page's form does. */
async function sendAnswer(phone: string, kind: AnswerKind, world: World): Promise<void> {
  const alerts = await world.storedOf(ACCOUNT);
  const alert = alerts.find(({ incidentCode, event }) => {
    return incidentCode !== undefined && event.displayPhoneNumber === phone;
  });
  if (!alert) throw new Error("The story has no alert to be answered");
  const form = { name: "Ben Example", answer: kind };
  const answered = await world.send(visitOf(toLinkQuery(alert), form));
  if (answered?.statusCode !== 303) throw new Error(`Answered with ${answered?.statusCode}`);
}
