import { type Item, readText } from "../../../lambda/event/event-item.ts";
import { wrap } from "../../cli/text.ts";
import type { Deployment } from "../../deployment/deployment.ts";
import { type Deliveries, toDeliveryLine } from "./delivered.ts";
import type { ExpectedMessage } from "./expected-message.ts";
import type { TestDelivery } from "./test-delivery.ts";

export interface Steps {
  /** Milliseconds after the delivery was sent. */
  readonly answered: number;
  readonly stored: number;
  readonly published: number;
  /** Absent where the alert has no page. */
  readonly page?: number;
}

/** What a person reads at the end. */
export function toLines(
  deployment: Deployment,
  expected: readonly ExpectedMessage[] | undefined,
  deliveries: Deliveries | "denied" | undefined,
): string[] {
  const local = deployment.aws ? [] : ["", "The terminal of npm start shows the mail and the SMS."];
  const hint = deliveries ? ["", ...wrap(toDeliveryLine(deliveries))] : local;
  if (!expected) return ["", "These AWS credentials may not see who is subscribed.", ...hint];
  if (expected.length === 0) return ["", ...wrap(NOBODY), ...hint];
  const blocks = expected.flatMap(({ protocol, endpoint, what }) => [
    `  ${protocol} ${endpoint}`,
    ...wrap(what, "    "),
  ]);
  return ["", "By now these should have received:", ...blocks, ...hint];
}

const NOBODY = "Nobody is subscribed to the alert topic, so nobody got it.";

/** What a program reads. */
export function toJson(
  { wabaId, eventKey }: TestDelivery,
  { steps, item, latency }: { steps: Steps; item: Item; latency: number },
  more: {
    readonly subscribers: readonly ExpectedMessage[] | undefined;
    readonly deliveries: Deliveries | "denied" | undefined;
  },
): string {
  const messageId = readText(item, "alertMessageId");
  return JSON.stringify({ wabaId, eventKey, milliseconds: steps, latency, messageId, ...more });
}
