import { isDeepStrictEqual } from "node:util";
import { expect, test } from "vitest";
import { EVERY_PART, synthesise } from "../../support/synthesise.ts";

/**
 * The other tests of this folder say what each part is for; this one shows every attribute of every
 * resource, so that no change of what is deployed goes unseen. After a change that is meant:
 * `npx vitest run test/infra/stack/template.test.ts -u`, and read the difference.
 */
const everything = toParts(EVERY_PART);

/** What other settings make different. */
const VARIANTS = {
  "no setting at all": {},
  "an existing secret with its own key, no dashboard and no repeats": {
    ...EVERY_PART,
    secretArn: "arn:aws:secretsmanager:eu-west-1:111122223333:secret:existing-AbCdEf",
    secretKeyArn: "arn:aws:kms:eu-west-1:111122223333:key/0a1b-2c",
    dashboard: false,
    repeatAfterMinutes: "off",
  },
  "other values": {
    ...EVERY_PART,
    label: "Shop",
    alertEvents: "PIN_CHANGED",
    subjectForm: "state",
    smsKinds: "alert",
    heartbeatUrl: "https://example.com/beat",
    throttle: { rateLimit: 5, burstLimit: 10 },
  },
};

type Parts = Readonly<Record<string, unknown>>;

/** Resources, outputs and the rest of a template, each under its name. */
function toParts(settings: Readonly<Record<string, unknown>>): Parts {
  const { Resources, Outputs, ...rest } = synthesise(settings).template.toJSON();
  return { ...Resources, ...Outputs, ...rest };
}

test("a stack with everything has exactly these resources and outputs", () => {
  expect(everything).toMatchSnapshot();
});

test.each(Object.entries(VARIANTS))("with %s exactly this is different", (_, settings) => {
  const parts = toParts(settings);
  const names = [...new Set([...Object.keys(everything), ...Object.keys(parts)])].sort();
  const different = names.filter((name) => !isDeepStrictEqual(parts[name], everything[name]));
  expect(Object.fromEntries(different.map((name) => [name, parts[name]]))).toMatchSnapshot();
});
