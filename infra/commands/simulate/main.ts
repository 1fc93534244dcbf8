import { Command } from "commander";
import { integerBetween, parseText, parseUnixTime, parseUrl } from "../../cli/arguments.ts";
import { DEFAULT_DATA, parseCommand, runCommand } from "../../cli/command.ts";
import { WIDTH } from "../../cli/text.ts";
import { type SimulateOptions, simulate } from "./simulate.ts";

const DESCRIPTION = `\
Signs and posts a delivery as Meta does, and prints the answer: without options,
Meta's documented example of a reset request to the local run. The same command
sends the same delivery, which is stored and alerted once.`;

const AFTER = `
Events: PIN_RESET_REQUEST (default), PIN_REQUEST_SUCCESS, PIN_CHANGED, others.

With --count, changes are one second apart, 1000 to a POST at most.
With --url, the app secret is read from WHATSAPP_APP_SECRET.

Exit code: 0 when every answer is 200, else 1.

Examples:
  npm run simulate
  npm run simulate -- PIN_REQUEST_SUCCESS --time now
  npm run simulate -- --phone "+1 555-078-3882" --count 3
`;

/** Of Meta's documented example. */
const EXAMPLE = { waba: "102290129340398", phone: "15550783881", time: 1748811473 };

const command = new Command("npm run simulate --")
  .usage("[EVENT] [options]")
  .description(DESCRIPTION)
  .configureHelp({ helpWidth: WIDTH, visibleArguments: () => [] })
  .argument("[event]", "Meta's name of the event", parseText, "PIN_RESET_REQUEST")
  .option("--waba <id>", "WhatsApp Business account", parseText, EXAMPLE.waba)
  .option("--phone <number>", "display phone number", parseText, EXAMPLE.phone)
  .option("--requester <id>", "who asked (default: Meta's example, for reset requests)", parseText)
  .option(
    "--time <seconds>",
    "Unix time of the (first) change, or now",
    (text) => parseUnixTime(text),
    EXAMPLE.time,
  )
  .option("--count <number>", "how many changes", integerBetween("A count", 1, 999_999), 1)
  .option("--url <url>", "post there instead of to the local run", parseUrl)
  .option("--app-secret <secret>", "sign with it", parseText)
  .option("--data <dir>", "data folder of the local run", parseText, DEFAULT_DATA)
  .addHelpText("after", AFTER)
  .allowExcessArguments(false)
  .action((event: string, options: SimulateOptions) =>
    runCommand((terminal) => simulate({ event, options, env: process.env, terminal })),
  );

await parseCommand(command);
