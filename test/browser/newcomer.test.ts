import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeFolder, runScript } from "../support/processes.ts";
import { openVisitor, PHONE as viewport } from "./visitor.ts";

const [PHONE, OTHER_PHONE] = ["15550783881", "15550783882"] as const;
const data = makeFolder();
let child: ChildProcess;
/** What the terminal shows, and who waits for more of it. */
const terminal = { text: "", onMore: () => {} };

beforeAll(() => {
  const args = ["--memory", "--port", "0", "--data", data, "--repeat-after", "2s,4s"];
  child = spawn(process.execPath, ["infra/local/main.ts", ...args]);
  child.stdout?.on("data", (chunk) => {
    terminal.text += chunk;
    terminal.onMore();
  });
});
afterAll(async () => {
  const exit = once(child, "exit");
  child.kill("SIGINT");
  await exit;
  rmSync(data, { recursive: true, force: true });
});

/** Resolves as soon as the terminal's text is as wanted. */
async function terminalShows<T>(find: (text: string) => T | undefined): Promise<T> {
  for (;;) {
    const more = new Promise<void>((resolve) => {
      terminal.onMore = resolve;
    });
    const found = find(terminal.text);
    if (found !== undefined) return found;
    await more;
  }
}

/** The messages about a number that the terminal shows whole, up to the link or the next message. */
function lettersAbout(phone: string, text: string): string[] {
  return text.split("Subject: ").filter((letter) => letter.includes(phone));
}

async function simulate(phone: string): Promise<void> {
  const { out } = await runScript("simulate", ["--data", data, "--phone", phone]);
  expect(out).toBe("200 ok\n");
}

test("a newcomer sees an alert repeated, answers in a browser, and it is announced and repeated no more", async () => {
  await terminalShows((text) => text.includes("npm run status") || undefined);
  await simulate(PHONE);
  const link = await terminalShows((text) => {
    const repeat = lettersAbout(PHONE, text).find((letter) => letter.includes("This is repeat 1"));
    return /http:\/\/127\S+\/incident\?\S+(?=\s)/.exec(repeat ?? "")?.[0];
  });

  const { page, expectGood, answerByKeyboard } = await openVisitor({ viewport });
  await page.goto(link);
  await expectGood("newcomer");
  await answerByKeyboard("Ann Example", "handling");
  const told = await terminalShows((text) => {
    const answers = lettersAbout(PHONE, text).filter((letter) => letter.includes('"Ann Example"'));
    return answers.length > 0 ? text.lastIndexOf("Subject: ") : undefined;
  });

  // Two repeats of a later alert: four seconds in which the first one would have been due again.
  await simulate(OTHER_PHONE);
  const after = await terminalShows((text) => {
    const rest = text.slice(told + "Subject: ".length);
    return lettersAbout(OTHER_PHONE, rest).length >= 3 ? rest : undefined;
  });
  const repeated = lettersAbout(PHONE, after).filter((letter) => !letter.includes("Ann Example"));
  expect(repeated, "repeats after the announcement").toEqual([]);
});
