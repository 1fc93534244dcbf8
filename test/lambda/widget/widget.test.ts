import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createAnswerTable } from "../../../lambda/incident/answer-table.ts";
import { createEventTable } from "../../../lambda/outbox/event-table.ts";
import { createLog } from "../../../lambda/shared/log.ts";
import { parseWidgetRequest } from "../../../lambda/widget/request.ts";
import { answerWidget } from "../../../lambda/widget/widget.ts";
import { entry, newWabaId, payload, resetRequest, securityChange } from "../../support/builders.ts";
import { startWorld, type World } from "../../support/world.ts";

let world: World;
const lines: string[] = [];
const ENDPOINT = "arn:aws:lambda:eu-central-1:123456789012:function:Watchdog";

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.stop());

/** Invokes the function as CloudWatch's console does. */
async function invoke(event: object) {
  const request = parseWidgetRequest(event);
  if (!request) throw new Error("The event is no widget's");
  const { dynamodb, sns, tableName, topicArn } = world;
  const now = () => world.clock.now;
  return answerWidget(request, {
    system: {
      flags: "",
      webhookUrl: "http://127.0.0.1:9/webhook",
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
    },
    endpoint: ENDPOINT,
    alerts: {
      table: createEventTable({ client: dynamodb, tableName }),
      answers: createAnswerTable({ client: dynamodb, tableName, retentionDays: "unknown" }),
    },
    log: createLog({ writeLine: (line) => lines.push(line), functionName: "test", now }),
    now,
  });
}

function show(theme = "light", more: object = {}, name = "") {
  return invoke({ widgetContext: { theme, forms: { all: { name } } }, ...more });
}

async function openAlert(event: string, display_phone_number: string): Promise<string> {
  const id = newWabaId();
  world.clock.now += 120_000;
  const time = Math.floor(world.clock.now / 1000);
  const change = securityChange(resetRequest({ display_phone_number, event }));
  await world.deliver(payload(entry({ id, time, changes: [change] })));
  return id;
}

/** The fields of the widget's buttons. */
function buttonsOf(markup: unknown) {
  const actions = String(markup).matchAll(/<cwdb-action [^>]*>([^<]*)<\/cwdb-action>/g);
  return [...actions].map(([, text = ""]) =>
    JSON.parse(text.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(code))),
  );
}

describe("the dashboard's widget", () => {
  test("describes itself, and leaves every other event to the daily run", async () => {
    expect(await invoke({ describe: true })).toEqual({ markdown: expect.stringMatching(/^# /) });
    expect(parseWidgetRequest({ source: "aws.events" })).toBeUndefined();
    expect(parseWidgetRequest({})).toBeUndefined();
  });

  test("shows each number masked, with its state and its open alert, in both themes", async () => {
    await openAlert("PIN_REQUEST_SUCCESS", "15550001234");
    for (const theme of ["light", "dark"]) {
      const markup = await show(theme);
      expect(markup).toContain(`color-scheme: ${theme}`);
      expect(markup).toContain("+15…1234");
      expect(markup).not.toContain("15550001234");
      expect(markup).toContain("UNPROTECTED");
      expect(markup).toContain("Nobody has answered for");
      expect(markup).not.toMatch(/<script|<iframe| on\w+=/i);
    }
  });

  test("stores an answer under the name that was typed, and everybody is told", async () => {
    const id = await openAlert("PIN_RESET_REQUEST", "15550005678");
    const button = buttonsOf(await show()).find(
      ({ acknowledge }) => acknowledge.wabaId === id && acknowledge.answer === "handling",
    );
    expect(await show("light", button), "without a name nothing is stored").toContain(
      "Enter your name.",
    );
    expect(await show("light", button, "Ann Example")).toContain("Your answer is stored");
    expect(await show("light", button, "Ann Example")).toContain("already");
    const left = buttonsOf(await show()).filter(({ acknowledge }) => acknowledge.wabaId === id);
    expect(left, "an answered alert has no buttons").toEqual([]);
    world.clock.now += 60_000;
    await world.tick();
    expect((await world.alertsOf(id)).at(-1)?.email).toContain("Ann Example");
    expect(lines.join()).not.toContain("Ann Example");
  });

  test("shows a stranger's text as text", async () => {
    await openAlert("PIN_RESET_REQUEST", "<img src=x onerror=alert(1)>");
    const markup = String(await show());
    expect(markup).not.toContain("<img");
  });
});
