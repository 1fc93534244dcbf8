import { KNOWN_EVENTS } from "../../../lambda/shared/names.ts";
import { count } from "../../../lambda/shared/time-text.ts";
import { toPhoneNumber } from "../../cli/arguments.ts";
import { UserError } from "../../cli/errors.ts";
import { findNearest } from "../../cli/nearest.ts";
import type { Terminal } from "../../cli/terminal.ts";
import { toPrintable, wrap } from "../../cli/text.ts";
import type { Deployment } from "../../deployment/deployment.ts";
import { openLocal } from "../../deployment/local.ts";
import { post, toBodies, toSignature } from "../../meta-app/delivery.ts";
import { SECRET_ENV } from "../../meta-app/options.ts";
import { countStored } from "./stored.ts";

export interface SimulateOptions {
  readonly waba: string;
  readonly phone: string;
  readonly requester?: string;
  readonly time: number;
  readonly count: number;
  readonly url?: string;
  readonly appSecret?: string;
  readonly data: string;
}

export interface SimulateDeps {
  readonly event: string;
  readonly options: SimulateOptions;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly terminal: Terminal;
}

/** Who asks for the reset in Meta's documented example. */
const EXAMPLE_REQUESTER = "61555822107539";

/** Signs and posts as Meta does, and prints each answer. Returns 0 when every answer is 200. */
export async function simulate({ event, options, env, terminal }: SimulateDeps): Promise<number> {
  const { url, appSecret, local } = await findReceiver(options, env);
  const isResetRequest = event === "PIN_RESET_REQUEST";
  const bodies = toBodies({
    event,
    wabaId: options.waba,
    phone: toPhoneNumber(options.phone),
    requester: options.requester ?? (isResetRequest ? EXAMPLE_REQUESTER : undefined),
    time: options.time,
    count: options.count,
  });
  terminal.info(`${count(options.count, "change")} in ${count(bodies.length, "POST")} to ${url}`);
  for (const line of describeUndocumented(event)) terminal.info(line);
  const stored = local && (await countStored(local, bodies));
  let exitCode = 0;
  for (const body of bodies) {
    const { status, text } = await terminal.withSpinner("Waiting for the answer", () =>
      post(url, body, toSignature(body, appSecret)),
    );
    terminal.print(`${status} ${toPrintable(text)}`);
    if (status !== 200) exitCode = 1;
  }
  if (exitCode === 0) for (const line of describeRepeat(stored, options.count)) terminal.info(line);
  return exitCode;
}

/** The delivery is sent all the same: Meta may one day send an event of that name. */
function describeUndocumented(event: string): string[] {
  if (KNOWN_EVENTS.some((name) => name === event)) return [];
  const nearest = findNearest(event, KNOWN_EVENTS);
  const hint = nearest ? ` Did you mean ${nearest}?` : "";
  return wrap(
    `Meta documents no event ${toPrintable(event)}: it is stored under that name.${hint}`,
  );
}

/** `stored`: how many of the changes were there before; undefined where that is not known. */
function describeRepeat(stored: number | undefined, changes: number): string[] {
  if (stored === undefined) return wrap("The same delivery again would add nothing.");
  if (stored === 0) return [];
  const what =
    stored === changes
      ? "All of it was stored already: nothing was added."
      : `${stored} of ${count(changes, "change")} were stored already.`;
  return wrap(`${what} For another event give --time now, --phone or --requester.`);
}

interface Receiver {
  readonly url: string;
  readonly appSecret: string;
  /** Where the events can be looked up. */
  readonly local?: Deployment;
}

const OR_URL = "or post to an address with --url";

async function findReceiver(options: SimulateOptions, env: SimulateDeps["env"]): Promise<Receiver> {
  const given = options.appSecret ?? env[SECRET_ENV.appSecret];
  if (options.url !== undefined)
    return { url: options.url, appSecret: given ?? failWithoutSecret() };
  const local = await openLocal(options.data, OR_URL);
  const stored = await local.readSecret();
  return {
    local,
    url: local.webhookUrl,
    appSecret: options.appSecret ?? stored.appSecrets[0] ?? "",
  };
}

function failWithoutSecret(): never {
  throw new UserError(
    `With --url the app secret must be given: in the environment as ${SECRET_ENV.appSecret}, or with --app-secret, which a list of processes shows.`,
  );
}
