import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import * as v from "valibot";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AlertDocumentSchema } from "../../../lambda/alert/alert-document.ts";
import { META_EXAMPLE, sign } from "../../support/builders.ts";
import {
  type LocalProcess,
  makeFolder,
  runScript,
  startLocalProcess,
} from "../../support/processes.ts";
import { runHere } from "../../support/run-here.ts";

let data: string;
const running: LocalProcess[] = [];

beforeEach(() => {
  data = makeFolder();
});
afterEach(async () => {
  for (const { child } of running.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) {
      const exit = once(child, "exit");
      child.kill("SIGKILL");
      await exit;
    }
  }
  rmSync(data, { recursive: true });
});

async function start(...args: string[]): Promise<LocalProcess> {
  const local = await startLocalProcess("--data", data, ...args);
  running.push(local);
  return local;
}

async function deliver({ address }: LocalProcess, body: string): Promise<number> {
  const signature = sign(body, address.appSecrets[0]);
  const headers = { "content-type": "application/json", "x-hub-signature-256": signature };
  return (await fetch(address.webhookUrl, { method: "POST", headers, body })).status;
}

const ANY = { region: "us-east-1", credentials: { accessKeyId: "a", secretAccessKey: "b" } };

/** The stored events, without the items that pace messages. */
async function itemsOf({ address }: LocalProcess) {
  const client = new DynamoDBClient({ ...ANY, endpoint: address.dynamodbEndpoint });
  const { Items = [] } = await client.send(new ScanCommand({ TableName: address.tableName }));
  return Items.filter(({ receivedAt }) => receivedAt !== undefined);
}

async function receiveAlert({ address }: LocalProcess, WaitTimeSeconds: number) {
  const client = new SQSClient({ ...ANY, endpoint: address.sqsEndpoint });
  const command = new ReceiveMessageCommand({ QueueUrl: address.alertQueueUrl, WaitTimeSeconds });
  const [message] = (await client.send(command)).Messages ?? [];
  return message && JSON.parse(JSON.parse(message.Body ?? "").Message);
}

describe("the local run", () => {
  test("stores and alerts Meta's example once, for scripts that read one line", async () => {
    const local = await start("--memory");
    expect(await deliver(local, META_EXAMPLE)).toBe(200);
    expect(await deliver(local, META_EXAMPLE)).toBe(200);
    expect(await itemsOf(local)).toMatchObject([{ alert: { S: "open" } }]);
    const alert = await receiveAlert(local, 5);
    expect(v.parse(AlertDocumentSchema, alert)).toMatchObject({ wabaId: "102290129340398" });
    expect(await receiveAlert(local, 0)).toBeUndefined();
    expect(local.lines).toHaveLength(1);
    expect(existsSync(join(data, "dynamodb"))).toBe(false);
    const runFile = readFileSync(join(data, "run.json"), "utf8");
    expect(JSON.parse(runFile)).toEqual(local.address);
  });

  test("answers the handshake with the verify token that it names", async () => {
    const { address } = await start("--memory", "--verify-token", "a token&");
    expect(address.verifyToken).toBe("a token&");
    const query = `hub.mode=subscribe&hub.challenge=42&hub.verify_token=${encodeURIComponent(address.verifyToken)}`;
    const response = await fetch(`${address.webhookUrl}?${query}`);
    expect([response.status, await response.text()]).toEqual([200, "42"]);
  });

  test("accepts every app secret that it is given, and keeps them for the next start", async () => {
    const first = await start("--memory", "--app-secret", "one", "--app-secret", "two");
    expect(first.address.appSecrets).toEqual(["one", "two"]);
    expect(
      await deliver({ ...first, address: { ...first.address, appSecrets: ["two"] } }, META_EXAMPLE),
    ).toBe(200);
    expect(await first.end("SIGTERM")).toBe(0);
    const { address } = await start("--memory");
    expect(address).toMatchObject({
      appSecrets: ["one", "two"],
      verifyToken: first.address.verifyToken,
    });
    expect(statSync(join(data, "secret.json")).mode & 0o777).toBe(0o600);
    expect(statSync(join(data, "run.json")).mode & 0o777).toBe(0o600);
  });

  test.each([
    ["SIGINT", 0],
    ["SIGTERM", 0],
    ["SIGKILL", "SIGKILL"],
  ] as const)("ends by %s, and has its data at the next start", async (signal, ended) => {
    const first = await start();
    await deliver(first, META_EXAMPLE);
    expect(await first.end(signal)).toBe(ended);
    expect(existsSync(join(data, "run.json")), "left behind").toBe(ended !== 0);
    const second = await start();
    expect(second.address.appSecrets).toEqual(first.address.appSecrets);
    expect(await deliver(second, META_EXAMPLE)).toBe(200);
    expect(await itemsOf(second)).toHaveLength(1);
    expect(await receiveAlert(second, 0)).toBeUndefined();
  });

  test("greets a person, then shows each delivery and each alert", async () => {
    const child = spawn(process.execPath, ["infra/local/main.ts", "--port", "0", "--data", data]);
    let text = "";
    const shown = Promise.withResolvers<void>();
    child.stdout.on("data", (chunk) => {
      text += chunk;
      if (text.includes("npm run history")) simulated ??= runScript("simulate", ["--data", data]);
      if (text.includes("as the e-mail reads") && text.includes("event stored")) shown.resolve();
    });
    let simulated: Promise<{ out: string }> | undefined;
    await shown.promise;
    expect((await simulated)?.out).toBe("200 ok\n");
    const exit = once(child, "exit");
    child.kill("SIGINT");
    expect(await exit).toEqual([0, null]);
    for (const name of ["simulate", "history", "drill", "status"]) {
      expect(text).toContain(`npm run ${name} -- --data ${data}`);
    }
    expect(text.split("as the e-mail reads")[0]?.split("\n").length, "short").toBeLessThan(25);
    expect(text).toContain("Verify token   ");
    expect(text).toMatch(/Overview {7}http:\/\/127\.0\.0\.1:\d+\/\n/);
    expect(text).toContain("2-step verification reset requested, number ..3881.");
    expect(text).toContain("Subject: WhatsApp alert: Two-step verification reset requested");
    expect(text).toMatch(/\d\d:\d\d:\d\d {2}delivery accepted: event stored, /);
  });
});

describe("a local run that cannot start", () => {
  async function expectRefusal(args: string[], sentence: string | RegExp) {
    const { code, out, err } = await runHere("local", args);
    expect(err.replace(/\s+/g, " ").trim()).toMatch(sentence);
    expect([code, out]).toEqual([1, ""]);
  }

  test.each([
    ["on disk", []],
    ["in memory", ["--memory"]],
  ])("says that the folder is in use, %s", async (_, more) => {
    const { address } = await start();
    await expectRefusal(
      ["--data", data, "--port", "0", ...more],
      `Another local run (process ${address.pid}) uses the folder ${data}: stop it, or name another folder and port: npm start -- --data .local2 --port 0`,
    );
  });

  test("says that the store is locked", async () => {
    await start();
    rmSync(join(data, "run.json"));
    await expectRefusal(
      ["--data", data, "--port", "0"],
      /^The data folder .* is locked by another local run: stop that run, or name another folder with --data\.$/,
    );
  });

  test("says that the store is damaged", async () => {
    const local = await start();
    await local.end("SIGTERM");
    writeFileSync(join(data, "dynamodb/CURRENT"), "nonsense");
    await expectRefusal(
      ["--data", data, "--port", "0"],
      /^The data folder .* cannot be opened \(LEVEL_\w+\): move it away, or name another/,
    );
  });

  test("says that the port is in use", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    await expectRefusal(
      ["--data", data, "--port", String(port)],
      `Port ${port} is in use: stop what listens there, or name another with --port (0 picks a free one).`,
    );
    server.close();
    expect(existsSync(join(data, "run.json"))).toBe(false);
  });

  test("says that the secret file is malformed, without quoting it", async () => {
    writeFileSync(join(data, "secret.json"), '{"appSecrets":["hush"');
    await expectRefusal(
      ["--data", data, "--port", "0"],
      /^The secret in .*secret\.json is not of the form ((?!hush).)*$/,
    );
  });

  test.each([
    [["--data", "/dev/null/x"], "The data folder /dev/null/x cannot be written (ENOTDIR)"],
    [["--port", "70000"], "A port is a whole number from 0 to 65535."],
    [["--app-secret", ""], "It must not be empty."],
    [["--color"], "error: unknown option '--color'"],
    [["start"], "error: too many arguments"],
  ])("refuses %j in a sentence", expectRefusal);
});
