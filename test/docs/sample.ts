import { toMessage } from "../../lambda/alert/message.ts";
import { parsePayload } from "../../lambda/event/payload.ts";
import { toSecurityEvent } from "../../lambda/event/security-event.ts";
import { META_EXAMPLE } from "../support/builders.ts";

const SENT_AT = 1748811473_000;
const LINK =
  "https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/incident?w=102290129340398&k=0000001748811473%23ba445a94d9cd2d53&c=Vh3kZ0q9T4mYb7c2XwLs8Q";
const CONTEXT = {
  label: "WhatsAppSecurityWebhook",
  stackName: "WhatsAppSecurityWebhook",
  runbookUrl: "https://git.example.com/acme/whatsapp/infra/RUNBOOK.md",
  numberLabels: { "15550783881": "Support DE" },
  now: SENT_AT + 40_000,
} as const;

/** The e-mail of Meta's own example, as it arrives 40 seconds after the click. */
export function toSampleEmail(): string {
  const [entry] = parsePayload(Buffer.from(META_EXAMPLE))?.entries ?? [];
  const [change] = entry?.changes ?? [];
  if (!entry || !change) throw new Error("Meta's example is not understood");
  const receipt = { receivedAt: SENT_AT + 1_000, appSecretIndex: 0 };
  const event = toSecurityEvent(entry, change, receipt);
  const { subject, message } = toMessage([{ due: "alert", event, link: LINK }], CONTEXT);
  return `Subject: ${subject}\n\n${JSON.parse(message).email.trimEnd()}`;
}
