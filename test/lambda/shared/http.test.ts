import { describe, expect, test } from "vitest";
import { findHeader, type HttpEvent, onlyValue, toBodyBytes } from "../../../lambda/shared/http.ts";

function request(difference: Partial<HttpEvent>): HttpEvent {
  return { rawPath: "/", requestContext: { http: { method: "POST" } }, ...difference };
}

describe("the bytes of a body", () => {
  test.each([
    ["none", {}, ""],
    ["text", { body: "é" }, "c3a9"],
    ["text that says so", { body: "aGk=", isBase64Encoded: false }, "6147"],
    ["base64", { body: "/wA=", isBase64Encoded: true }, "ff00"],
  ])("are those that were sent: %s", (_, difference, hex) => {
    const bytes = toBodyBytes(request(difference), 10);
    expect(bytes?.subarray(0, 2).toString("hex")).toBe(hex);
  });

  test.each([
    ["text", { body: "éxx" }],
    ["base64", { body: Buffer.from("1234").toString("base64"), isBase64Encoded: true }],
  ])("may be so many and no more, counted as bytes: %s", (_, difference) => {
    expect(toBodyBytes(request(difference), 4)?.length).toBe(4);
    expect(toBodyBytes(request(difference), 3)).toBeUndefined();
  });
});

test.each([
  ["in any case", { "X-A": "1" }, "1"],
  ["in lower case first", { "X-A": "2", "x-a": "1" }, "1"],
  ["among others", { "x-aa": "3", "X-a": "1", y: "4" }, "1"],
  ["that is empty", { "x-a": "", "X-A": "2" }, ""],
  ["that is not there", { "x-aa": "3" }, undefined],
  ["where there are none", undefined, undefined],
])("a header is found %s", (_, headers, value) => {
  expect(findHeader(request(headers ? { headers } : {}), "x-a")).toBe(value);
});

test.each([
  ["a=1&b=2", "1"],
  ["a=", ""],
  ["b=2", undefined],
  ["a=1&b=2&a=2", undefined],
])("a parameter %s has the value %j where it is given once", (query, value) => {
  expect(onlyValue(new URLSearchParams(query), "a")).toBe(value);
});
