import { InvalidArgumentError, Option } from "commander";
import { OFFERED_ANSWERS } from "../../../lambda/event/answer.ts";
import { parseName } from "../../../lambda/incident/submission.ts";
import { parseText } from "../../cli/arguments.ts";
import { createCommand, parseCommand, runCommand } from "../../cli/command.ts";
import { type AcknowledgeOptions, acknowledge } from "./acknowledge.ts";

const DESCRIPTION = `\
Answers the open and lapsed alerts of a number, as the page behind an alert's
link does. An answer from here is confirmed, because it takes AWS credentials.
Everybody who gets the alerts gets the answer, many answers in one message.`;

const AFTER = `
Answers:
  planned   one of us asked for it                           ends the alert
  handling  I am looking into it             pauses the repeats for an hour
  pin-set   two-step verification is on, with a PIN of ours  ends the alert
  moved     the number is no longer ours                     ends the alert

--reopen takes the answers back: the alert is open and repeats again.

pin-set and moved also settle the number's state in history -- --state.

Exit code: 0 when the answer is stored, 1 when none is or one is not.

Examples:
  npm run acknowledge -- --phone "+1 555-078-3881" --as "Ann Example" \\
    --answer handling
  npm run acknowledge -- --stack WhatsAppSecurityWebhook --all \\
    --as "Ann Example" --answer planned
  npm run acknowledge -- --phone "+1 555-078-3881" --as "Ann Example" --reopen
`;

const command = createCommand("acknowledge", DESCRIPTION)
  .addOption(
    new Option("--phone <number>", "the alerts of this display phone number").argParser(parseText),
  )
  .addOption(
    new Option("--all", "every open or lapsed alert, after a mass event").conflicts("phone"),
  )
  .addOption(new Option("--as <name>", "your name").argParser(parseAs).makeOptionMandatory())
  .addOption(new Option("--answer <answer>", "what you know").choices(OFFERED_ANSWERS))
  .addOption(
    new Option("--reopen", "open the number's last alert again").conflicts(["answer", "all"]),
  )
  .allowExcessArguments(false)
  .addHelpText("after", AFTER)
  .action((options: AcknowledgeOptions) =>
    runCommand((terminal) => acknowledge({ options, terminal, now: Date.now })),
  );

await parseCommand(command);

function parseAs(text: string): string {
  const parsed = parseName(text);
  if ("name" in parsed) return parsed.name;
  throw new InvalidArgumentError(parsed.error);
}
