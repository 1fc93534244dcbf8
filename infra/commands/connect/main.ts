import { Option } from "commander";
import { collect } from "../../cli/arguments.ts";
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

--keep-token saves the token where, on AWS, only the watchdog can read it: each
day it then sees every number's two-step verification, and apps that are new.
Accounts of --waba are added to those that it asks about already, --unwatch
takes one away; while none is chosen, it asks about all that the token may use.

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
  .option("--callback-url <url>", "address that Meta shall call, instead of the deployment's own")
  .option("--replace", "drop the app secrets saved before, instead of keeping them")
  .option("--replace-callback", "take the app's callback URL over from what it serves now")
  .option("--again", "subscribe again even if nothing seems to be missing (turns values on)")
  .option("--keep-token", "let the watchdog keep the system-user token, to look each day")
  .option("--unwatch <id>", "an account that the watchdog shall no longer ask about", collect)
  .addOption(new Option("-y, --yes", "change without asking"))
  .addHelpText("after", AFTER)
  .action((options: ConnectOptions) =>
    runCommand((terminal) => connect({ options, env: process.env, terminal }), { asks: true }),
  );

await parseCommand(command);
