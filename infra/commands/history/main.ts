import { Option } from "commander";
import { integerBetween, parseSince, parseText, parseUntil } from "../../cli/arguments.ts";
import { createCommand, parseCommand, runCommand } from "../../cli/command.ts";
import { FORMATS } from "./format.ts";
import { type HistoryOptions, history } from "./history.ts";

const DESCRIPTION = `\
Shows the stored security events, newest first, each with its alert's state. All
times are UTC; --since and --until go by the time at which Meta sent an event.`;

const AFTER = `
DATE is a date (2026-01-31), a time (2026-01-31T12:00Z) or how long ago (90m,
12h, 30d, 4w). An --until day is included.

A terminal shows the newest 100, unless --limit, --since or --until says
otherwise.

Without --waba, --phone, --event or --requester, the events that Meta documents
are shown, and a line says which others there are.

An alert is pending (not published yet), published (once, and not repeated),
open (repeated until somebody ends it), acknowledged, superseded (another one of
the same number repeats) or lapsed (nobody ended it within 48 hours); none where
the event does not alert.

--state goes by the events' time, in whatever order they came. A changed PIN
makes a number protected, a completed reset UNPROTECTED, a request "reset
requested". A PIN that was set within 48 hours of an alert that nobody had ended
is disputed. What Meta said to the watchdog, and at the end of protect, counts
too. An answer with AWS credentials makes the number protected (the PIN is set)
or moved (no longer ours); by an alert's link the same is a claim, which changes
no state. With none of these the state is unknown. Numbers without an event are
not listed. Events that Meta does not document and tests change nothing.

--follow ends with Ctrl-C. On AWS it looks every 10 seconds, and finds events
whose time is at most 8 days old, or as old as --since.

In .csv, text that a spreadsheet would run as a formula begins with an
apostrophe; .jsonl has every value exactly as it is stored.

Examples:
  npm run history
  npm run history -- --phone "+1 555-078-3881" --since 30d
  npm run history -- --stack WhatsAppSecurityWebhook --state
  npm run history -- --stack WhatsAppSecurityWebhook --export 2026.jsonl
  npm run --silent history -- --format json | jq .
`;

const FILTERS = ["waba", "phone", "event", "requester"];

function filter(name: string, flags: string, description: string): Option {
  return new Option(flags, description)
    .argParser(parseText)
    .conflicts(FILTERS.filter((other) => other !== name));
}

const command = createCommand("history", DESCRIPTION)
  .addOption(
    new Option("--table <name>", "read this DynamoDB table")
      .argParser(parseText)
      .conflicts("stack"),
  )
  .addOption(filter("waba", "--waba <id>", "events of this WhatsApp Business account"))
  .addOption(filter("phone", "--phone <number>", "events of this display phone number"))
  .addOption(filter("event", "--event <name>", "events of this name"))
  .addOption(filter("requester", "--requester <id>", "events that this user asked for"))
  .option("--since <date>", "sent then or later", (text) => parseSince(text))
  .option("--until <date>", "sent then or earlier", (text) => parseUntil(text))
  .option("--limit <number>", "at most this many", integerBetween("A limit", 1))
  .addOption(new Option("--format <format>", "how to print").choices(FORMATS).default("table"))
  .addOption(
    new Option("--follow", "show the latest, then new ones as they come").conflicts(["until"]),
  )
  .addOption(
    new Option("--state", "show each number's present state").conflicts([
      "follow",
      "since",
      "limit",
      "event",
      "requester",
    ]),
  )
  .addOption(
    new Option("--open", "show the alerts that nobody has answered").conflicts([
      "follow",
      "state",
      "export",
      "limit",
    ]),
  )
  .addOption(
    new Option("--export <file>", "write all of them to a .jsonl or .csv file")
      .argParser(parseText)
      .conflicts(["follow", "state", "limit"]),
  )
  .option("--force", "let --export replace a file")
  .allowExcessArguments(false)
  .addHelpText("after", AFTER)
  .action((options: HistoryOptions & { json?: boolean }) =>
    runCommand((terminal) => {
      const closing = new AbortController();
      if (options.follow) process.on("SIGINT", () => closing.abort());
      return history({
        options: { ...options, ...(options.json && { format: "json" }) },
        terminal,
        width: process.stdout.isTTY ? process.stdout.columns : undefined,
        signal: closing.signal,
      });
    }),
  );

await parseCommand(command);
