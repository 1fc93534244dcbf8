import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const UPDATE = "run UPDATE_DOCS=1 npm run test:browser, and look at the pictures";

/** Cells of a picture whose mean colours are compared: letters differ from machine to machine. */
const CELLS = 24;

/** Of 255: with other letters about 6, an empty page at least 9, the other theme 200. */
const MAX_DIFFERENCE = 7;

/**
 * Holds a picture of the documents to what the page shows now: its words, which stand in a file
 * beside it, and roughly its colours. With UPDATE_DOCS=1 both are written again instead.
 */
export async function expectPicture(page: Page, name: string): Promise<void> {
  const file = `.github/screenshots/${name}.png`;
  const path = join(ROOT, file);
  const text = path.replace(/png$/, "txt");
  // One space between words: where lines break depends on the machine's letters.
  const words = (await page.innerText("body")).replace(/\s+/g, " ").trim();
  const shot = await page.screenshot();
  const blank = await page.context().newPage();
  try {
    if (process.env.UPDATE_DOCS) {
      writeFileSync(path, shot);
      writeFileSync(text, `${words}\n`);
    }
    expect(existsSync(path), `${file} is missing: ${UPDATE}`).toBe(true);
    const kept = readFileSync(text, "utf8").trim();
    expect(kept, `${file} shows the page as it was: ${UPDATE}`).toBe(words);
    const picture = await decodePng(blank, readFileSync(path));
    expectLike(picture, await decodePng(blank, shot), file);
  } finally {
    await blank.close();
  }
}

function expectLike(kept: Picture, shown: Picture, file: string): void {
  const sizes = [kept, shown].map(({ width, height }) => `${width} × ${height}`);
  expect(sizes[0], `${file} is as large as the window`).toBe(sizes[1]);
  const [a, b] = [toCells(kept), toCells(shown)];
  const difference = a.reduce((sum, value, at) => sum + Math.abs(value - (b[at] ?? 0)), 0);
  const mean = difference / a.length;
  expect(mean, `${file} looks like the page: ${UPDATE}`).toBeLessThan(MAX_DIFFERENCE);
}

/** The mean of each channel in each cell, from 0 to 255. */
function toCells({ width, height, data }: Picture): number[] {
  const sums = new Array<number>(CELLS * CELLS * 3).fill(0);
  const counts = new Array<number>(CELLS * CELLS).fill(0);
  for (let at = 0; at < width * height; at += 1) {
    const column = Math.floor(((at % width) * CELLS) / width);
    const row = Math.floor((Math.floor(at / width) * CELLS) / height);
    const cell = row * CELLS + column;
    counts[cell] = (counts[cell] ?? 0) + 1;
    for (let channel = 0; channel < 3; channel += 1) {
      sums[cell * 3 + channel] = (sums[cell * 3 + channel] ?? 0) + (data[at * 4 + channel] ?? 0);
    }
  }
  return sums.map((sum, at) => sum / (counts[Math.floor(at / 3)] || 1));
}

interface Picture {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue, alpha of each point. */
  readonly data: Uint8Array;
}

/** By the browser itself: any blank page can draw it. */
async function decodePng(page: Page, png: Buffer): Promise<Picture> {
  const url = `data:image/png;base64,${png.toString("base64")}`;
  const drawn = (await page.evaluate(`(async () => {
    const image = new Image();
    image.src = ${JSON.stringify(url)};
    await image.decode();
    const { width, height } = image;
    const context = Object.assign(document.createElement("canvas"), { width, height }).getContext("2d");
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    return { width, height, data: btoa(Array.from(data, (byte) => String.fromCharCode(byte)).join("")) };
  })()`)) as { width: number; height: number; data: string };
  return { ...drawn, data: Buffer.from(drawn.data, "base64") };
}
