import { crc32, deflateSync } from "node:zlib";
import type { Page } from "playwright-core";

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue, alpha of each point. */
  readonly data: Uint8Array;
}

/** By the browser itself: any blank page can draw it. */
export async function decodePng(page: Page, png: Buffer): Promise<Picture> {
  const url = `data:image/png;base64,${png.toString("base64")}`;
  const drawn = (await page.evaluate(`(async () => {
    const image = new Image();
    image.src = ${JSON.stringify(url)};
    await image.decode();
    const { width, height } = image;
    const context = Object.assign(document.createElement("canvas"), { width, height }).getContext("2d");
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    return { width, height, data: data.toBase64?.() ?? btoa(Array.from(data, (byte) => String.fromCharCode(byte)).join("")) };
  })()`)) as { width: number; height: number; data: string };
  return { ...drawn, data: Buffer.from(drawn.data, "base64") };
}

const SIGNATURE = Buffer.from("89504e470d0a1a0a", "hex");
const TEXT_KEY = "Description";

/** With a palette, a fraction of what a browser writes; `text` is kept in it, see `readText`. */
export function encodePng({ width, height, data }: Picture, text: string): Buffer {
  const colors = Array.from({ length: width * height }, (_, at) => toColor(data, at));
  const { palette, indexOf } = toPalette(colors);
  const rows = Buffer.alloc((width + 1) * height);
  for (const [at, color] of colors.entries()) {
    rows[Math.floor(at / width) * (width + 1) + 1 + (at % width)] = indexOf(color);
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  // Eight bits a point, by palette.
  head.set([8, 3, 0, 0, 0], 8);
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
export function readText(png: Buffer): string | undefined {
  for (let at = SIGNATURE.length; at < png.length; at += png.readUInt32BE(at) + 12) {
    const chunk = png.subarray(at + 8, at + 8 + png.readUInt32BE(at));
    const isText = png.toString("latin1", at + 4, at + 8) === "iTXt";
    if (isText) return chunk.toString().slice(TEXT_KEY.length + 5);
  }
  return undefined;
}

function toChunk(type: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), content]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
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
  const counts = new Map<number, number>();
  for (const color of colors) counts.set(color, (counts.get(color) ?? 0) + 1);
  const frequent = [...counts].sort(([, a], [, b]) => b - a).map(([color]) => color);
  const palette = frequent.slice(0, MAX_COLORS);
  const indexes = new Map(frequent.map((color) => [color, toNearest(color, palette)]));
  return { palette, indexOf: (color: number) => indexes.get(color) ?? 0 };
}

function toNearest(color: number, palette: readonly number[]): number {
  const distances = palette.map((other) => toDistance(color, other));
  return distances.indexOf(Math.min(...distances));
}

function toDistance(a: number, b: number): number {
  const others = toBytes(b);
  return toBytes(a).reduce((sum, value, at) => sum + (value - (others[at] ?? 0)) ** 2, 0);
}
