import { describe, expect, test } from "vitest";
import { GraphError, MetaError, MetaUnavailableError } from "../../../lambda/meta/graph-error.ts";
import { createPatientGraph } from "../../../lambda/watchdog/patience.ts";

const AWAY = new MetaUnavailableError("Away.");

/** A client that answers the requests with these, in order, and counts its pauses. */
function patient(answers: readonly unknown[], elapsed = () => 0) {
  const left = [...answers];
  const counted = { requests: 0, pauses: 0 };
  const inner = {
    baseUrl: "https://graph.example",
    async send() {
      counted.requests += 1;
      const answer = left.shift();
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
  const pause = async () => {
    counted.pauses += 1;
  };
  const graph = createPatientGraph(inner as never, { pause, elapsed });
  return { graph, counted, send: () => graph.send({} as never) };
}

describe("a patient client of Meta's", () => {
  test("asks again after a pause what Meta could not answer for the moment", async () => {
    const { graph, send, counted } = patient([AWAY, new GraphError("Wait.", 4), "answer"]);
    expect(await send()).toBe("answer");
    expect(counted).toEqual({ requests: 3, pauses: 2 });
    expect(graph.baseUrl).toBe("https://graph.example");
  });

  test.each([
    ["refuses", new GraphError("No.", 190)],
    ["refused in our words", new MetaError("No.")],
    ["did something odd", new Error("odd")],
  ])("does not ask again what Meta %s", async (_what, error) => {
    const { send, counted } = patient([error, "answer"]);
    await expect(send()).rejects.toBe(error);
    expect(counted).toEqual({ requests: 1, pauses: 0 });
  });

  test("pauses three times in a run, whatever is asked", async () => {
    const { send, counted } = patient([AWAY, AWAY, "first", AWAY, AWAY, "never"]);
    expect(await send()).toBe("first");
    await expect(send()).rejects.toBe(AWAY);
    expect(counted).toEqual({ requests: 5, pauses: 3 });
  });

  test("asks nothing more once seven minutes have passed", async () => {
    const minutes = { passed: 7 };
    const { send, counted } = patient(["first", "never"], () => minutes.passed * 60_000);
    expect(await send()).toBe("first");
    minutes.passed = 7.01;
    await expect(send()).rejects.toBeInstanceOf(MetaUnavailableError);
    expect(counted).toEqual({ requests: 1, pauses: 0 });
  });

  test("waits once for all that fail meanwhile, and again after it", async () => {
    const { send, counted } = patient([AWAY, AWAY, "a", "a", AWAY, AWAY, "b", "b"]);
    expect(await Promise.all([send(), send()])).toEqual(["a", "a"]);
    expect(counted.pauses).toBe(1);
    expect(await Promise.all([send(), send()])).toEqual(["b", "b"]);
    expect(counted.pauses).toBe(2);
  });
});
