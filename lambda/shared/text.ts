/** Enough of an address to know it by: "a…@example.com", "+49…5678", "…:alerts". */
export function maskEndpoint(protocol: string, endpoint: string): string {
  if (protocol.startsWith("email")) return endpoint.replace(/(.)[^@]*/, "$1…");
  if (protocol === "sms") return `${endpoint.slice(0, 3)}…${endpoint.slice(-4)}`;
  if (protocol.startsWith("http")) return URL.canParse(endpoint) ? new URL(endpoint).host : "…";
  return endpoint.split(":").at(-1) ?? endpoint;
}
