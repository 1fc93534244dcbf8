import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32, deflateSync } from "node:zlib";
import type { Page } from "playwright-core";
import { expect } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const UPDATE = "run UPDATE_DOCS=1 npm run test:browser, and look at the pictures";

/** Cells of a picture whose mean colours are compared: letters differ from machine to machine. */
const CELLS = 24;

/** Of 255: with other letters about 6, an empty page at least 9, the other theme 200. */
const MAX_DIFFERENCE = 7;

/**
 * Holds a picture of the documents to what the page shows now: its words, which the picture carries
 * in itself, and roughly its colours. With UPDATE_DOCS=1 it is taken again instead.
 */
export async function expectPicture(page: Page, name: string): Promise<void> {
  const file = `.github/screenshots/${name}.png`;
  const path = join(ROOT, file);
  // One space between words: where lines break depends on the machine's letters.
  const words = (await page.innerText("body")).replace(/\s+/g, " ").trim();
  const shot = await page.screenshot();
  const blank = await page.context().newPage();
  try {
    const shown = await decodePng(blank, shot);
    if (process.env.UPDATE_DOCS) writeFileSync(path, encodePng(shown, words));
    expect(existsSync(path), `${file} is missing: ${UPDATE}`).toBe(true);
    const kept = readFileSync(path);
    expect(kept.length, `${file} is small`).toBeLessThan(60_000);
    expect(readText(kept), `${file} shows the page as it was: ${UPDATE}`).toBe(words);
    expectLike(await decodePng(blank, kept), shown, file);
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

const SIGNATURE = Buffer.from("89504e470d0a1a0a", "hex");
const TEXT_KEY = "Description";

/** With a palette, a fraction of what a browser writes; `text` is kept in it, see `readText`. */
function encodePng({ width, height, data }: Picture, text: string): Buffer {
  const colors = Array.from({ length: width * height }, (_, at) => toColor(data, at));
  const { palette, indexes } = toPalette(colors);
  const rows = Buffer.alloc((width + 1) * height);
  for (const [at, color] of colors.entries()) {
    rows[Math.floor(at / width) * (width + 1) + 1 + (at % width)] = indexes.get(color) ?? 0;
  }
  // Eight bits a point, by palette.
  const head = Buffer.concat([toFour(width), toFour(height), Buffer.of(8, 3, 0, 0, 0)]);
  return Buffer.concat([
    SIGNATURE,
    toChunk("IHDR", head),
    toChunk("PLTE", Buffer.from(palette.flatMap((color) => toBytes(color)))),
    toChunk("iTXt", Buffer.from(`${TEXT_KEY}\0\0\0\0\0${text}`)),
    toChunk("IDAT", deflateSync(rows, { level: 9 })),
    toChunk("IEND", Buffer.alloc(0)),
  ]);
}

/** What a picture says of itself; undefined for one that `encodePng` did not write. */
function readText(png: Buffer): string | undefined {
  const at = png.indexOf(`iTXt${TEXT_KEY}`);
  if (at === -1) return undefined;
  const content = png.subarray(at + 4, at + 4 + png.readUInt32BE(at - 4));
  return content.toString().slice(TEXT_KEY.length + 5);
}

function toChunk(type: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), content]);
  return Buffer.concat([toFour(content.length), body, toFour(crc32(body))]);
}

function toFour(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function toColor(data: Uint8Array, at: number): number {
  const [red = 0, green = 0, blue = 0] = data.subarray(at * 4, at * 4 + 3);
  return (red << 16) | (green << 8) | blue;
}

function toBytes(color: number): [number, number, number] {
  return [color >> 16, (color >> 8) & 255, color & 255];
}

const MAX_COLORS = 24;

/** The most frequent colours; each other one becomes the nearest of them. */
function toPalette(colors: readonly number[]) {
  const counts = Map.groupBy(colors, (color) => color);
  const frequent = [...counts].sort(([, a], [, b]) => b.length - a.length).map(([color]) => color);
  const palette = frequent.slice(0, MAX_COLORS);
  const indexes = new Map(frequent.map((color) => [color, toNearest(color, palette)]));
  return { palette, indexes };
}

function toNearest(color: number, palette: readonly number[]): number {
  const distances = palette.map((other) => {
    const parts = toBytes(other);
    return Math.hypot(...toBytes(color).map((value, at) => value - (parts[at] ?? 0)));
  });
  return distances.indexOf(Math.min(...distances));
}
