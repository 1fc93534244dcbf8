import { EventEmitter } from "node:events";
import { expect, test } from "vitest";
import { muteInput } from "../../../infra/cli/mute.ts";

function createKeyboard() {
  const calls: string[] = [];
  const note = (name: string) => () => void calls.push(name);
  const keyboard = Object.assign(new EventEmitter(), {
    setRawMode: (isRaw: boolean) => void calls.push(isRaw ? "no echo" : "echo"),
    resume: note("resume"),
    pause: note("pause"),
    ref: note("ref"),
    unref: note("unref"),
  });
  return { keyboard: keyboard as never as Parameters<typeof muteInput>[0] & EventEmitter, calls };
}

/** `unref`: a command that has done its work ends, whether or not somebody types. */
const MUTED = ["no echo", "resume", "unref"];
const GIVEN = ["echo", "pause", "ref"];

test("only a question has an echo, and the keyboard is given back at the end", async () => {
  const { keyboard, calls } = createKeyboard();
  const mute = muteInput(keyboard, true);
  expect(await mute.lift(async () => keyboard.listenerCount("data"))).toBe(0);
  await expect(mute.lift(() => Promise.reject(new Error("asked")))).rejects.toThrow("asked");
  mute.end();
  expect(keyboard.listenerCount("data")).toBe(0);
  expect(calls).toEqual([...MUTED, ...GIVEN, ...MUTED, ...GIVEN, ...MUTED, ...GIVEN]);
});

test("Ctrl-C interrupts all the same, with the keyboard given back", () => {
  const { keyboard, calls } = createKeyboard();
  muteInput(keyboard, true, () => calls.push("interrupt"));
  keyboard.emit("data", Buffer.from("abc"));
  expect(calls).toEqual(MUTED);
  keyboard.emit("data", Buffer.from("abc\u0003"));
  expect(calls).toEqual([...MUTED, ...GIVEN, "interrupt"]);
});

test("a command that asks nothing leaves the keyboard alone", () => {
  const { keyboard, calls } = createKeyboard();
  muteInput(keyboard, false).end();
  expect(calls).toEqual([]);
});
