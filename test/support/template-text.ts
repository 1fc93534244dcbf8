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

export function withoutHash(id: string): string {
  return id.replace(/[0-9A-F]{8}$/, "");
}

/**
 * A policy's statements, a line each: `Allow sns.amazonaws.com: sqs:SendMessage on <DeadLetters.Arn>`
 * and, after `if`, all of its conditions. In the order of the alphabet, because none counts.
 */
export function toPolicyLines(policy: Value): string[] {
  const lines = resolve(policy.Statement).map((statement: Value) => {
    const { Sid: _, Effect, Principal = {}, Action, Resource = [], Condition = {} } = statement;
    const conditions = Object.entries<Value>(Condition).flatMap(([operator, pairs]) =>
      Object.entries<Value>(pairs).map(([key, value]) => `${operator} ${key} ${toWords(value)}`),
    );
    const who = Object.values(Principal).map((name) => ` ${name}:`);
    const on = [Resource].flat().length > 0 ? ` on ${toWords(Resource)}` : "";
    const when = conditions.length > 0 ? ` if ${conditions.join(" and ")}` : "";
    return `${Effect}${who} ${toWords(Action)}${on}${when}`;
  });
  return lines.sort();
}

const toWords = (value: Value) => [value].flat().sort().join(" ");
