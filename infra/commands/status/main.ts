import { parseText } from "../../cli/arguments.ts";
import { createCommand, parseCommand, runCommand } from "../../cli/command.ts";
import { addMetaOptions, parseAppId } from "../../meta-app/options.ts";
import { type StatusOptions, status } from "./status.ts";

const DESCRIPTION = `\
Says whether a reset request would reach somebody: each check is ok, failed or
unknown, with one sentence and its fix. The daily watchdog runs the same list.
Changes nothing: it makes one handshake, and sends one delivery without a
signature, which must be refused.`;

const AFTER = `
Exit code: 1 when a check has failed, else 0.
A check is unknown when a permission, --app-id or a token is missing, and on the
local run. Unknown does not fail here; what the daily watchdog cannot read has
failed on the second day.

Meta is asked about the app that connect saved, or --app-id, with the app secret
that is saved. The accounts take a system-user token (permission
whatsapp_business_management) in WHATSAPP_SYSTEM_USER_TOKEN: those of --waba, or
all that the token may use. Only the watchdog can read a token that connect
--keep-token saved on AWS: then the watchdog's last results are shown.

An app that is new to an account fails for 14 days. If it is meant to be there,
--known-app says so, and the watchdog's next run no longer reports it.

Examples:
  npm run status
  npm run status -- --stack WhatsAppSecurityWebhook --app-id 1234567890123456
  npm run --silent status -- --json | jq '.checks[] | select(.state=="failed")'
`;

const command = addMetaOptions(createCommand("status", DESCRIPTION))
  .option(
    "--callback-url <url>",
    "address that Meta should call, if not the deployment's own",
    parseText,
  )
  .option(
    "--known-app <id>",
    "an app that the watchdog reports as new, and that you know",
    parseAppId,
  )
  .addHelpText("after", AFTER)
  .action((options: StatusOptions) =>
    runCommand((terminal) => status({ options, env: process.env, terminal, now: Date.now() })),
  );

await parseCommand(command);
