/** The embedded engines want credentials, and look at none. */
export const LOCAL_CREDENTIALS = { accessKeyId: "local", secretAccessKey: "local" } as const;

/** Settings of a client with the product's own time-outs. */
export const LOCAL_ACCOUNT = {
  region: "us-east-1",
  // A copy for each client: clients leave marks on what they are given.
  credentials: async () => ({ ...LOCAL_CREDENTIALS }),
} as const;

/** Settings of every other AWS client that talks to the engines. */
export const LOCAL_AWS = {
  ...LOCAL_ACCOUNT,
  // The engines never lose a request: whatever takes long is this machine's speed. Milliseconds.
  requestHandler: { requestTimeout: 600_000 },
} as const;
