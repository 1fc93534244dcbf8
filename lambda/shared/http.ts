/** The parts of an API Gateway HTTP API event, payload format 2.0, that are used here. */
export interface HttpEvent {
  readonly rawPath: string;
  readonly rawQueryString?: string;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
  readonly stageVariables?: Readonly<Record<string, string | undefined>>;
  readonly requestContext: {
    readonly http: { readonly method: string; readonly sourceIp?: string };
  };
}

export interface HttpResult {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The body's bytes as they were sent, or undefined when there are more than `maxBytes`. */
export function toBodyBytes(event: HttpEvent, maxBytes: number): Buffer | undefined {
  const text = event.body ?? "";
  // Stryker disable next-line StringLiteral: UTF-8 is also the default.
  const encoding = event.isBase64Encoded ? "base64" : "utf8";
  return Buffer.byteLength(text, encoding) > maxBytes ? undefined : Buffer.from(text, encoding);
}

/** The header of this lower-case name, however it is spelled in the request. */
export function findHeader({ headers = {} }: HttpEvent, name: string): string | undefined {
  if (headers[name] !== undefined) return headers[name];
  return Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
}

/** The value of a parameter that was given exactly once. */
export function onlyValue(parameters: URLSearchParams, name: string): string | undefined {
  const values = parameters.getAll(name);
  return values.length === 1 ? values[0] : undefined;
}
