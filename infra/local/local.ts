import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { toDataFlags } from "../cli/command.ts";
import type { MetaOptions } from "../meta-app/options.ts";
import { findCause } from "./cause.ts";
import { startDynamoDB } from "./engines/dynamodb.ts";
import { LOCAL_AWS, LOCAL_CREDENTIALS } from "./engines/local-aws.ts";
import { startTopics } from "./engines/topics.ts";
import { createFolder } from "./files.ts";
import { createLocalFunction } from "./function.ts";
import { startGateway } from "./gateway.ts";
import { createLocalLinkRuns, withLinkRuns } from "./link-runs.ts";
import { createOverview } from "./overview/overview.ts";
import { keepSentMessages } from "./overview/sent-messages.ts";
import { startRelay } from "./relay.ts";
import { assertSingleRun, type LocalRun, writeRunFile } from "./run-file.ts";
import { type GivenSecret, prepareSecretFile } from "./secret-file.ts";
import { toWatchedSystem } from "./watchdog.ts";

export interface LocalOptions extends GivenSecret {
  /** 0 picks a free one. */
  readonly port: number;
  /** Folder of the events, the secret and `run.json`, by which other commands find this run. */
  readonly data: string;
  /** Keeps the events in memory instead. */
  readonly memory: boolean;
  /** Takes the function's log, and which command's request a line is about, if it is a command's. */
  readonly writeLine: (line: string, cause?: string) => void;
  /** Subscribes a second queue to the alerts, from which a display may take them. */
  readonly display?: boolean;
  /** When an unanswered alert repeats; the function's default without it. */
  readonly repeatAfterMinutes?: readonly number[] | undefined;
  /** The page behind an alert's link offers to set a new PIN. */
  readonly protectByLink?: boolean;
  /** Where Meta is, in place of the real one. */
  readonly meta?: Omit<MetaOptions, "waba">;
  /** Milliseconds, by which the function's time limit runs; this machine's clock without it. */
  readonly now?: () => number;
}

export interface LocalSystem {
  readonly address: LocalRun;
  /** With `display` only. */
  readonly displayQueueUrl?: string | undefined;
  /** Ends what is under way, then closes everything; the data stays. */
  stop(): Promise<void>;
}

interface Part {
  stop(): Promise<void>;
}

/** The whole system in one process. Throws a UserError when the folder or the port is taken. */
export async function startLocal(options: LocalOptions): Promise<LocalSystem> {
  const parts: Part[] = [];
  async function stop(): Promise<void> {
    for (const part of parts.splice(0).reverse()) await part.stop();
  }
  try {
    return { ...(await startParts(options, parts)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startParts(
  options: LocalOptions,
  parts: Part[],
): Promise<Omit<LocalSystem, "stop">> {
  const { data, memory, port, writeLine } = options;
  function started<P extends Part>(part: P): P {
    parts.push(part);
    return part;
  }
  const files = {
    events: join(data, "dynamodb"),
    secret: join(data, "secret.json"),
    run: join(data, "run.json"),
  };
  createFolder(data);
  await assertSingleRun(files.run);
  const database = started(await startDynamoDB(memory ? undefined : files.events));
  const topics = started(await startTopics());
  const messages = started(await keepSentMessages(topics));
  const displayQueueUrl = options.display ? await topics.subscribeToAllForms("display") : undefined;

  const engines = {
    dynamodbEndpoint: database.endpoint,
    tableName: database.tableName,
    snsEndpoint: topics.endpoint,
    topicArn: topics.topicArn,
  };
  // The port first: a run that is refused must leave the folder's secret as it was.
  const gateway = started(
    await startGateway(
      (...request) => webhook(...request),
      port,
      options.now,
      (request) => page(request),
    ),
  );
  const { appSecrets, verifyToken } = await prepareSecretFile(files.secret, options);
  const readSecret = () => readFile(files.secret, "utf8");
  const address: LocalRun = {
    pid: process.pid,
    webhookUrl: gateway.url,
    appSecrets: [...appSecrets],
    verifyToken,
    region: LOCAL_AWS.region,
    ...LOCAL_CREDENTIALS,
    ...engines,
    sqsEndpoint: topics.endpoint,
    alertQueueUrl: topics.alertQueueUrl,
  };
  const dataFlags = toDataFlags(data);
  const system = toWatchedSystem(address, data, dataFlags, options.meta);
  const page = createOverview({ system, messages: messages.newestFirst, now: Date.now });
  const linkRuns = started(createLocalLinkRuns(system, data, writeLine));
  const { publicUrl } = gateway;
  const fn = createLocalFunction(
    { ...engines, publicUrl, dataFlags, repeatAfterMinutes: options.repeatAfterMinutes },
    { readSecret, startLinkRun: linkRuns.start, writeLine: (line) => writeLine(line, findCause()) },
  );
  const webhook = options.protectByLink ? withLinkRuns(fn) : fn;
  started(await writeRunFile(files.run, address));
  started(startRelay(webhook, options.repeatAfterMinutes));
  return { address, displayQueueUrl };
}
