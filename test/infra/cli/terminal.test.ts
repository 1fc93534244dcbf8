import { PassThrough } from "node:stream";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { runCommand } from "../../../infra/cli/command.ts";
import { UserError } from "../../../infra/cli/errors.ts";
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
    await vi.advanceTimersByTimeAsync(2_000);
    terminal.print("done");
  }

  test("is announced in one plain line when it takes longer than a second", async () => {
    await work(1_001);
    expect(written).toEqual(["stderr: Working …\n", "stdout: done\n"]);
  });

  test("is not announced when it is done before", async () => {
    await work(999);
    expect(written).toEqual(["stdout: done\n"]);
  });

  test("says at a terminal how far it is, and no more once it has ended", async () => {
    const stderr = { ...process.stderr, isTTY: true };
    const terminal = createTerminal({}, { ...process, stderr } as never);
    const failed = terminal.withSpinner("Working", async (progress) => {
      await vi.advanceTimersByTimeAsync(1_001);
      progress("1 of 2");
      throw new Error("stopped");
    });
    await expect(failed).rejects.toThrow("stopped");
    expect(vi.getTimerCount(), "the process can end").toBe(0);
    const said = written.map((text) => text.replace(/^.*(?=Working)/, ""));
    expect(said).toEqual(["Working …\n", "Working: 1 of 2 …\n"]);
  });
});

describe("a question", () => {
  /** A terminal, what it shows, and its keyboard. */
  function open() {
    const keyboard = { isTTY: true, setRawMode() {}, ref() {}, unref() {} };
    const stdin = Object.assign(new PassThrough(), keyboard);
    const stderr = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
    const shown: string[] = [];
    stderr.on("data", (chunk) => shown.push(String(chunk)));
    const terminal = createTerminal({ asks: true }, { ...process, stdin, stderr } as never);
    /** Once the question is there: what is typed before does not count as its answer. */
    async function type(keys: string): Promise<void> {
      await expect.poll(() => shown.join(""), { interval: 1 }).toContain("?");
      stdin.write(keys);
    }
    return { terminal, stdin, shown, type };
  }

  test.each([
    [true, true, true],
    [true, undefined, false],
    [undefined, true, false],
  ])("can be asked with keyboard %s and screen %s: %s", (keyboard, screen, isInteractive) => {
    const stdin = Object.assign(new PassThrough(), { isTTY: keyboard });
    const stderr = Object.assign(new PassThrough(), { isTTY: screen });
    const terminal = createTerminal({}, { ...process, stdin, stderr } as never);
    expect(terminal.isInteractive).toBe(isInteractive);
  });

  test("shows what is typed at it, and takes nothing that was typed before", async () => {
    const { terminal, stdin, shown, type } = open();
    stdin.write("too early\r");
    await vi.waitUntil(() => stdin.readableLength === 0);
    const asked = terminal.ask("Meta app id");
    await type("12345\r");
    expect(await asked).toBe("12345");
    expect(shown.join("")).toContain("12345");
  });

  test("for a secret shows nothing of it, not even its length", async () => {
    const { terminal, shown, type } = open();
    const asked = terminal.askSecret("App secret");
    await type("0123456789abcdef\r");
    expect(await asked).toBe("0123456789abcdef");
    expect(shown.join("")).toContain("App secret");
    expect(shown.join("")).not.toMatch(/0123|\*{3}/);
  });

  test.each([
    ["\r", false],
    ["n\r", false],
    ["y\r", true],
  ])("for consent takes %j as %s", async (keys, isGiven) => {
    const { terminal, type } = open();
    const asked = terminal.confirm("Make these changes?");
    await type(keys);
    expect(await asked).toBe(isGiven);
  });

  test.each(["ask", "askSecret", "confirm"] as const)("ends with Ctrl-C: %s", async (ask) => {
    const { terminal, type } = open();
    const asked = terminal[ask]("Meta app id");
    await type("\u0003");
    await expect(asked).rejects.toThrow("Interrupted: nothing was changed.");
  });
});

test("a command that asks gives the keyboard back, and ends with its exit code or a sentence", async () => {
  const seen: unknown[] = [];
  const setRawMode = (isRaw: boolean) => seen.push(isRaw ? "no echo" : "echo");
  const keyboard = { isTTY: true, setRawMode, ref() {}, unref() {} };
  const stderr = Object.assign(new PassThrough(), { isTTY: true });
  const stdin = Object.assign(new PassThrough(), keyboard);
  vi.spyOn(process, "stdin", "get").mockReturnValue(stdin as never);
  vi.spyOn(process, "stderr", "get").mockReturnValue(stderr as never);
  const { exitCode } = process;
  const fail = () => Promise.reject(new UserError(`${"a ".repeat(40)}b\n\nc`));
  for (const action of [async () => 3, fail]) {
    await runCommand(action, { asks: true });
    seen.push(process.exitCode);
  }
  Object.assign(process, { exitCode });
  vi.restoreAllMocks();
  expect(seen).toEqual(["no echo", "echo", 3, "no echo", "echo", 1]);
  expect(String(stderr.read())).toBe(`${"a ".repeat(40).trim()}\nb\n\nc\n`);
});

test("a long sentence is broken between words, and what can't be broken stays whole", () => {
  expect(wrap("one two https://a.example/very-long three", "  ", 12)).toEqual([
    "  one two",
    "  https://a.example/very-long",
    "  three",
  ]);
});
