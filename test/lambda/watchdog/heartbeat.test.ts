import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { fetchHeartbeat } from "../../../lambda/watchdog/aws.ts";
import { serve } from "../../support/serve.ts";

/** An outside monitor that answers with this status, and what it was asked. */
async function startMonitor(status: number) {
  const asked: string[] = [];
  const { url, stop } = await serve((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.writeHead(status).end();
  });
  onTestFinished(stop);
  return { asked, url: `${url}/secret-path` };
}

afterEach(() => void vi.restoreAllMocks());

describe("the heartbeat", () => {
  test("is one GET of its address", async () => {
    const { asked, url } = await startMonitor(200);
    await fetchHeartbeat(url);
    expect(asked).toEqual(["GET /secret-path"]);
  });

  test.each([400, 404, 500])(
    "fails when the monitor answers %s, and its error names no address",
    async (status) => {
      const { url } = await startMonitor(status);
      const error = await fetchHeartbeat(url).catch((thrown: Error) => thrown);
      expect(error).toMatchObject({ name: "Status", message: "refused", code: status });
      expect(String((error as Error).stack)).not.toContain("secret-path");
    },
  );

  test("fails when nobody answers, and its error names no address", async () => {
    const error = await fetchHeartbeat("http://127.0.0.1:9/secret-path").catch((thrown) => thrown);
    expect(error).toBeInstanceOf(Error);
    expect(JSON.stringify({ ...error, message: error.message, stack: error.stack })).not.toContain(
      "secret-path",
    );
    expect(error).toMatchObject({ name: "TypeError", message: "unreachable" });
  });

  test("is given up after ten seconds, with the reason's name", async () => {
    const late = new DOMException("late", "TimeoutError");
    const timeout = vi.spyOn(AbortSignal, "timeout").mockReturnValue(AbortSignal.abort(late));
    const { asked, url } = await startMonitor(200);
    await expect(fetchHeartbeat(url)).rejects.toMatchObject({
      name: "TimeoutError",
      message: "unreachable",
    });
    expect(timeout.mock.calls).toEqual([[10_000]]);
    expect(asked).toEqual([]);
  });
});
