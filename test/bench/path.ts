import { createHmac } from "node:crypto";
import { parsePayload } from "../../lambda/event/payload.ts";
import {
  parseSignature,
  prepareAppSecret,
  verifySignature,
} from "../../lambda/webhook/signature.ts";
import { APP_SECRET, toWork } from "./deliveries.ts";

/**
 * The verify-and-parse path alone, in a process of its own: our signature check, parse and
 * validation of one webhook against HMAC and JSON.parse, in turns. Prints microseconds as JSON.
 */
const { first } = toWork(0);
const body = Buffer.from(first.body);
const header = first.headers["x-hub-signature-256"];

const appSecret = prepareAppSecret(APP_SECRET);

function ours(): unknown {
  const signature = parseSignature(header);
  if (!signature || !verifySignature(body, signature, appSecret)) throw new Error("not verified");
  const payload = parsePayload(body);
  if (payload?.entries.length !== 1) throw new Error("not parsed");
  return payload;
}

function bare(): unknown {
  createHmac("sha256", APP_SECRET).update(body).digest();
  return JSON.parse(body.toString("utf8"));
}

const ROUNDS = 60;
const CALLS = 2_000;

function time(work: () => unknown): number {
  const start = performance.now();
  for (let call = 0; call < CALLS; call++) work();
  return ((performance.now() - start) / CALLS) * 1000;
}

const samples = { ours: [] as number[], bare: [] as number[] };
for (let round = 0; round < ROUNDS; round++) {
  samples.ours.push(time(ours));
  samples.bare.push(time(bare));
}
// The first rounds run before the optimising compiler has seen the code.
console.log(JSON.stringify({ ours: samples.ours.slice(10), bare: samples.bare.slice(10) }));
