import fc from "fast-check";
import type {
  AnswerItem,
  HeartbeatNotice,
  MessageContext,
  NoticeItem,
} from "../../lambda/alert/content/notice.ts";
import { ANSWER_KINDS, ANSWER_ORIGINS } from "../../lambda/event/answer.ts";
import type { Change } from "../../lambda/event/payload.ts";
import { type SecurityEvent, toSecurityEvent } from "../../lambda/event/security-event.ts";
import { PROTECTION_STATES } from "../../lambda/numbers/known.ts";
import { toSentence } from "../../lambda/numbers/sentence.ts";
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

const anyAnswer = fc.record({
  name: anyText,
  answer: fc.constantFrom(...ANSWER_KINDS),
  at: anyInstant.map((at) => new Date(at).toISOString()),
  from: fc.oneof(fc.ipV4(), fc.ipV6(), fc.constant("terminal"), anyText),
  origin: fc.constantFrom(...ANSWER_ORIGINS),
});

const anyAnswers = fc.array(anyAnswer, { minLength: 1, maxLength: 10 });

const anyAlert = anyLinked.map((linked) => ({ due: "alert" as const, ...linked }));

const anyRepeat = fc
  .record(
    {
      linked: anyLinked,
      repeat: fc.nat({ max: 99 }),
      story: fc.array(anyEvent, { maxLength: 80 }),
      handling: anyAnswer,
      reopenedAt: anyInstant,
      requester: anyText,
      number: fc
        .record({ state: fc.constantFrom(...PROTECTION_STATES), says: anyText })
        .map(({ state, says }) => {
          return { state, sentence: toSentence({ state, says: says.slice(0, 60) }) };
        }),
      isLast: fc.boolean(),
    },
    { requiredKeys: ["linked", "repeat", "story"] },
  )
  .map(({ linked, ...rest }) => ({ due: "repeat" as const, ...linked, ...rest }));

const anyAnswered: fc.Arbitrary<AnswerItem> = fc
  .tuple(anyLinked, anyAnswers)
  .map(([linked, answers]) => ({ due: "answer", ...linked, answers }));

/** What is due about events of any kind. */
export const anyItem: fc.Arbitrary<NoticeItem> = fc.oneof(anyAlert, anyRepeat, anyAnswered);

/** Of each kind of message, the items that make it. */
export const ANY_ITEMS = {
  alert: fc.tuple(anyAlert),
  repeat: fc.tuple(anyRepeat),
  digest: fc.array(fc.oneof(anyAlert, anyRepeat), { minLength: 2, maxLength: 40 }),
  acknowledged: fc.array(anyAnswered, { minLength: 1, maxLength: 20 }),
} satisfies Record<string, fc.Arbitrary<readonly NoticeItem[]>>;

export const anyItems: fc.Arbitrary<readonly NoticeItem[]> = fc.oneof(
  ANY_ITEMS.alert,
  ANY_ITEMS.repeat,
  ANY_ITEMS.digest,
  ANY_ITEMS.acknowledged,
);

export const anyContext: fc.Arbitrary<MessageContext> = fc.record({
  label: anyText,
  stackName: fc.option(fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,127}$/), { nil: undefined }),
  protect: fc.boolean(),
  separateAccounts: fc.boolean(),
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
