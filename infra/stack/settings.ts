import * as v from "valibot";
import { DEFAULT_ALERT_EVENTS, KNOWN_EVENTS } from "../../lambda/shared/names.ts";

/** A setting that is not understood; its message is one sentence for the person who deploys. */
export class SettingsError extends Error {}

const ALERT_EVENTS = [...KNOWN_EVENTS].sort();

/** `-c name=value` arrives as text: JSON as it stands, anything else a list separated by commas. */
function listOf<T extends v.GenericSchema<string, string>>(item: T) {
  return v.pipe(
    v.unknown(),
    v.transform((value) => (typeof value === "string" ? parseList(value) : value)),
    v.array(item, "must be a list, or text with commas between its items"),
    v.transform((items) => [...new Set(items)]),
  );
}

function parseList(text: string): unknown {
  if (text.trim().startsWith("[")) return parseJson(text);
  const items = text.split(",").map((item) => item.trim());
  return items.filter((item) => item !== "");
}

/** JSON's value, or the text itself, which the schema then refuses in its own words. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const fromJsonText = v.transform((value: unknown) =>
  typeof value === "string" ? parseJson(value) : value,
);

function wholeNumber(min: number, max: number) {
  const message = `must be a whole number from ${min} to ${max}`;
  return v.pipe(
    v.number(message),
    v.integer(message),
    v.minValue(min, message),
    v.maxValue(max, message),
  );
}

const Email = v.pipe(
  v.string("has an item that is no text"),
  v.rfcEmail(({ received }) => `has ${received}, which is no e-mail address`),
);

const PhoneNumber = v.pipe(
  v.string('has a number without quotes: write it as text, such as "+4915112345678"'),
  v.regex(
    /^\+[1-9]\d{6,14}$/,
    ({ received }) => `has ${received}, which is not in E.164 form, such as +4915112345678`,
  ),
);

// A misspelt name would be an alert that never comes, hence only names that Meta documents.
const AlertEvent = v.picklist(
  ALERT_EVENTS,
  ({ received }) => `has ${received}, which is none of ${ALERT_EVENTS.join(", ")}`,
);

const THROTTLE = 'must look like {"rateLimit":50,"burstLimit":100}';

const isNoList = (value: unknown) => !Array.isArray(value);

const Throttle = v.strictObject(
  {
    /** Requests a second that API Gateway lets through in the long run. */
    rateLimit: v.optional(wholeNumber(1, 10_000), 50),
    /** Requests that it lets through at once. */
    burstLimit: v.optional(wholeNumber(1, 5_000), 100),
  },
  THROTTLE,
);

const SECRET_ARN = /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+-\w{6}$/;
const KEY_ARN = /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/;

const Settings = v.object({
  /** Name of the CloudFormation stack. */
  stackName: v.optional(
    v.pipe(
      v.string("must be text"),
      v.regex(
        /^[A-Za-z][A-Za-z0-9-]{0,63}$/,
        "must be 1 to 64 letters, digits and hyphens, beginning with a letter",
      ),
    ),
    "WhatsAppSecurityWebhook",
  ),
  /** Who gets each alert by e-mail. */
  alertEmails: v.optional(listOf(Email), []),
  /** Who gets each alert by SMS, in E.164 form. */
  alertPhoneNumbers: v.optional(listOf(PhoneNumber), []),
  /** Which events alert. */
  alertEvents: v.optional(
    v.pipe(listOf(AlertEvent), v.minLength(1, "must name at least one event")),
    [...DEFAULT_ALERT_EVENTS],
  ),
  /** Who gets the alarms by e-mail. */
  operationsEmails: v.optional(listOf(Email), []),
  /**
   * Days until an event is deleted; absent: events are kept for good. Not less than eight: what was
   * deleted while Meta still repeats it, for seven days, would be new again.
   */
  retentionDays: v.optional(v.pipe(v.unknown(), fromJsonText, wholeNumber(8, 36_500))),
  throttle: v.optional(
    v.pipe(v.unknown(), fromJsonText, v.check(isNoList, THROTTLE), Throttle),
    {},
  ),
  /** An existing secret to use instead of one that the stack makes. */
  secretArn: v.optional(
    v.pipe(
      v.string("must be text"),
      v.regex(SECRET_ARN, "must be the whole ARN of a secret, with the six characters at its end"),
    ),
  ),
  /** The customer managed key that encrypts the secret of `secretArn`, if one does. */
  secretKeyArn: v.optional(
    v.pipe(v.string("must be text"), v.regex(KEY_ARN, "must be the ARN of a KMS key")),
  ),
});

export type Settings = v.InferOutput<typeof Settings>;

/** Reads the settings from CDK context. Throws a SettingsError that names the setting and the rule. */
export function parseSettings(context: Readonly<Record<string, unknown>>): Settings {
  const result = v.safeParse(Settings, context, { abortEarly: true });
  if (!result.success) throw new SettingsError(toSentence(result.issues[0]));
  refuseUnknown(context);
  const settings = result.output;
  if (settings.secretKeyArn && !settings.secretArn) {
    throw new SettingsError("Setting secretKeyArn needs secretArn, the secret that it encrypts.");
  }
  return settings;
}

function toSentence(issue: v.BaseIssue<unknown>): string {
  const name = v.getDotPath(issue)?.replace(/\.\d+$/, "");
  return `Setting ${name} ${issue.message}.`;
}

/** CDK's own context: `@aws-cdk/…`, `aws:…`, `availability-zones:…`, and settings of its CLI. */
const CDK_KEY = /[@/:]|^(cli-telemetry|notices|tree|acknowledged-issue-numbers)$/;

function refuseUnknown(context: Readonly<Record<string, unknown>>): void {
  const known = Object.keys(Settings.entries);
  const unknown = Object.keys(context).find((key) => !CDK_KEY.test(key) && !known.includes(key));
  if (unknown === undefined) return;
  throw new SettingsError(`Setting ${unknown} is unknown; the settings are ${known.join(", ")}.`);
}
