import { type CommonOptions, createCommand, parseCommand, runCommand } from "../../cli/command.ts";
import { confirm } from "./confirm.ts";

const DESCRIPTION = `\
Confirms an e-mail subscription with your AWS credentials, by the link in AWS'
confirmation mail. If you click that link instead, the link at the foot of every
mail can end the subscription without a login, and mail scanners follow links.`;

const AFTER = `
Give the link in quotes: without them the shell cuts it off at the first &.
If you have clicked the link already: npm run subscribe subscribes the address
again.

Example:
  npm run confirm -- --stack WhatsAppSecurityWebhook \\
    'https://sns.eu-central-1.amazonaws.com/confirmation.html?…'
`;

const command = createCommand("confirm", DESCRIPTION)
  .usage("[options] <link>")
  .argument("<link>", "link of the confirmation mail, in quotes")
  .addHelpText("after", AFTER)
  .action((link: string, options: CommonOptions) =>
    runCommand((terminal) => confirm({ link, options, terminal })),
  );

await parseCommand(command);
