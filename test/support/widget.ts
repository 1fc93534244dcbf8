import type { WatchedSystem } from "../../lambda/facts/system.ts";
import { createAnswerTable } from "../../lambda/incident/answer-table.ts";
import { createEventTable } from "../../lambda/outbox/event-table.ts";
import { createCommandLine } from "../../lambda/shared/commands.ts";
import { createLog } from "../../lambda/shared/log.ts";
import { parseWidgetRequest } from "../../lambda/widget/request.ts";
import { answerWidget, type WidgetAnswer } from "../../lambda/widget/widget.ts";
import type { World } from "./world.ts";

export const WIDGET_ENDPOINT = "arn:aws:lambda:eu-central-1:123456789012:function:Watchdog";

type Clients = Pick<World, "dynamodb" | "sns">;

/** Invokes the function as CloudWatch's console does; on these clients, if they are given. */
export type InvokeWidget = (event: object, clients?: Clients) => Promise<WidgetAnswer>;

/** The world as the checks look at it: without Meta, and without AWS unless it is given. */
export function toWatchedSystem(
  { dynamodb, sns, tableName, topicArn }: World,
  difference: Partial<WatchedSystem> = {},
): WatchedSystem {
  return {
    command: createCommandLine(""),
    webhookUrl: "http://127.0.0.1:3000/webhook",
    tableName,
    alertTopicArn: topicArn,
    secretName: "test",
    readSecret: () => Promise.reject(new Error("not needed")),
    dynamodb,
    sns,
    meta: {
      graph: () => Promise.reject(new Error("Meta is not asked")),
      readToken: async () => undefined,
    } as never,
    ...difference,
  };
}

/** The widget's function on the world's engines, its log in `lines`. */
export function createWidgetFunction(
  world: World,
  lines: string[],
  difference: Partial<WatchedSystem> = {},
): InvokeWidget {
  const { tableName } = world;
  const now = () => world.clock.now;
  return async (event, clients) => {
    const client = clients?.dynamodb ?? world.dynamodb;
    const request = parseWidgetRequest(event);
    if (!request) throw new Error("The event is no widget's");
    return answerWidget(request, {
      system: toWatchedSystem(world, { ...difference, ...clients }),
      endpoint: WIDGET_ENDPOINT,
      alerts: {
        table: createEventTable({ client, tableName }),
        answers: createAnswerTable({ client, tableName, retentionDays: "unknown" }),
      },
      log: createLog({ writeLine: (line) => lines.push(line), functionName: "test", now }),
      now,
    });
  };
}
