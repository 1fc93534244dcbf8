import {
  GetParameterCommand,
  ParameterNotFound,
  ParameterVersionNotFound,
  SSMClient,
} from "@aws-sdk/client-ssm";
import { createParameterStore, PARAMETER_STORE_CLIENT } from "../../lambda/protect/pin-store.ts";
import type { PinAccess } from "../local/file-pins.ts";

export function createAwsPins(stackName: string): PinAccess {
  const client = new SSMClient(PARAMETER_STORE_CLIENT);
  const store = createParameterStore({ client, stackName });
  return {
    ...store,
    async read(number, version) {
      const Name = `${store.placeOf(number)}:${version}`;
      try {
        const input = { Name, WithDecryption: true };
        return (await client.send(new GetParameterCommand(input))).Parameter?.Value;
      } catch (error) {
        const isMissing =
          error instanceof ParameterNotFound || error instanceof ParameterVersionNotFound;
        if (isMissing) return undefined;
        throw error;
      }
    },
  };
}
