import { describe, expect, test } from "vitest";
import { maskEndpoint } from "../../../lambda/facts/subscribers.ts";

describe("an address that is shown", () => {
  test.each([
    ["email", "ada@example.com", "a…@example.com"],
    ["email-json", "ada@example.com", "a…@example.com"],
    ["email", "a@example.com", "a…@example.com"],
    ["sms", "+491701234567", "+49…4567"],
    ["https", "https://hooks.example.com/secret?token=1", "hooks.example.com"],
    ["http", "http://hooks.example.com:81/secret", "hooks.example.com:81"],
    ["https", "no address", "…"],
    ["sqs", "arn:aws:sqs:eu-central-1:123456789012:alerts", "alerts"],
    ["lambda", "alerts", "alerts"],
  ])("by %s keeps enough to know it by: %s is %s", (protocol, endpoint, masked) => {
    expect(maskEndpoint(protocol, endpoint)).toBe(masked);
  });
});
