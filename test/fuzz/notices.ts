import fc from "fast-check";
import type {
  AnswersItem,
  DigestItem,
  HeartbeatNotice,
  MessageContext,
  Notice,
} from "../../lambda/alert/content/notice.ts";
import { ANSWER_KINDS, ANSWER_ORIGINS } from "../../lambda/event/answer.ts";
import type { Change } from "../../lambda/event/payload.ts";
import { type SecurityEvent, toSecurityEvent } from "../../lambda/event/security-event.ts";
import { anyText } from "./payloads.ts";

const anyValue = fc.record(
  {
    event: fc.oneof(
      fc.constantFrom("PIN_RESET_REQUEST", "PIN_REQUEST_SUCCESS", "PIN_CHANGED"),
      anyText,
    ),
    display_phone_number: fc.oneof(fc.constant("15550783881"), anyText),
    requester: anyText,
  },
  { requiredKeys: [] },
);

const anyInstant = fc.integer({ min: 0, max: 4_102_444_800_000 });

/** An event as it is stored, of any texts and times. */
const anyEvent: fc.Arbitrary<SecurityEvent> = fc
  .record({
    id: fc.oneof(fc.constantFrom("0", "102290129340398"), anyText),
    time: fc.oneof(
      anyInstant.map((at) => Math.floor(at / 1000)),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
    ),
    value: anyValue,
    receivedAt: anyInstant,
  })
  .map(({ id, time, value, receivedAt }) => {
    const entry = { id, time, changes: [], valuesMissing: false };
    const change: Change = { field: "security", value };
    return toSecurityEvent(entry, change, { receivedAt, appSecretIndex: 0 });
  });

const anyLink = fc.oneof(
  fc.constant(undefined),
  fc.webUrl().map((url) => url.replace("http:", "https:")),
  fc.nat(4000).map((length) => `https://a.example/incident?w=1&k=2&c=${"x".repeat(length)}`),
);

const anyLinked = fc
  .record({ event: anyEvent, link: anyLink })
  .map(({ event, link }) => ({ event, ...(link !== undefined && { link }) }));

export const anyDigestItem: fc.Arbitrary<DigestItem> = fc
  .tuple(anyLinked, fc.nat(20))
  .map(([linked, repeat]) => ({ ...linked, repeat }));

const anyAnswer = fc.record({
  name: anyText,
  answer: fc.constantFrom(...ANSWER_KINDS),
  at: anyInstant.map((at) => new Date(at).toISOString()),
  from: fc.oneof(fc.ipV4(), fc.ipV6(), fc.constant("terminal"), anyText),
  origin: fc.constantFrom(...ANSWER_ORIGINS),
});

const anyAnswersItem: fc.Arbitrary<AnswersItem> = fc
  .tuple(anyLinked, fc.array(anyAnswer, { minLength: 1, maxLength: 10 }))
  .map(([linked, answers]) => ({ ...linked, answers }));

/** Of each kind that tells of events. */
export const ANY_NOTICE = {
  alert: anyLinked.map((linked) => ({ kind: "alert" as const, ...linked })),
  repeat: fc
    .tuple(anyLinked, fc.nat({ max: 99 }), fc.array(anyEvent, { maxLength: 80 }))
    .map(([linked, repeat, since]) => ({ kind: "repeat" as const, ...linked, repeat, since })),
  digest: fc
    .array(anyDigestItem, { minLength: 1, maxLength: 40 })
    .map((items) => ({ kind: "digest" as const, items })),
  acknowledged: fc
    .tuple(anyLinked, anyAnswer)
    .map(([linked, answer]) => ({ kind: "acknowledged" as const, ...linked, answer })),
  answers: fc
    .array(anyAnswersItem, { minLength: 1, maxLength: 20 })
    .map((items) => ({ kind: "answers" as const, items })),
} satisfies Record<Notice["kind"], fc.Arbitrary<Notice>>;

export const anyNotice: fc.Arbitrary<Notice> = fc.oneof(...Object.values(ANY_NOTICE));

export const anyContext: fc.Arbitrary<MessageContext> = fc.record({
  label: anyText,
  runbookUrl: fc.oneof(fc.constant(""), fc.webUrl(), anyText),
  numberLabels: fc.dictionary(fc.constantFrom("15550783881", "1", ""), anyText),
  now: anyInstant,
});

export const anyHeartbeat: fc.Arbitrary<HeartbeatNotice> = fc.record({
  kind: fc.constantFrom("heartbeat" as const, "check" as const),
  ok: fc.boolean(),
  summary: anyText,
  lines: fc.array(anyText, { maxLength: 40 }),
  report: fc.dictionary(anyText, fc.jsonValue()),
});
