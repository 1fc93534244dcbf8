import { toAlert } from "../../lambda/alert/alert.ts";
import { parsePayload } from "../../lambda/event/payload.ts";
import { toSecurityEvent } from "../../lambda/event/security-event.ts";
import { META_EXAMPLE } from "../support/builders.ts";

const SENT_AT = 1748811473_000;

/** The e-mail of Meta's own example, as it arrives 40 seconds after the click. */
export function toSampleEmail(): string {
  const [entry] = parsePayload(Buffer.from(META_EXAMPLE))?.entries ?? [];
  const [change] = entry?.changes ?? [];
  if (!entry || !change) throw new Error("Meta's example is not understood");
  const receipt = { receivedAt: SENT_AT + 1_000, appSecretIndex: 0 };
  const { subject, message } = toAlert(toSecurityEvent(entry, change, receipt));
  return `Subject: ${subject}\n\n${JSON.parse(message).email.trimEnd()}`;
}
