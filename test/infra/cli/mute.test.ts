import { PassThrough } from "node:stream";
import { expect, test, vi } from "vitest";
import { muteInput } from "../../../infra/cli/mute.ts";

function createKeyboard() {
  const modes: boolean[] = [];
  const setRawMode = (isRaw: boolean) => void modes.push(isRaw);
  const keyboard = Object.assign(new PassThrough(), { setRawMode, ref() {}, unref() {} });
  return { keyboard: keyboard as never as Parameters<typeof muteInput>[0] & PassThrough, modes };
}

test("what is typed before a question is swallowed, what is typed at it arrives", async () => {
  const { keyboard, modes } = createKeyboard();
  const mute = muteInput(keyboard, true);
  keyboard.write("typed too early\n");
  await vi.waitUntil(() => keyboard.readableLength === 0);
  const received = await mute.lift(async () => {
    const data = new Promise((resolve) => keyboard.once("data", resolve));
    keyboard.resume();
    keyboard.write("yes\n");
    return String(await data);
  });
  expect(received).toBe("yes\n");
  // Raw mode has no echo: on, off for the question, on again.
  expect(modes).toEqual([true, false, true]);
  mute.end();
  expect(modes.at(-1)).toBe(false);
});

test("Ctrl-C interrupts all the same, with the keyboard given back", async () => {
  const { keyboard, modes } = createKeyboard();
  const interrupted = new Promise<void>((resolve) => muteInput(keyboard, true, resolve));
  keyboard.write("abc\u0003");
  await interrupted;
  expect(modes).toEqual([true, false]);
});

test("a command that asks nothing leaves the keyboard alone", () => {
  const { keyboard, modes } = createKeyboard();
  muteInput(keyboard, false).end();
  expect(modes).toEqual([]);
});
