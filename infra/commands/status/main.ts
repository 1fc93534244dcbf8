import { createCommand, parseCommand, runCommand } from "../../cli/command.ts";
import { addMetaOptions } from "../../meta/options.ts";
import { type StatusOptions, status } from "./status.ts";

const DESCRIPTION = `\
Says whether a reset request would reach somebody: each check is ok, failed or
unknown, with one sentence and its fix. The daily watchdog runs the same list.
Looks only, but for one handshake and one delivery without a signature, which
must be refused.`;

const AFTER = `
Exit code: 1 when a check has failed, else 0.
A check is unknown where it can't be looked at: for want of a permission, of
--app-id, of a token, or on the local run. Unknown does not fail.

Meta is asked about the app that connect saved, or --app-id, with the app secret
that is saved. The accounts take a system-user token (permission
whatsapp_business_management) in WHATSAPP_SYSTEM_USER_TOKEN: those of --waba, or
all that the token was given. A token that connect --keep-token saved on AWS is
the watchdog's alone: then its last answers are shown.

Examples:
  npm run status
  npm run status -- --stack WhatsAppSecurityWebhook --app-id 1234567890123456
  npm run --silent status -- --json | jq '.checks[] | select(.state=="failed")'
`;

const command = addMetaOptions(createCommand("status", DESCRIPTION))
  .option("--callback-url <url>", "address that Meta should call, if not the deployment's own")
  .addHelpText("after", AFTER)
  .action((options: StatusOptions) =>
    runCommand((terminal) => status({ options, env: process.env, terminal, now: Date.now() })),
  );

await parseCommand(command);
