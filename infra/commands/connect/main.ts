import { Option } from "commander";
import { collect, parseText } from "../../cli/arguments.ts";
import { createCommand, parseCommand, runCommand } from "../../cli/command.ts";
import { addMetaOptions } from "../../meta-app/options.ts";
import { type ConnectOptions, connect } from "./connect.ts";

const DESCRIPTION = `\
Connects your Meta app to this system: saves its app secret, subscribes it to
the "security" webhook, and subscribes it to your WhatsApp Business accounts.
Shows what would change and asks first. A second run changes nothing.`;

const AFTER = `
The app secret is asked for without echo, or read from WHATSAPP_APP_SECRET; the
system-user token, for --waba, likewise or from WHATSAPP_SYSTEM_USER_TOKEN.
Neither can be given as an argument, which the list of processes would show.

--keep-token saves the token; on AWS only the watchdog can read it. The watchdog
then sees each day whether each number's two-step verification is on, and which
apps are new. It asks about the accounts of --waba, of this and earlier runs;
--unwatch takes one away. Without any it asks about all that the token may use.

Where to find them:
  app id      developers.facebook.com, your app, at the top
  app secret  the same, App settings, Basic, App secret, Show
  token       Business settings, System users, Generate token: for this app,
              permissions whatsapp_business_management and
              whatsapp_business_messaging (to set PINs: npm run protect)
  account id  WhatsApp Manager, Account tools, or Business settings, Accounts

The local run: Meta can't reach it. Start a tunnel (any that gives an https
address) and give --callback-url https://<tunnel>/webhook.

Examples:
  npm run connect -- --stack WhatsAppSecurityWebhook --waba 102290129340398
  npm run connect -- --callback-url https://tunnel.example/webhook
`;

const command = addMetaOptions(createCommand("connect", DESCRIPTION))
  .option(
    "--callback-url <url>",
    "address that Meta should call, if not the deployment's own",
    parseText,
  )
  .option("--replace", "drop the app secrets saved before, instead of keeping them")
  .option("--replace-callback", "replace the callback URL that the app has now")
  .option("--again", "subscribe again even if nothing seems to be missing (turns values on)")
  .option("--keep-token", "save the system-user token for the daily watchdog")
  .option("--unwatch <id>", "an account that the watchdog should no longer ask about", collect)
  .addOption(new Option("-y, --yes", "change without asking"))
  .addHelpText("after", AFTER)
  .action((options: ConnectOptions) =>
    runCommand((terminal) => connect({ options, env: process.env, terminal }), { asks: true }),
  );

await parseCommand(command);
