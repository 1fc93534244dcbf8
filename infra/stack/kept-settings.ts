import * as v from "valibot";
import { parseJsonOrText, SettingsError } from "./setting-types.ts";

type Context = Readonly<Record<string, unknown>>;

/** Settings by the name of their stack, as they were given. */
export type KeptSettings = Readonly<Record<string, Context>>;

/** Context key under which `cdk.context.json` keeps them: `{"settings":{"NAME":{…}}}`. */
export const KEPT = "settings";

/** Of the template: the settings as they were given, which `npm run deploy` reads back. */
export const SETTINGS_METADATA = "Settings";

const Kept = v.record(v.string(), v.record(v.string(), v.unknown()));

/** Kept settings from context, where `-c settings=…` arrives as text. Throws a SettingsError. */
export function parseKept(value: unknown = {}): KeptSettings {
  const result = v.safeParse(Kept, typeof value === "string" ? parseJsonOrText(value) : value);
  if (result.success) return result.output;
  throw new SettingsError(
    `The kept settings ("${KEPT}" in cdk.context.json) must look like {"STACK":{"alertEmails":["you@example.com"]}}.`,
  );
}

/**
 * The context with the kept settings of its stack below what it says itself. An empty value takes
 * a kept setting back to its default. If nobody names the stack it is the only one that is kept.
 */
export function withKept(context: Context): Context {
  const { [KEPT]: value, ...given } = context;
  const kept = parseKept(value);
  const stackName = given.stackName ?? findOnly(Object.keys(kept));
  const own = typeof stackName === "string" ? kept[stackName] : undefined;
  const all = { ...own, ...(stackName !== undefined && { stackName }), ...given };
  return Object.fromEntries(Object.entries(all).filter(([, each]) => each !== ""));
}

function findOnly(names: readonly string[]): string | undefined {
  if (names.length < 2) return names[0];
  throw new SettingsError(
    `The settings of ${names.length} stacks are kept (${names.join(", ")}): say which one is meant, -c stackName=${names[0]}.`,
  );
}
