import type { App } from "../../lambda/meta/app.ts";
import { findAppSecretFault } from "../../lambda/meta/app-secret.ts";
import type { SystemUser } from "../../lambda/meta/token.ts";
import { UserError } from "../cli/errors.ts";
import type { Terminal } from "../cli/terminal.ts";
import { type MetaOptions, SECRET_ENV } from "./options.ts";

type AppOption = Pick<MetaOptions, "appId">;
type Env = Readonly<Record<string, string | undefined>>;

/** The app's id and secret, from options and environment, else asked for. */
export async function requireApp(options: AppOption, env: Env, terminal: Terminal): Promise<App> {
  const id = await requireAppId(options, terminal);
  return { id, secret: await requireAppSecret(env, terminal) };
}

async function requireAppId({ appId }: AppOption, terminal: Terminal): Promise<string> {
  const id = appId ?? (await askOr("the app id with --app-id", terminal)?.ask("Meta app id"));
  if (id !== undefined && /^\d{5,20}$/.test(id.trim())) return id.trim();
  throw new UserError(`The app id must be 5 to 20 digits, such as 1234567890123456; it is ${id}.`);
}

/** Throws a UserError that names the fault of the secret's form, never the secret. */
async function requireAppSecret(env: Env, terminal: Terminal): Promise<string> {
  const given = env[SECRET_ENV.appSecret];
  const how = `the app secret in the environment variable ${SECRET_ENV.appSecret}`;
  const secret = given ?? (await askOr(how, terminal)?.askSecret("App secret (not shown)"));
  const fault = findAppSecretFault(secret ?? "");
  if (fault === undefined) return secret ?? "";
  const where = given === undefined ? "" : ` in ${SECRET_ENV.appSecret}`;
  throw new UserError(`The app secret${where} ${fault}.`);
}

/** The system user, where a token was given. */
function findSystemUser(app: App, env: Env): SystemUser | undefined {
  const token = env[SECRET_ENV.systemUserToken]?.trim();
  return token ? { token, app } : undefined;
}

/** The system user's token, from the environment, else asked for. */
export async function requireSystemUser(
  app: App,
  env: Env,
  terminal: Terminal,
): Promise<SystemUser> {
  const found = findSystemUser(app, env);
  if (found) return found;
  const how = `the system-user token in the environment variable ${SECRET_ENV.systemUserToken}`;
  const token = await askOr(how, terminal).askSecret("System-user token (not shown)");
  if (token.trim() === "") throw new UserError("The system-user token is empty.");
  return { token: token.trim(), app };
}

function askOr(how: string, terminal: Terminal): Terminal {
  if (terminal.isInteractive) return terminal;
  throw new UserError(`There is no terminal to ask on: give ${how}.`);
}
