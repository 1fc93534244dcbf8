import { isDeepStrictEqual } from "node:util";
import { UserError } from "../../cli/errors.ts";
import { KEPT } from "../../stack/kept-settings.ts";
import { toGivenSettings } from "../../stack/settings.ts";

export type Context = Readonly<Record<string, unknown>>;

/** Where settings come from: a typed one wins over cdk.json, and that over a kept one. */
export interface Layers {
  readonly stackName: string;
  readonly project: Context;
  readonly typed: Context;
}

/** Whose settings are taken where the file's and the deployed stack's differ. */
export type Source = "file" | "deployed";

export function toContext(kept: Context, { stackName, project, typed }: Layers): Context {
  return { [KEPT]: { [stackName]: kept }, ...project, ...typed };
}

/**
 * The settings to begin with: the file's, else those of the deployed stack. Throws a UserError where
 * they differ in what is neither typed nor in cdk.json, unless `source` says whose are meant:
 * somebody has deployed from elsewhere, or has changed the file.
 */
export function chooseKept(
  inFile: Context | undefined,
  deployed: Context | undefined,
  layers: Layers,
  source: Source | undefined,
): Context {
  if (!inFile || !deployed) return inFile ?? deployed ?? {};
  const ofFile = toGivenSettings(toContext(inFile, { ...layers, project: {}, typed: {} }));
  const differing = toDiffering(ofFile, deployed).filter(
    (name) => layers.typed[name] === undefined && layers.project[name] === undefined,
  );
  if (source === "deployed") return deployed;
  if (source === "file" || differing.length === 0) return inFile;
  throw new UserError(
    `Nothing was deployed: cdk.context.json and the deployed ${layers.stackName} differ in ${differing.join(", ")}. Somebody has deployed from elsewhere, or has changed the file. Add --settings deployed to go on from what is deployed, or --settings file to change it to what the file says.`,
  );
}

/** The names of the settings that are not the same in both. */
export function toDiffering(one: Context, other: Context): readonly string[] {
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return names.filter((name) => !isDeepStrictEqual(one[name], other[name])).sort();
}
