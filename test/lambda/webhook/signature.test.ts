import { describe, expect, test } from "vitest";
import {
  parseSignature,
  prepareAppSecret,
  verifySignature,
} from "../../../lambda/webhook/signature.ts";

// Written down, not computed by our own signer: openssl dgst -sha256 -hmac test_app_secret
const SECRET = "test_app_secret";
const BODY = Buffer.from('{"object":"whatsapp_business_account","entry":[]}');
const HEX = "dec6a680679a968e7e0319355b23599cbfc54502c0784668e9618baa0c633756";

function bytes(hex: string): Buffer {
  return Buffer.from(hex, "hex");
}

describe("a signature header", () => {
  test("of the documented form carries 32 bytes", () => {
    expect(parseSignature(`sha256=${HEX}`)).toEqual(bytes(HEX));
  });

  test.each([
    ["missing", undefined],
    ["of SHA-1", "sha1=e8f65f7ad3b4ae1b5a5b2f0c2cd5cd3b65ee1d1a"],
    ["without its prefix", HEX],
    ["in upper-case hex", `sha256=${HEX.toUpperCase()}`],
    ["truncated", `sha256=${HEX.slice(0, -1)}`],
    ["too long", `sha256=${HEX}0`],
    ["with a line break behind it", `sha256=${HEX}\n`],
    ["with a space before it", ` sha256=${HEX}`],
    ["with a full-width digit", `sha256=${HEX.slice(0, -1)}６`],
    ["with a digit that is not hex", `sha256=${HEX.slice(0, -1)}g`],
  ])("%s is refused before any secret is read", (_, header) => {
    expect(parseSignature(header)).toBeUndefined();
  });
});

describe("a signature", () => {
  test("verifies the bytes it was made for", () => {
    expect(verifySignature(BODY, bytes(HEX), prepareAppSecret(SECRET))).toBe(true);
  });

  test("does not verify one changed byte of the body", () => {
    for (let index = 0; index < BODY.length; index++) {
      const changed = Buffer.from(BODY);
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(verifySignature(changed, bytes(HEX), prepareAppSecret(SECRET))).toBe(false);
    }
  });

  test.each([
    ["one bit of it changed", bytes(`${HEX.slice(0, -1)}7`), SECRET],
    ["another secret", bytes(HEX), "test_app_secret2"],
    ["the secret and a line break", bytes(HEX), `${SECRET}\n`],
    ["another length", Buffer.alloc(20), SECRET],
    ["no length", Buffer.alloc(0), SECRET],
  ])("does not verify with %s, and never throws", (_, signature, secret) => {
    expect(verifySignature(BODY, signature, prepareAppSecret(secret))).toBe(false);
  });

  test("made with the empty secret does not verify, even where one is configured", () => {
    const hmacOfEmptySecret = "704eb71c28bbe7c091ca5b8f9446c2bceec023435f33ff17e7fb9634d46333bc";
    expect(verifySignature(BODY, bytes(hmacOfEmptySecret), prepareAppSecret(""))).toBe(false);
  });
});
