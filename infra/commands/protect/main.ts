import { InvalidArgumentError, Option } from "commander";
import { parseName } from "../../../lambda/incident/submission.ts";
import { collect } from "../../cli/arguments.ts";
import { createCommand, parseCommand, runCommand } from "../../cli/command.ts";
import { addMetaOptions } from "../../meta-app/options.ts";
import { type ProtectOptions, protect } from "./protect.ts";

const DESCRIPTION = `\
Sets a new random two-step verification PIN of a number, by Meta's API: the old
PIN is not needed. The PIN is stored before Meta gets it, every earlier one is
kept, and it is shown only if you ask for it. Then the alert is answered with
"the PIN is set", confirmed, and everybody who gets the alerts is informed.`;

const AFTER = `
With the setting protect and a token that connect --keep-token saved, the
watchdog's function sets the PIN: you need no token, only lambda:InvokeFunction.
Otherwise this command sets it, with the system-user token in
WHATSAPP_SYSTEM_USER_TOKEN or one that it asks for without echo. The token needs
whatsapp_business_management and whatsapp_business_messaging.

--show-pin without --as sets nothing and shows the PIN that is stored.

Exit code: 0 when every number has a new PIN and two-step verification is on,
else 1, with what is known. It is safe to run it again.

Examples:
  npm run protect -- --stack WhatsAppSecurityWebhook --phone 15550783881 \\
    --as "Ann Example"
  npm run protect -- --phone "Support DE" --as "Ann Example" --show-pin
  npm run protect -- --all-unprotected --as "Ann Example" --yes
`;

const command = addMetaOptions(createCommand("protect", DESCRIPTION))
  .addOption(
    new Option("--phone <number>", "the number, or its label; repeat it for several")
      .argParser(collect)
      .default([], "none"),
  )
  .addOption(
    new Option("--all-unprotected", "every number that is off or disputed").conflicts("phone"),
  )
  .addOption(new Option("--as <name>", "your name").argParser(parseAs))
  .option("--show-pin", "show the PIN")
  .addOption(new Option("-y, --yes", "set it without asking"))
  .allowExcessArguments(false)
  .addHelpText("after", AFTER)
  .action((options: ProtectOptions) =>
    runCommand((terminal) => protect({ options, env: process.env, terminal, now: Date.now }), {
      asks: true,
    }),
  );

await parseCommand(command);

function parseAs(text: string): string {
  const parsed = parseName(text);
  if ("name" in parsed) return parsed.name;
  throw new InvalidArgumentError(parsed.error);
}
