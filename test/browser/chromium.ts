import { accessSync, constants } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** Whether there is one. In CI it must be there: what is skipped proves nothing. */
export function hasChromium(): boolean {
  return Boolean(process.env.CI) || findChromium() !== undefined;
}

/** Starts this machine's Chromium, or the one that CHROMIUM names, without a window. */
export function startChromium(): Promise<Browser> {
  const executablePath = findChromium();
  if (!executablePath) {
    throw new Error("No Chromium: apt-get install chromium, or name one in CHROMIUM");
  }
  // Chromium refuses its sandbox to root, who runs the checks in a container.
  const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  return chromium.launch({ executablePath, args });
}

function findChromium(): string | undefined {
  return process.env.CHROMIUM ?? PLACES.find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
