// biome-ignore lint/suspicious/noExplicitAny: a template's values have the shape of their type.
type Value = any;

/**
 * A value of a template as a person reads it: `<Events>` is a resource's reference, `<Key.Arn>` an
 * attribute, without the eight digits of hash at the end of logical ids. Strings come as they are,
 * anything else as JSON.
 */
export function toText(value: Value): string {
  const resolved = resolve(value);
  return typeof resolved === "string" ? resolved : JSON.stringify(resolved);
}

/** The same inside of objects and lists. */
export function resolve(value: Value): Value {
  if (Array.isArray(value)) return value.map(resolve);
  if (typeof value !== "object" || value === null) return value;
  const [[name, argument] = ["", undefined], ...others] = Object.entries(value);
  const intrinsic = others.length === 0 ? INTRINSICS[name] : undefined;
  if (intrinsic) return intrinsic(argument);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolve(inner)]));
}

const INTRINSICS: Readonly<Record<string, (argument: Value) => string>> = {
  Ref: (id) => `<${withoutHash(id)}>`,
  "Fn::GetAtt": ([id, attribute]) => `<${withoutHash(id)}.${attribute}>`,
  "Fn::Join": ([separator, parts]) => parts.map(toText).join(separator),
  "Fn::Select": ([index, list]) => `<${index} of ${toText(list)}>`,
  "Fn::Split": ([separator, text]) => `${toText(text)} by ${separator}`,
  "Fn::FindInMap": (path) => `<${path.map(toText).join(".")}>`,
};

function withoutHash(id: string): string {
  return id.replace(/[0-9A-F]{8}$/, "");
}
