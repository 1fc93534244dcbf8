import { createCommand, parseCommand, runCommand } from "../../cli/command.ts";
import { addMetaOptions } from "../../meta/options.ts";
import { type StatusOptions, status } from "./status.ts";

const DESCRIPTION = `\
Says whether a reset request would wake somebody: each check is green, red or
unknown, with one sentence and what mends it. Looks only, but for one handshake
and one delivery without a signature, which must be refused.`;

const AFTER = `
Exit code: 1 when a check is red, else 0.
A check is unknown where it can't be looked at: for want of a permission, of
--app-id, of a token, or on the local run. Unknown does not fail.

With --app-id, Meta is asked too, using the app secret that is saved. With a
system-user token in WHATSAPP_SYSTEM_USER_TOKEN (permission
whatsapp_business_management) so are the accounts: those of --waba, or all that
the token was given.

Examples:
  npm run status
  npm run status -- --stack WhatsAppSecurityWebhook --app-id 1234567890123456
  npm run --silent status -- --json | jq '.checks[] | select(.state=="red")'
`;

const command = addMetaOptions(createCommand("status", DESCRIPTION))
  .option("--callback-url <url>", "address that Meta should call, if not the deployment's own")
  .addHelpText("after", AFTER)
  .action((options: StatusOptions) =>
    runCommand((terminal) => status({ options, env: process.env, terminal, now: Date.now() })),
  );

await parseCommand(command);
