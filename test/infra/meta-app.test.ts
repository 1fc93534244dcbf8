import { Command } from "commander";
import { expect, test } from "vitest";
import { requireApp } from "../../infra/meta-app/credentials.ts";
import { post } from "../../infra/meta-app/delivery.ts";
import { addMetaOptions } from "../../infra/meta-app/options.ts";
import { withFirst } from "../../infra/meta-app/stored-secret.ts";
import { APP_SECRET, OLD_APP_SECRET } from "../support/builders.ts";
import { serve } from "../support/serve.ts";
import { createTestTerminal } from "../support/terminal.ts";

test("an app id that is typed has 5 to 20 digits", async () => {
  const command = addMetaOptions(new Command().exitOverride().configureOutput({ writeErr() {} }));
  const given = { WHATSAPP_APP_SECRET: APP_SECRET };
  const typed = (text: string) => requireApp({}, given, createTestTerminal(text));
  for (const id of ["abc", "1234", "1".repeat(21)]) {
    expect(() => command.parse(["--app-id", id], { from: "user" })).toThrow("5 to 20 digits");
    await expect(typed(id)).rejects.toThrow(
      `The app id must be 5 to 20 digits, such as 1234567890123456; it is ${id}.`,
    );
  }
  expect(command.parse(["--app-id", " 12345 "], { from: "user" }).opts().appId).toBe("12345");
  expect(await typed(" 12345 ")).toEqual({ id: "12345", secret: APP_SECRET });
  expect((await typed("1".repeat(20))).id).toHaveLength(20);
});

test("a rotation ends when the other secrets are replaced", () => {
  const rotation = { startedAt: "", keepUntil: "", retiring: OLD_APP_SECRET, digest: "" };
  const stored = { verifyToken: "v", appSecrets: [OLD_APP_SECRET], rotation };
  expect(withFirst(stored, APP_SECRET)).toMatchObject({ rotation });
  expect(withFirst(stored, APP_SECRET, true)).toEqual({
    verifyToken: "v",
    appSecrets: [APP_SECRET],
  });
});

test("of an answer at most 500 characters are shown", async () => {
  const server = await serve((_, response) => void response.writeHead(502).end("a".repeat(600)));
  expect((await post(server.url, "{}", "sha256=")).text).toHaveLength(500);
  await server.stop();
});
