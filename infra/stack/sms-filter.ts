/** What SMS subscriptions can be given. A weekly heartbeat never goes out by SMS. */
export const SMS_KINDS = ["alert", "first-repeat", "repeat", "digest", "acknowledged"] as const;

type SmsKind = (typeof SMS_KINDS)[number];

/** A new account may spend 1 USD a month on SMS: further repeats go by e-mail and chat only. */
export const DEFAULT_SMS_KINDS: readonly SmsKind[] = [
  "alert",
  "first-repeat",
  "digest",
  "acknowledged",
];

type Condition = string | { numeric: readonly ["<=", 1] } | { exists: false };
type FilterPolicy = Readonly<Record<string, readonly Condition[]>>;

/**
 * The subscription's filter policy over the attributes `kind` and `repeat`. SNS takes "$or" for an
 * OR only of two alternatives or more (docs.aws.amazon.com/sns/latest/dg/and-or-logic.html).
 */
export function toSmsFilterPolicy(
  kinds: readonly SmsKind[],
): FilterPolicy | { readonly $or: readonly FilterPolicy[] } {
  const [first = {}, ...others] = toAlternatives(kinds);
  return others.length === 0 ? first : { $or: [first, ...others] };
}

function toAlternatives(kinds: readonly SmsKind[]): FilterPolicy[] {
  const everyRepeat = kinds.includes("repeat");
  const unlimited = kinds.filter((kind) => everyRepeat || !UNTIL_FIRST_REPEAT.has(kind));
  const limited = everyRepeat ? [] : kinds.flatMap((kind) => UNTIL_FIRST_REPEAT.get(kind) ?? []);
  const digestsOfAlertsOnly = { kind: ["digest"], repeat: [{ exists: false as const }] };
  return [
    ...(unlimited.length > 0
      ? [{ kind: unlimited.filter((kind) => kind !== "first-repeat") }]
      : []),
    ...(limited.length > 0 ? [{ kind: limited, repeat: [FIRST] }] : []),
    ...(limited.includes("digest") ? [digestsOfAlertsOnly] : []),
  ];
}

/** What is also published for a second, third … time, and the value of `kind` that it then has. */
const UNTIL_FIRST_REPEAT: ReadonlyMap<SmsKind, string> = new Map([
  ["first-repeat", "repeat"],
  ["digest", "digest"],
]);

const FIRST = { numeric: ["<=", 1] } as const;
