import { readStoredPins } from "../../../lambda/facts/pins.ts";
import { createDynamoDB } from "../../../lambda/shared/clients.ts";
import { count } from "../../../lambda/shared/time-text.ts";
import { UserError } from "../../cli/errors.ts";
import type { Terminal } from "../../cli/terminal.ts";
import type { Filter, Range } from "../../deployment/event-queries.ts";
import { type EventSource, queryAlerts, queryEvents } from "../../deployment/events.ts";
import { take } from "../../deployment/merge.ts";
import { openDeployment } from "../../deployment/open.ts";
import { exportEvents } from "./export.ts";
import { followEvents } from "./follow.ts";
import { createEventFormatter, createStateFormatter, type FormatOptions } from "./format.ts";
import { toHint, wrapAll } from "./hint.ts";
import { queryOpen } from "./open.ts";
import { counted, print } from "./print.ts";
import { type NumberState, toStates } from "./state.ts";

export interface HistoryOptions extends Filter, Range {
  readonly stack?: string | undefined;
  readonly table?: string | undefined;
  readonly data?: string | undefined;
  readonly limit?: number | undefined;
  readonly format: FormatOptions["format"];
  readonly follow?: boolean | undefined;
  readonly state?: boolean | undefined;
  readonly open?: boolean | undefined;
  readonly export?: string | undefined;
  readonly force?: boolean | undefined;
}

export interface HistoryDeps {
  readonly options: HistoryOptions;
  readonly terminal: Terminal;
  /** Columns of the terminal; undefined in a pipe. */
  readonly width: number | undefined;
  /** Ends following. */
  readonly signal: AbortSignal;
}

interface Source extends EventSource {
  readonly isLocal: boolean;
}

/** Prints, follows or exports stored events, or prints each number's state; returns 0. */
export async function history(deps: HistoryDeps): Promise<number> {
  assertRange(deps.options);
  const source = await openSource(deps.options);
  if (deps.options.export !== undefined) await writeExport(source, deps.options.export, deps);
  else if (deps.options.state) await showStates(source, deps);
  else if (deps.options.open) await showOpen(source, deps);
  else if (deps.options.follow) await follow(source, deps);
  else await show(source, deps);
  source.dynamodb.destroy();
  return 0;
}

function assertRange({ since = 0, until = Number.POSITIVE_INFINITY }: Range): void {
  if (since > until) throw new UserError("--since is after --until: no event can lie between.");
}

async function openSource({ table, stack, data }: HistoryOptions): Promise<Source> {
  if (table !== undefined) {
    return { dynamodb: createDynamoDB(), tableName: table, isLocal: false };
  }
  const { dynamodb, tableName, aws } = await openDeployment({ stack, data });
  return { dynamodb, tableName, isLocal: aws === undefined };
}

/** As many as a person may want to scroll through. */
const MOST_SHOWN = 100;

const MORE = `There are more: these are the newest ${MOST_SHOWN}. Show others with --limit or --since, or write all of them to a file with --export.`;

async function show(source: Source, { options, terminal, width }: HistoryDeps): Promise<void> {
  const { limit, since, until, format } = options;
  const isBounded = width !== undefined && (limit ?? since ?? until) === undefined;
  const most = isBounded ? MOST_SHOWN : (limit ?? Number.POSITIVE_INFINITY);
  const found = queryEvents(source, { ...options, limit: isBounded ? most + 1 : limit });
  const events = counted(isBounded ? found : take(found, most), most);
  await print(createEventFormatter({ format, width })(events), terminal);
  const isEmpty = events.count === 0;
  const hint = isEmpty || options.event === undefined ? await toHint(source, options) : "";
  const lines = [
    isEmpty ? "No event was found." : "",
    isBounded && events.hasMore ? MORE : "",
    hint,
  ];
  for (const line of wrapAll(lines)) terminal.info(line);
}

async function showOpen(source: Source, { options, terminal, width }: HistoryDeps): Promise<void> {
  const events = counted(queryOpen(source, options));
  await print(createEventFormatter({ format: options.format, width })(events), terminal);
  if (events.count === 0) terminal.info("No alert is open.");
}

async function writeExport(source: Source, file: string, { options, terminal }: HistoryDeps) {
  const written = await terminal.withSpinner("Exporting", () =>
    exportEvents(queryEvents(source, options), { file, force: options.force === true }),
  );
  const lines = [`${count(written, "event")} written to ${file}.`, await toHint(source, options)];
  for (const line of wrapAll(lines)) terminal.info(line);
}

async function showStates(source: Source, { options, terminal, width }: HistoryDeps) {
  const { format } = options;
  const states = await terminal.withSpinner("Reading all events", async () => {
    const alerts = await queryAlerts(source, options);
    return toStates(alerts, await readStoredPins(source), options.until);
  });
  async function* rows(): AsyncIterable<NumberState> {
    yield* states;
  }
  await print(createStateFormatter({ format, width })(rows()), terminal);
  if (states.length === 0) terminal.info("No number was found: none has had an event yet.");
}

/** Meta delivers again for seven days. */
const HORIZON_SECONDS = 8 * 86_400;

async function follow(source: Source, { options, terminal, width, signal }: HistoryDeps) {
  const last = options.limit ?? (options.since === undefined ? 10 : Number.POSITIVE_INFINITY);
  const events = followEvents(source, options, {
    last,
    signal,
    pauseMs: source.isLocal ? 1_000 : 10_000,
    horizonSeconds: source.isLocal ? undefined : HORIZON_SECONDS,
  });
  const formatter = createEventFormatter({ format: options.format, width, endless: true });
  for (const line of wrapAll([await toHint(source, options)])) terminal.info(line);
  try {
    await print(formatter(events), terminal);
  } catch (error) {
    if (!source.isLocal) throw error;
    throw new UserError("The local run has ended.", { cause: error });
  }
}
