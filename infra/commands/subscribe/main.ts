import { Option } from "commander";
import { collect, parseText } from "../../cli/arguments.ts";
import { createCommand, parseCommand, runCommand } from "../../cli/command.ts";
import { type SubscribeOptions, subscribe } from "./subscribe.ts";

const DESCRIPTION = `\
Subscribes an e-mail address or a phone number to the alert topic as the stack
does, with its dead-letter queue. It makes deleted subscriptions again, which
CloudFormation does not, has a confirmation mail sent again, and unsubscribes.`;

const AFTER = `
An address that was confirmed by a click is unsubscribed first: only a new
subscription can be confirmed so that no mail's link ends it (npm run confirm).
Add the address to the settings as well (alertEmails …): for npm run status and
the watchdog a subscriber who is not in them is a stranger, and a failed check.

Examples:
  npm run subscribe -- --stack WhatsAppSecurityWebhook --email you@example.com
  npm run subscribe -- --stack WhatsAppSecurityWebhook --sms +4915112345678
  npm run subscribe -- --stack WhatsAppSecurityWebhook --all
  npm run subscribe -- --stack WhatsAppSecurityWebhook --remove old@example.com
`;

const command = createCommand("subscribe", DESCRIPTION)
  .option("--email <address>", "e-mail address", parseText)
  .option("--sms <number>", "phone number in E.164 form, such as +4915112345678", parseText)
  .option("--all", "everybody in the settings who gets nothing, or whom a mail's link could remove")
  .option(
    "--remove <address>",
    "unsubscribe it; whole, or as reports show it (repeatable)",
    collect,
  )
  .option("--operations", "to the operations topic: alarms and the watchdog's mails")
  .addOption(new Option("-y, --yes", "change without asking"))
  .addHelpText("after", AFTER)
  .action((options: SubscribeOptions) =>
    runCommand((terminal) => subscribe({ options, terminal }), { asks: true }),
  );

await parseCommand(command);
