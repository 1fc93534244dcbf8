import { InvalidArgumentError, Option } from "commander";
import { OFFERED_ANSWERS } from "../../../lambda/event/answer.ts";
import { parseName } from "../../../lambda/incident/submission.ts";
import { parseText } from "../../cli/arguments.ts";
import { createCommand, parseCommand, runCommand } from "../../cli/command.ts";
import { type AcknowledgeOptions, acknowledge } from "./acknowledge.ts";

const DESCRIPTION = `\
Answers the open alerts of a number, as the page behind an alert's link does.
The first answer ends the repeats. Later ones are added, at most ten an event.
Everybody who gets the alerts is told; many answers at once come in one message.`;

const AFTER = `
Answers:
  planned   somebody of us asked for it
  handling  I am looking into it
  pin-set   two-step verification is on again, with a PIN of ours
  moved     the number is no longer ours

The last two settle the number's state in history -- --state.

Exit code: 0 when the answer is stored, 1 when nothing is open.

Examples:
  npm run acknowledge -- --phone "+1 555-078-3881" --as "Ann Example" \\
    --answer handling
  npm run acknowledge -- --stack WhatsAppSecurityWebhook --all \\
    --as "Ann Example" --answer planned
`;

const command = createCommand("acknowledge", DESCRIPTION)
  .addOption(
    new Option("--phone <number>", "the alerts of this display phone number").argParser(parseText),
  )
  .addOption(new Option("--all", "every open alert, after a mass event").conflicts("phone"))
  .addOption(new Option("--as <name>", "your name").argParser(parseAs).makeOptionMandatory())
  .addOption(
    new Option("--answer <answer>", "what you know").choices(OFFERED_ANSWERS).makeOptionMandatory(),
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
