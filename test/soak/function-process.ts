import { once } from "node:events";
import { LOCAL_ACCOUNT } from "../../infra/local/engines/local-aws.ts";
import {
  createLocalFunction,
  type LocalFunctionOptions,
  startInvocation,
} from "../../infra/local/function.ts";
import { startGateway } from "../../infra/local/gateway.ts";
import { createDynamoDB, createSns } from "../../lambda/shared/clients.ts";

/** The settings that a waiting process gets when it starts serving. */
export interface FunctionOrder extends LocalFunctionOptions {
  readonly secretText: string;
  /** The application's clock: it stands at `at` when the real one does, and runs so much faster. */
  readonly clock: { readonly at: number; readonly aheadMs: number; readonly speed: number };
  readonly tickEveryMs: number;
}

/** The process that is killed: gateway, function and relay, as in the local run, on a faster clock. */
process.on("disconnect", () => process.exit());
process.send?.("ready");
const [order] = (await once(process, "message")) as [FunctionOrder];
const { at, aheadMs, speed } = order.clock;
const webhook = createLocalFunction(order, {
  // With the product's time-outs: a request that is never answered ends as it does on AWS.
  dynamodb: createDynamoDB({ ...LOCAL_ACCOUNT, endpoint: order.dynamodbEndpoint }),
  sns: createSns({ ...LOCAL_ACCOUNT, endpoint: order.snsEndpoint }),
  readSecret: async () => order.secretText,
  now: () => Math.round(at + aheadMs + (Date.now() - at) * speed),
  writeLine: () => {},
});
let ticks = 0;
setInterval(tick, order.tickEveryMs);
const gateway = await startGateway(webhook, 0);
process.send?.(gateway.url);

/**
 * At most two at a time: a tick ends within the minute, and the schedule may deliver one twice. More
 * of them would take the places of messages from each other, and on a slow machine use none.
 */
function tick(): void {
  if (ticks === 2) return;
  ticks += 1;
  webhook({ source: "aws.events" }, startInvocation())
    // A tick that fails is in the log; the next one tries again.
    .catch(() => {})
    .finally(() => {
      ticks -= 1;
    });
}
