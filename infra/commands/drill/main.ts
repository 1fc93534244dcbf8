import { Option } from "commander";
import { KNOWN_EVENTS } from "../../../lambda/shared/names.ts";
import { integerBetween, parseText } from "../../cli/arguments.ts";
import { createCommand, parseCommand, runCommand } from "../../cli/command.ts";
import { type DrillOptions, drill } from "./drill.ts";

const DESCRIPTION = `\
Rehearses the emergency: sends a signed test delivery (entry id 0, as Meta's
Test button does) through the public address, follows it to the stored item and
to the published alert, opens the page behind the alert's link, and says what
each subscriber should have received. The alert's texts begin with [TEST].`;

const AFTER = `
Exit code: 0 when the alert was published, its page opens and every subscriber
gets it, else 1.

Examples:
  npm run drill
  npm run drill -- --stack WhatsAppSecurityWebhook
`;

const command = createCommand("drill", DESCRIPTION)
  .addOption(
    new Option("--event <name>", "which event").choices(KNOWN_EVENTS).default("PIN_RESET_REQUEST"),
  )
  .option("--phone <number>", "of which number", parseText, "16505551111")
  .option(
    "--timeout <seconds>",
    "how long to wait for the alert",
    integerBetween("A timeout", 1, 86_400),
    180,
  )
  .addHelpText("after", AFTER)
  .action((options: DrillOptions) =>
    runCommand((terminal) => drill({ options, terminal, pauseMs: 15_000 })),
  );

await parseCommand(command);
