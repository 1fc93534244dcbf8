import { describe, expect, test } from "vitest";
import { type Outcome, toDelivery, toHttpResult } from "../../../lambda/webhook/delivery.ts";
import { postOf } from "../../support/world.ts";

const PLAIN = {
  "content-type": "text/plain; charset=utf-8",
  "x-content-type-options": "nosniff",
  "cache-control": "no-store",
};
const PAGE = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": expect.stringContaining("default-src 'none'"),
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

describe("what a caller is answered in plain text", () => {
  test.each<[Outcome, number, string, object?]>([
    [{ kind: "confirmed", challenge: "1158" }, 200, "1158"],
    [{ kind: "accepted" }, 200, "ok"],
    [{ kind: "failed", reason: "secret" }, 503, "try again"],
    [{ kind: "failed", reason: "table" }, 500, "try again"],
    [{ kind: "failed", reason: "time" }, 500, "try again"],
    [{ kind: "rejected", reason: "handshake" }, 403, "handshake"],
    [{ kind: "rejected", reason: "signature malformed" }, 401, "signature malformed"],
    [{ kind: "rejected", reason: "signature mismatch" }, 401, "signature mismatch"],
    [{ kind: "rejected", reason: "foreign signature mismatch" }, 401, "foreign signature mismatch"],
    [{ kind: "rejected", reason: "payload" }, 400, "payload"],
    [{ kind: "rejected", reason: "size" }, 413, "size"],
    [{ kind: "rejected", reason: "content type" }, 415, "content type"],
    [{ kind: "rejected", reason: "path" }, 404, "path"],
    [{ kind: "rejected", reason: "method" }, 405, "method", { allow: "GET, POST" }],
    [
      { kind: "rejected", reason: "incident method" },
      405,
      "incident method",
      { allow: "GET, POST" },
    ],
  ])("%j is %i %s", (outcome, statusCode, body, more = {}) => {
    expect(toHttpResult(outcome)).toEqual({ statusCode, headers: { ...PLAIN, ...more }, body });
  });
});

describe("what a person is shown", () => {
  test.each<[Outcome, number, unknown, object?]>([
    [{ kind: "incident shown", page: "<p>" }, 200, "<p>"],
    [{ kind: "answer invalid", page: "<p>" }, 400, "<p>"],
    [{ kind: "incident answered", location: "?w=1" }, 303, "", { location: "?w=1" }],
    [{ kind: "rejected", reason: "link" }, 404, expect.stringMatching(/^<!doctype html>/)],
    [{ kind: "failed", reason: "incident" }, 503, expect.stringMatching(/^<!doctype html>/)],
  ])("%j is %i", (outcome, statusCode, body, more = {}) => {
    const result = toHttpResult(outcome);
    expect(result).toEqual({ statusCode, headers: expect.objectContaining(PAGE), body });
    expect("location" in result.headers).toBe("location" in more);
    expect(result.headers).toMatchObject(more);
  });

  test("says what happened: a wrong link is not a service that fails", () => {
    const pages = [
      toHttpResult({ kind: "rejected", reason: "link" }),
      toHttpResult({ kind: "failed", reason: "incident" }),
    ];
    expect(pages[0]?.body).not.toBe(pages[1]?.body);
  });
});

describe("a request", () => {
  test("is its bytes and its signature header", () => {
    expect(toDelivery(postOf("é", "sha256=1"))).toEqual({
      body: Buffer.from([0xc3, 0xa9]),
      signatureHeader: "sha256=1",
    });
    expect(toDelivery(postOf(Buffer.from([0xff, 0]), undefined))).toEqual({
      body: Buffer.from([0xff, 0]),
      signatureHeader: undefined,
    });
  });

  test("may have 4 MB, and not a byte more", () => {
    const body = "x".repeat(4 * 1024 * 1024);
    expect(toDelivery(postOf(body, undefined))?.body.length).toBe(body.length);
    expect(toDelivery(postOf(`${body}x`, undefined))).toBeUndefined();
  });
});
