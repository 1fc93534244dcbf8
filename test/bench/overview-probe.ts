import { writeFileSync } from "node:fs";
import { toOverview } from "../../lambda/checks/overview.ts";
import { type StoredAlert, toStoredAlert } from "../../lambda/event/stored-alert.ts";
import { toWaiting } from "./backlog-items.ts";

/** Makes the overview of pages of events, as the watchdog reads them. Prints figures. */
const NUMBERS = 10_000;
const EVENTS = 100_000;
const PAGE = 1_000;
const joinFile = process.argv[2];
if (joinFile) writeFileSync(joinFile, String(process.pid));

const at = Date.now();
const history: StoredAlert[] = [];
let ms = 0;

function time<T>(act: () => T): T {
  const startedAt = performance.now();
  const result = act();
  ms += performance.now() - startedAt;
  return result;
}

for (let first = 0; first < EVENTS; first += PAGE) {
  const page = Array.from({ length: PAGE }, (_, index) => {
    const { value: _value, ...item } = toWaiting("repeat", (first + index) % NUMBERS, at + first);
    return item;
  });
  time(() => history.push(...page.map(toStoredAlert)));
}
const nothing = { checks: [], pins: [], numberLabels: {}, lastTest: undefined };
const nobody = { alertSubscribers: [], operationsSubscribers: [] };
const { numbers } = time(() => toOverview({ at, history, ...nothing, ...nobody }));
if (numbers.length !== NUMBERS) throw new Error("The overview lacks numbers");
console.log(JSON.stringify({ ms, peakMb: process.resourceUsage().maxRSS / 1024 }));
