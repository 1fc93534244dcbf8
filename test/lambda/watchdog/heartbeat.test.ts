import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { createHeartbeat } from "../../../lambda/watchdog/aws.ts";
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

const fetchHeartbeat = (url: string) => createHeartbeat(url)?.() ?? expect.fail("It is none");

afterEach(() => void vi.restoreAllMocks());

describe("the heartbeat", () => {
  test("is one GET of its address", async () => {
    const { asked, url } = await startMonitor(200);
    await fetchHeartbeat(url);
    expect(createHeartbeat(undefined)).toBeUndefined();
    expect(asked).toEqual(["GET /secret-path"]);
  });

  /** What the call fails with: an error that names no address. */
  async function failureOf(url: string): Promise<Error> {
    const error = await fetchHeartbeat(url).then(
      () => expect.fail("The call did not fail"),
      (thrown: Error) => thrown,
    );
    const whole = JSON.stringify({ ...error, message: error.message, stack: error.stack });
    expect(whole).not.toContain("secret-path");
    return error;
  }

  test.each([400, 404, 500])("fails when the monitor answers %s", async (code) => {
    const { url } = await startMonitor(code);
    expect(await failureOf(url)).toMatchObject({ name: "Status", message: "refused", code });
  });

  test("fails when nobody answers", async () => {
    const error = await failureOf("http://127.0.0.1:9/secret-path");
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
