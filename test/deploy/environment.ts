import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { delimiter, join } from "node:path";

const NODE = join(import.meta.dirname, "../../node_modules/node/bin");

/** The path on which the tools, and the emulator's functions, find the project's own Node first. */
export const NODE_FIRST = `${NODE}${delimiter}${process.env.PATH}`;

const REGION = "us-east-1";

/** What every client of the emulator needs in its environment; TMPDIR lasts as long as it. */
export type Environment = ReturnType<typeof toEnvironment>;

/** New keys each time, because the CDK CLI remembers the account of a key; no profile of the user. */
export function toEnvironment(endpoint: string, folder: string) {
  const nowhere = join(folder, "none");
  mkdirSync(join(folder, "cdk"));
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_ACCESS_KEY_ID: `AKIA${randomBytes(8).toString("hex").toUpperCase()}`,
    AWS_SECRET_ACCESS_KEY: randomBytes(20).toString("hex"),
    AWS_CONFIG_FILE: nowhere,
    AWS_SHARED_CREDENTIALS_FILE: nowhere,
    AWS_EC2_METADATA_DISABLED: "true",
    TMPDIR: folder,
    CDK_HOME: join(folder, "cdk"),
  };
}
