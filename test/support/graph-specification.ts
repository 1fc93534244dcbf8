import specification from "./graph-specification.json" with { type: "json" };

/** A call to Meta's Graph API as it goes over the wire, without the version. */
export interface GraphCall {
  readonly method: string;
  readonly path: string;
  readonly params: Iterable<readonly [string, string]>;
}

interface Operation {
  readonly query?: readonly string[];
  readonly body?: readonly string[];
  readonly fields?: readonly string[];
  readonly page?: string;
}

const OPERATIONS: Readonly<Record<string, Operation>> = {
  ...specification.specified,
  ...specification.documented,
};
const EVERYWHERE = Object.keys(specification.nowhere);

/**
 * What is wrong with a call by Meta's published OpenAPI specification and documentation; undefined
 * for nothing. Ids are not told apart: a node with one path may be any of an app's, a number's.
 */
export function findGraphFault({ method, path, params }: GraphCall): string | undefined {
  const shape = `${method} ${path.replace(/\/\d+(?=\/|$)/, "/{id}")}`;
  const candidates = Object.entries(OPERATIONS).filter(
    ([name]) => name.replace(/\{[\w-]+\}/, "{id}") === shape,
  );
  if (candidates.length === 0) return `${shape} is in no specification`;
  const names = [...params].flatMap(([name, value]) =>
    name === "fields" && method === "GET" ? [name, ...value.split(",")] : [name],
  );
  const faults = candidates.map(([, operation]) => {
    const { query = [], body = [], fields = [] } = operation;
    const known = [...query, ...body, ...fields, ...EVERYWHERE];
    return names.find((name) => !known.includes(name));
  });
  if (faults.includes(undefined)) return undefined;
  return `${shape} has no ${faults[0]}`;
}
