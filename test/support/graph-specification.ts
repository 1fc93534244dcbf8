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

type Operations = Readonly<Record<string, Operation>>;

const OPERATIONS: Operations = { ...specification.specified, ...specification.documented };
const { comment: _, ...UNDOCUMENTED } = specification.undocumented;

/**
 * What is wrong with a call by Meta's published OpenAPI specification and documentation; undefined
 * for nothing. Ids are not distinguished: a node with one path may be any of an app's, a number's.
 */
export function findGraphFault({ method, path, params }: GraphCall): string | undefined {
  const shape = `${method} ${path.replace(/\/\d+(?=\/|$)/, "/{id}")}`;
  const candidates = Object.keys(OPERATIONS).filter(
    (name) => name.replace(/\{[\w-]+\}/, "{id}") === shape,
  );
  if (candidates.length === 0) return `${shape} is in no specification`;
  const faults = candidates.map((name) => findUnknown(name, method, [...params]));
  return faults.includes(undefined) ? undefined : `${shape} has no ${faults[0]}`;
}

/** The first parameter, or of a read the first field, that this operation does not have. */
function findUnknown(
  operation: string,
  method: string,
  params: readonly (readonly [string, string])[],
): string | undefined {
  const list = (name: keyof Operation) => [
    ...(OPERATIONS[operation]?.[name] ?? []),
    ...((UNDOCUMENTED as Operations)[operation]?.[name] ?? []),
  ];
  const parameters = [
    ...list(method === "POST" ? "body" : "query"),
    ...specification.everyCall.parameters,
  ];
  const unknown = params.map(([name]) => name).find((name) => !parameters.includes(name));
  if (unknown) return `parameter ${unknown}`;
  if (method === "POST") return undefined;
  const fields = params.flatMap(([name, value]) => (name === "fields" ? value.split(",") : []));
  const known = list("fields");
  const field = fields.find((name) => !known.includes(name));
  return field && `field ${field}`;
}
