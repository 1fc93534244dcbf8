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

const FIRST = { numeric: ["<=", 1] } as const;

/**
 * The subscription's filter policy. Each message has both attributes: `repeat` is 0 for what is told
 * for the first time, and a digest's the lowest of its events.
 */
export function toSmsFilterPolicy(kinds: readonly SmsKind[]) {
  const names = new Set(kinds.map((kind) => (kind === "first-repeat" ? "repeat" : kind)));
  return { kind: [...names], ...(!kinds.includes("repeat") && { repeat: [FIRST] }) };
}
