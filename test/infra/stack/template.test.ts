import { expect, test } from "vitest";
import { EVERY_PART, type Resource, synthesise } from "../../support/synthesise.ts";

/**
 * The names and types of what is deployed: a resource with another logical id is a new one, and its
 * predecessor is deleted. What a resource must be like is in the other tests of this folder.
 */
function toNames(settings: Readonly<Record<string, unknown>>): string[] {
  const { Resources, Outputs } = synthesise(settings).template.toJSON();
  return [
    ...Object.entries<Resource>(Resources).map(([id, { Type }]) => `${id} ${Type}`),
    ...Object.keys(Outputs).map((name) => `${name} (output)`),
  ].sort();
}

const everything = toNames(EVERY_PART);

test("a stack with everything has exactly these resources and outputs", () => {
  expect(everything).toMatchSnapshot();
});

/** What other settings add or leave out. */
const VARIANTS = {
  "no setting at all": {},
  "an existing secret with its own key, and no dashboard": {
    ...EVERY_PART,
    secretArn: "arn:aws:secretsmanager:eu-west-1:111122223333:secret:existing-AbCdEf",
    secretKeyArn: "arn:aws:kms:eu-west-1:111122223333:key/0a1b-2c",
    dashboard: false,
  },
};

test.each(Object.entries(VARIANTS))("with %s exactly these are different", (_, settings) => {
  const names = toNames(settings);
  expect({
    more: names.filter((name) => !everything.includes(name)),
    less: everything.filter((name) => !names.includes(name)),
  }).toMatchSnapshot();
});
