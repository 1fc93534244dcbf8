import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { muteInput } from "../../../infra/cli/mute.ts";

function createKeyboard() {
  const modes: boolean[] = [];
  const setRawMode = (isRaw: boolean) => void modes.push(isRaw);
  const keyboard = Object.assign(new PassThrough(), { setRawMode, ref() {}, unref() {} });
  return { keyboard: keyboard as never as Parameters<typeof muteInput>[0] & PassThrough, modes };
}

test("only a question has an echo, and the keyboard is given back at the end", async () => {
  const { keyboard, modes } = createKeyboard();
  const mute = muteInput(keyboard, true);
  expect(await mute.lift(async () => keyboard.listenerCount("data"))).toBe(0);
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
