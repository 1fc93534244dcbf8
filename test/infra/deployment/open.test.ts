import { expect, test } from "vitest";
import { OUTPUTS } from "../../../infra/deployment/stack.ts";
import { synthesise } from "../../support/synthesise.ts";

test("the stack has every output that the operator's commands find it by", () => {
  const outputs = Object.keys(synthesise().template.toJSON().Outputs);
  expect(outputs).toEqual(expect.arrayContaining([...OUTPUTS]));
});
