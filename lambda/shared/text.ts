const UNITS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
] as const;

/** Such as "3 hours", in the largest unit that fits. */
export function toDuration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  const [unit, size] = UNITS.find(([, unitSeconds]) => seconds >= unitSeconds) ?? ["second", 1];
  return count(Math.floor(seconds / size), unit);
}

export function toAgo(instant: number | string, now: number): string {
  return `${toDuration(now - new Date(instant).getTime())} ago`;
}

export function count(amount: number, noun: string, plural = `${noun}s`): string {
  return `${amount} ${amount === 1 ? noun : plural}`;
}

/** Enough of an address to know it by: "a…@example.com", "+49…5678", "…:alerts". */
export function maskEndpoint(protocol: string, endpoint: string): string {
  if (protocol.startsWith("email")) return endpoint.replace(/(.)[^@]*/, "$1…");
  if (protocol === "sms") return `${endpoint.slice(0, 3)}…${endpoint.slice(-4)}`;
  if (protocol.startsWith("http")) return URL.canParse(endpoint) ? new URL(endpoint).host : "…";
  return endpoint.split(":").at(-1) ?? endpoint;
}
