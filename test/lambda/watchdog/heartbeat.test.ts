import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { fetchHeartbeat } from "../../../lambda/watchdog/aws.ts";

/** An outside monitor that answers with this status, and what it was asked. */
async function startMonitor(status: number) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/secret-path` };
}

describe("the heartbeat", () => {
  test("is one GET of its address", async () => {
    const { asked, url } = await startMonitor(200);
    await fetchHeartbeat(url);
    expect(asked).toEqual(["GET /secret-path"]);
  });

  test.each([404, 500])(
    "fails when the monitor answers %s, and its error names no address",
    async (status) => {
      const { url } = await startMonitor(status);
      const error = await fetchHeartbeat(url).catch((thrown: Error) => thrown);
      expect(error).toMatchObject({ name: "Status", code: status });
      expect(String((error as Error).stack)).not.toContain("secret-path");
    },
  );

  test("fails when nobody answers, and its error names no address", async () => {
    const error = await fetchHeartbeat("http://127.0.0.1:9/secret-path").catch((thrown) => thrown);
    expect(error).toBeInstanceOf(Error);
    expect(JSON.stringify({ ...error, message: error.message, stack: error.stack })).not.toContain(
      "secret-path",
    );
  });
});
