import { Option } from "commander";
import { integerBetween, parseDuration } from "../../cli/arguments.ts";
import { createCommand, parseCommand, runCommand } from "../../cli/command.ts";
import { addMetaOptions } from "../../meta-app/options.ts";
import type { RotateOptions } from "./options.ts";
import { rotate } from "./rotate.ts";

const DESCRIPTION = `\
Exchanges the app secret without losing a delivery, in two runs. The first saves
the new one in front of the old one, and both are accepted; the second, with
--finish, takes the old one away. A run in between says how many deliveries
matched each of the two.`;

const AFTER = `
  1. At developers.facebook.com, your app, App settings, Basic: reset the app
     secret. Meta signs with the new one from then on. Deliveries are refused
     until the next step; Meta sends them again, for up to seven days.
  2. npm run rotate-secret      asks for the new one without echo (or reads
                                WHATSAPP_APP_SECRET), checks it with Meta, saves
  3. npm run rotate-secret      says how far it is, as often as you like
  4. npm run rotate-secret -- --finish

--finish refuses before the time of --keep is up, while deliveries match the old
one, and before any has matched the new one; --force overrules. It can be run
again after any interruption. The last app secret is never removed.

Example:
  npm run rotate-secret -- --stack WhatsAppSecurityWebhook --keep 2h
`;

const command = addMetaOptions(createCommand("rotate-secret", DESCRIPTION), { accounts: false })
  .addOption(
    new Option("--keep <time>", "how long to keep the old one")
      .argParser(parseDuration)
      .default(parseDuration("1d"), "1d"),
  )
  .option(
    "--replaces <n>",
    "which saved app secret goes, if there are several",
    integerBetween("A position", 1, 99),
  )
  .option("--finish", "take the old one away")
  .option("--force", "with --finish: take it away even if it may still be in use")
  .option("-y, --yes", "change without asking")
  .addHelpText("after", AFTER)
  .action((options: RotateOptions) =>
    runCommand((terminal) => rotate({ options, env: process.env, terminal, now: Date.now() }), {
      asks: true,
    }),
  );

await parseCommand(command);
