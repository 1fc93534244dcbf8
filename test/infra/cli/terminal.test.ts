import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createTerminal } from "../../../infra/cli/terminal.ts";
import { wrap } from "../../../infra/cli/text.ts";

describe("work that is piped into a file", () => {
  const written: string[] = [];

  beforeEach(() => {
    written.length = 0;
    vi.useFakeTimers();
    for (const name of ["stdout", "stderr"] as const) {
      vi.spyOn(process[name], "write").mockImplementation((text) => {
        written.push(`${name}: ${text}`);
        return true;
      });
    }
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  async function work(milliseconds: number): Promise<void> {
    const terminal = createTerminal();
    const { promise, resolve } = Promise.withResolvers<void>();
    const worked = terminal.withSpinner("Working", () => promise);
    await vi.advanceTimersByTimeAsync(milliseconds);
    resolve();
    await worked;
    terminal.print("done");
  }

  test("is told in one plain line when it takes longer than a second", async () => {
    await work(1_001);
    expect(written).toEqual(["stderr: Working …\n", "stdout: done\n"]);
  });

  test("is not told when it is done before", async () => {
    await work(999);
    expect(written).toEqual(["stdout: done\n"]);
  });
});

describe("a long sentence", () => {
  test("is broken between words, and what can't be broken stays whole", () => {
    expect(wrap("one two https://a.example/very-long three", "  ", 12)).toEqual([
      "  one two",
      "  https://a.example/very-long",
      "  three",
    ]);
  });
});
