import * as v from "valibot";
import { expect, test } from "vitest";
import { StoredSecretText } from "../../../lambda/meta/stored-secret.ts";

const rotation = { startedAt: "2026-11-24", keepUntil: "2026-12-01", retiring: "b" };

test.each([
  ["{}", { verifyToken: "", appSecrets: [] }],
  ['{"appId":7,"mine":1}', { verifyToken: "", appSecrets: [], appId: undefined, mine: 1 }],
  [
    JSON.stringify({ verifyToken: "v", appSecrets: ["a"], appId: "7", rotation }),
    { verifyToken: "v", appSecrets: ["a"], appId: "7", rotation },
  ],
])("the secret %s is understood", (text, secret) => {
  expect(v.parse(StoredSecretText, text)).toEqual(secret);
});

test.each(["", "no JSON", "1", '{"verifyToken":1}', '{"appSecrets":"a"}', '{"rotation":{}}'])(
  "the secret %j is none",
  (text) => {
    expect(v.safeParse(StoredSecretText, text).success).toBe(false);
  },
);
