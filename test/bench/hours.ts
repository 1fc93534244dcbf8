import { entry, payload, resetRequest, securityChange } from "../support/builders.ts";
import { atMost, countMostWithin, type Mark } from "./marks.ts";
import type { Section } from "./report.ts";
import { createSimulation, FAILURES, type Sent, type Simulation } from "./simulation.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const toNumber = (index: number) => String(15_550_000_000 + index);

/** Reset requests, or completed resets, of these numbers in one POST. */
function toBody(numbers: readonly number[], event = "PIN_RESET_REQUEST"): string {
  const changes = numbers.map((index) =>
    securityChange(resetRequest({ display_phone_number: toNumber(index), event })),
  );
  return payload(entry({ changes }));
}

function findFirst({ sent }: Simulation, number: number): Sent | undefined {
  return sent.find(({ events }) =>
    events.some(({ displayPhoneNumber }) => displayPhoneNumber === toNumber(number)),
  );
}

/** What must hold for minutes and hours, on a clock that jumps. */
export async function measureHours(): Promise<Section> {
  const kinds = Object.keys(FAILURES);
  const outages: Mark[] = [];
  for (const kind of kinds) outages.push(await afterOutage(kind));
  const marks = [...(await whenThreeNumbersAreTaken()), ...(await underSteadyAttack()), ...outages];
  return { tables: [], marks };
}

async function whenThreeNumbersAreTaken(): Promise<Mark[]> {
  const simulation = createSimulation();
  for (const number of [0, 1, 2]) {
    simulation.post(number * 2 * SECOND, toBody([number]));
    simulation.post((number * 2 + 1) * SECOND, toBody([number], "PIN_REQUEST_SUCCESS"));
  }
  await simulation.run(4 * MINUTE);
  const { sent } = simulation;
  const unclear = sent.filter(({ email, sms, events }) => {
    const isNamed = events.every(({ displayPhoneNumber }) =>
      [email, sms].every((text) => text.replace(/\D/g, "").includes(displayPhoneNumber.slice(-4))),
    );
    return !isNamed || !email.includes("business.facebook.com");
  });
  const covered = new Set(sent.flatMap(({ events }) => events.map((one) => JSON.stringify(one))));
  const late = Math.max(...sent.map(({ at }) => at)) / SECOND;
  return [
    atMost("3 numbers × (request, completion) in 6 s: not published", 0, 6 - covered.size),
    atMost("messages of them that lack number or steps", 0, unclear.length),
    atMost("the last of them, the tick being after 60 s", 62, late, "s"),
  ];
}

async function underSteadyAttack(): Promise<Mark[]> {
  const simulation = createSimulation();
  const posts = Array.from({ length: 300 }, (_, post) => post);
  const toNumbers = (post: number) => Array.from({ length: 6 }, (_, index) => post * 6 + index);
  for (const post of posts) simulation.post(post * SECOND, toBody(toNumbers(post)));
  await simulation.run(10 * MINUTE);
  const { sent, ticks } = simulation;
  const waits = posts.flatMap((post) =>
    toNumbers(post).map((number) => {
      const at = findFirst(simulation, number)?.at ?? Number.POSITIVE_INFINITY;
      return ticks.filter((tick) => tick > post * SECOND && tick <= at).length;
    }),
  );
  const times = sent.map(({ at }) => at);
  return [
    atMost(
      "a POST a second × 6 alerts for 5 minutes: ticks that anybody waits",
      2,
      Math.max(...waits),
    ),
    atMost("messages in any second of it", 10, countMostWithin(times, SECOND)),
  ];
}

/** Alerts before and throughout two hours without SNS. */
async function afterOutage(kind: string): Promise<Mark> {
  const end = 2 * HOUR + MINUTE;
  const simulation = createSimulation((at) =>
    at > MINUTE && at < end ? FAILURES[kind] : undefined,
  );
  const posts = Array.from({ length: 25 }, (_, post) => post);
  const toNumbers = (post: number) =>
    post % 5 === 0
      ? [
          post * 100,
          ...Array(20)
            .keys()
            .map((index) => post * 100 + index + 1),
        ]
      : [post * 100];
  for (const post of posts) simulation.post(MINUTE + post * 4.9 * MINUTE, toBody(toNumbers(post)));
  await simulation.run(end + 30 * MINUTE);
  const lasts = posts.flatMap(toNumbers).map((number) => {
    return ((findFirst(simulation, number)?.at ?? Number.POSITIVE_INFINITY) - end) / MINUTE;
  });
  return atMost(
    `after two hours of SNS's ${kind}: the last alert is published`,
    16,
    Math.max(...lasts),
    "min",
  );
}
