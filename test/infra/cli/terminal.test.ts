import { execFile } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { wrap } from "../../../infra/cli/terminal.ts";

const TERMINAL = join(import.meta.dirname, "../../../infra/cli/terminal.ts");

/** What a command that works this long prints where nobody sees a terminal. */
function printWorking(milliseconds: number): Promise<{ out: string; err: string }> {
  const script = `
    const { createTerminal } = await import(${JSON.stringify(TERMINAL)});
    const terminal = createTerminal();
    const work = () => new Promise((resolve) => setTimeout(resolve, ${milliseconds}));
    await terminal.withSpinner("Working", work);
    terminal.print("done");`;
  const args = ["--input-type=module", "--eval", script];
  return new Promise((resolve) => {
    execFile(process.execPath, args, (_error, out, err) => resolve({ out, err }));
  });
}

describe("work that is piped into a file", () => {
  test("is told in one plain line when it takes longer than a second", async () => {
    expect(await printWorking(1_200)).toEqual({ out: "done\n", err: "Working …\n" });
  });

  test("is not told when it is done before", async () => {
    expect(await printWorking(10)).toEqual({ out: "done\n", err: "" });
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
