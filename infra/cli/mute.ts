import type { ReadStream } from "node:tty";

export interface Mute {
  /** Lets the keyboard through for as long as this takes. */
  lift<T>(work: () => Promise<T>): Promise<T>;
  /** Lets the keyboard through for good. */
  end(): void;
}

type Keyboard = Pick<
  ReadStream,
  "setRawMode" | "on" | "off" | "resume" | "pause" | "ref" | "unref"
>;

const CTRL_C = 3;

/**
 * Swallows what is typed before a question is shown: else the terminal echoes it, a secret too, and
 * the next question takes it for its answer. Ctrl-C still interrupts.
 */
export function muteInput(
  keyboard: Keyboard,
  isMuted: boolean,
  interrupt: () => void = () => process.kill(process.pid, "SIGINT"),
): Mute {
  if (!isMuted) return { lift: (work) => work(), end: () => {} };
  function swallow(keys: Buffer): void {
    if (!keys.includes(CTRL_C)) return;
    end();
    interrupt();
  }
  function begin(): void {
    keyboard.setRawMode(true);
    keyboard.on("data", swallow);
    keyboard.resume();
    // A command that has done its work ends, whether or not somebody types.
    keyboard.unref();
  }
  function end(): void {
    keyboard.off("data", swallow);
    keyboard.setRawMode(false);
    keyboard.pause();
    keyboard.ref();
  }
  begin();
  return {
    async lift(work) {
      end();
      try {
        return await work();
      } finally {
        begin();
      }
    },
    end,
  };
}
