import type { PutParameterCommand } from "@aws-sdk/client-ssm";
import { expect, test } from "vitest";
import { createParameterStore, PARAMETER_STORE_CLIENT } from "../../../lambda/protect/pin-store.ts";

const PIN = "902137";

/** Saves the PIN while the Systems Manager answers this. */
async function save(answer: { readonly Version?: number } | Error) {
  const sent: object[] = [];
  const client = {
    async send({ input }: PutParameterCommand) {
      sent.push(input);
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
  const store = createParameterStore({ client: client as never, stackName: "Hooks" });
  return { version: await store.save("1555", PIN), place: store.placeOf("1555"), sent };
}

test("a PIN is stored encrypted, as a new version of the number's own parameter", async () => {
  const place = "/whatsapp-pins/Hooks/1555";
  const parameter = {
    Name: place,
    Description: "WhatsApp security webhook: two-step verification PIN of this number",
    Type: "SecureString",
    KeyId: "alias/Hooks",
    Value: PIN,
    Overwrite: true,
  };
  expect(await save({ Version: 3 })).toEqual({ version: 3, place, sent: [parameter] });
  expect(PARAMETER_STORE_CLIENT).toEqual({
    maxAttempts: 2,
    requestHandler: {
      connectionTimeout: 2_000,
      requestTimeout: 5_000,
      throwOnRequestTimeout: true,
    },
  });
});

test.each([
  ["names no version", {}, "The Systems Manager named no version."],
  ["quotes the PIN", new Error(`${PIN}, ${PIN}`), "Error: …, …."],
  ["denies it", Object.assign(new Error("Denied"), { name: "AccessDenied" }), "Denied"],
])("where the service %s no error has the PIN", async (_what, answer, message) => {
  await expect(save(answer)).rejects.toMatchObject({ message });
});
