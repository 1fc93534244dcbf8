import { once } from "node:events";
import type { RequestListener, Server } from "node:http";
import type { AddressInfo } from "node:net";
import {
  CreateTableCommand,
  ResourceInUseException,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import dynalite from "dynalite";
import { createDynamoDB } from "../../../lambda/shared/clients.ts";
import { UserError } from "../../cli/errors.ts";
import { createFolder } from "../files.ts";
import { isFromPage } from "../own-host.ts";
import { LOCAL_AWS } from "./local-aws.ts";
import { prepareStore } from "./store.ts";
import { toTableDefinition } from "./table.ts";

const TABLE_NAME = "whatsapp-security-events";

export interface LocalDynamoDB {
  readonly endpoint: string;
  readonly tableName: string;
  stop(): Promise<void>;
}

const NO_WAITING = { createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 };

/**
 * Starts dynalite with the event table in it: in this folder, or in memory without one. Throws a
 * UserError when the folder cannot be used.
 */
export async function startDynamoDB(
  folder?: string,
  tableName = TABLE_NAME,
): Promise<LocalDynamoDB> {
  if (folder !== undefined) {
    createFolder(folder);
    await prepareStore(folder);
  }
  const server = dynalite({ ...NO_WAITING, ...(folder !== undefined && { path: folder }) });
  surviveBrokenRequests(server);
  refusePages(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await failIfFolderIsInUse(createTable(endpoint, tableName), server, folder);
  return { endpoint, tableName, stop: () => stop(server) };
}

/**
 * Another run may take the folder just before dynalite opens it. dynalite then throws at each
 * request, where nobody can catch it; the process ends soon, so that the listener stays.
 */
async function failIfFolderIsInUse(
  firstRequest: Promise<void>,
  server: Server,
  folder = "",
): Promise<void> {
  const { promise: thrown, reject } = Promise.withResolvers<never>();
  process.on("uncaughtException", reject);
  try {
    await Promise.race([firstRequest, thrown]);
  } catch (cause) {
    server.close();
    server.closeAllConnections();
    throw new UserError(
      `The data folder ${folder} was taken by another local run: stop that run, or name another folder with --data.`,
      { cause },
    );
  }
  process.off("uncaughtException", reject);
}

/** dynalite would throw what a client's abort makes of its request, and so end this process. */
function surviveBrokenRequests(server: Server): void {
  server.on("request", (request) => {
    request.removeAllListeners("error").on("error", () => {});
  });
}

/** dynalite itself answers every page in a browser: it sends `Access-Control-Allow-Origin: *`. */
function refusePages(server: Server): void {
  const listeners = server.listeners("request") as RequestListener[];
  server.removeAllListeners("request");
  server.on("request", (request, response) => {
    if (isFromPage(request)) response.writeHead(403).end();
    else for (const listener of listeners) listener.call(server, request, response);
  });
}

async function createTable(endpoint: string, TableName: string): Promise<void> {
  const client = createDynamoDB({ ...LOCAL_AWS, endpoint });
  try {
    await client.send(new CreateTableCommand(toTableDefinition(TableName)));
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  }
  await waitUntilTableExists({ client, maxWaitTime: 5, minDelay: 0.02 }, { TableName });
  client.destroy();
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
    server.closeAllConnections();
  });
}
