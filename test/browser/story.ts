import type { DeliveredAlert } from "../../infra/local/alert-feed.ts";
import type { AnswerKind } from "../../lambda/event/answer.ts";
import { toLinkQuery } from "../../lambda/outbox/link.ts";
import { DEFAULT_ALERT_EVENTS, INCIDENT_PATH } from "../../lambda/shared/names.ts";
import { entry, payload, resetRequest, securityChange } from "../support/builders.ts";
import { startWorld, type World } from "../support/world.ts";

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

interface Scene {
  readonly ago: number;
  readonly event: string;
  readonly phone: string;
  readonly account?: string;
  /** Answered this much later. */
  readonly answeredAfter?: number;
  readonly answer?: AnswerKind;
}

const SCENES: readonly Scene[] = [
  { ago: 9 * DAY, event: "PIN_CHANGED", phone: "4930901820" },
  {
    ago: DAY + 90 * MINUTE,
    event: "PIN_RESET_REQUEST",
    phone: "442079460123",
    answeredAfter: 4 * MINUTE,
  },
  { ago: DAY + 40 * MINUTE, event: "PIN_CHANGED", phone: "442079460123" },
  { ago: 52 * MINUTE, event: "PIN_RESET_REQUEST", phone: "16505551111", account: "0" },
  { ago: 37 * MINUTE, event: "PIN_RESET_REQUEST", phone: "14155550134" },
  { ago: 19 * MINUTE, event: "PIN_REQUEST_SUCCESS", phone: "14155550134" },
  { ago: 23 * MINUTE, event: "PIN_RESET_REQUEST", phone: "33155500142" },
  { ago: 21 * MINUTE, event: "PIN_CHANGED", phone: "33155500142" },
  {
    ago: 14 * MINUTE,
    event: "PIN_RESET_REQUEST",
    phone: "390655500163",
    answeredAfter: 4 * MINUTE,
    answer: "handling",
  },
  { ago: 6 * MINUTE, event: "PIN_RESET_REQUEST", phone: "15550783881" },
];

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
  for (const scene of SCENES) {
    world.clock.now = NOW - scene.ago;
    await world.deliver(toBody(scene, world));
    await collect();
    if (scene.answeredAfter === undefined) continue;
    world.clock.now += scene.answeredAfter;
    await answer(scene, world);
    await collect();
  }
  // Sales' first alert is superseded, and its second and Support's are repeated.
  world.clock.now = NOW - MINUTE;
  await world.tick();
  await collect();
  world.clock.now = NOW;
  return { world, messages: () => messages, collect };
}

function toBody({ event, phone, account = ACCOUNT }: Scene, { clock }: World): string {
  const change = securityChange(resetRequest({ display_phone_number: phone, event }));
  const time = Math.floor(clock.now / 1000);
  return payload(entry({ id: account, time, changes: [change] }));
}

export const ACCOUNT = "102290129340398";

/** The scene's alert, as its page's form does. */
async function answer({ phone, answer: kind = "planned" }: Scene, world: World): Promise<void> {
  const alerts = await world.storedOf(ACCOUNT);
  const alert = alerts.find(({ incidentCode, event }) => {
    return incidentCode !== undefined && event.displayPhoneNumber === phone;
  });
  if (!alert) throw new Error("The story has no alert to be answered");
  const answered = await world.send({
    rawPath: INCIDENT_PATH,
    rawQueryString: toLinkQuery(alert),
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: `name=Ben+Example&answer=${kind}`,
    isBase64Encoded: false,
    requestContext: { http: { method: "POST", sourceIp: "192.0.2.7" } },
  });
  if (answered?.statusCode !== 303) throw new Error(`Answered with ${answered?.statusCode}`);
}
