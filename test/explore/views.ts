import type { Item } from "../../lambda/event/event-item.ts";
import { toStoredAlert } from "../../lambda/event/stored-alert.ts";
import { isUnanswered } from "../../lambda/numbers/unanswered.ts";
import { must } from "./invariant-violation.ts";
import { isOfPins } from "./pins.ts";
import type { Context } from "./run.ts";
import { toFreshView } from "./run-alone.ts";
import { arrive } from "./services.ts";
import { type State, toId } from "./state.ts";
import type { OperatorRequest, View } from "./system.ts";
import { toVisitRequest } from "./visits.ts";

/** While nothing changes, every view of a number says the same, and what the table proves. */
export async function checkViews(state: State, context: Context): Promise<void> {
  const items = [...state.rows].flatMap(([row, item]) =>
    row.startsWith("pace/") || isOfPins(row) ? [] : [item],
  );
  for (const [number, history] of Map.groupBy(items, (item) => item.displayPhoneNumber?.S ?? "")) {
    const request: OperatorRequest = { operator: "overview", displayPhoneNumber: number };
    const view: View = JSON.parse(await read(state, request, context));
    const linked = history.filter(({ incidentCode }) => incidentCode);
    const visits = linked.map((item) => toVisitRequest({ letter: "" }, item));
    const pages = await Promise.all(visits.map((visit) => read(state, visit, context)));
    for (const text of [...view.texts, ...pages].map(toPlainText)) {
      must(text.includes(view.sentence), `one view says "${view.sentence}", another does not`);
    }
    checkTruth(view, history);
  }
}

/** What an invocation that only reads answers. */
async function read(state: State, event: object, { application, scenario }: Context) {
  let point = await application.start({ name: "view", event, clock: state.clock });
  while (!point.ending) {
    const [send, request] = [...point.sends][0] ?? [];
    if (send === undefined || !request) throw new Error("A view waits for nothing");
    const arrival = arrive(state, request, toFreshView(state, request), scenario);
    must(!arrival.hasEffect, `a look caused: ${request.kind}`);
    const { answer } = arrival;
    const stimulus = { send, answer, answerId: toId(answer), clock: state.clock };
    point = await application.resume(point, { ...stimulus, remaining: 15_000 });
  }
  return point.ending.body ?? "";
}

function toPlainText(markup: string): string {
  return markup.replace(/<[^>]*>/g, "").replace(/\s+/g, " ");
}

function checkTruth(view: View, history: readonly Item[]): void {
  const alerts = history.map(toStoredAlert);
  must(
    view.isUnanswered === alerts.some(isUnanswered),
    `the number is ${view.isUnanswered ? "" : "not "}said to wait for an answer`,
  );
  if (!isTurnedOff(history)) return;
  must(view.state === "UNPROTECTED", `a number that was turned off is said to be ${view.state}`);
  must(view.headlineTone === "alarm", "all is said to be well although a number is unprotected");
}

/** By a completed reset, and nobody with AWS credentials has said that the PIN is set since. */
function isTurnedOff(history: readonly Item[]): boolean {
  const isOff = history.some(({ event }) => event?.S === "PIN_REQUEST_SUCCESS");
  const answers = history.flatMap((item) => item.answers?.L ?? []);
  return isOff && answers.every(({ M }) => M?.origin?.S === "link");
}
