/** The embedded engines want credentials, and look at none. */
export const LOCAL_CREDENTIALS = { accessKeyId: "local", secretAccessKey: "local" } as const;

/** Settings of every AWS client that talks to them. */
export const LOCAL_AWS = {
  region: "us-east-1",
  // The engines never lose a request: whatever takes long is this machine's speed. Milliseconds.
  requestHandler: { requestTimeout: 600_000 },
  // A copy for each client: clients leave marks on what they are given.
  credentials: async () => ({ ...LOCAL_CREDENTIALS }),
} as const;
