import * as v from "valibot";
import {
  DEFAULT_ALERT_EVENTS,
  DEFAULT_REPEAT_MINUTES,
  KNOWN_EVENTS,
} from "../../lambda/shared/names.ts";
import {
  Email,
  fromJsonText,
  listOf,
  NumberLabels,
  OnOff,
  oneOf,
  PhoneNumber,
  RepeatAfterMinutes,
  Throttle,
  textLike,
  wholeNumber,
} from "./setting-types.ts";

const ALERT_EVENTS = [...KNOWN_EVENTS].sort();

/** Every setting with its rule and its default. */
export const SettingsSchema = v.object({
  /** Name of the CloudFormation stack. */
  stackName: v.optional(
    textLike(
      /^[A-Za-z][A-Za-z0-9-]{0,63}$/,
      "1 to 64 letters, digits and hyphens, beginning with a letter",
    ),
    "WhatsAppSecurityWebhook",
  ),
  /** What messages call this deployment; absent: the stack's name. */
  label: v.optional(textLike(/^[!-~](?:[ -~]{0,28}[!-~])?$/, "1 to 30 printable ASCII characters")),
  /** Who gets each alert by e-mail. */
  alertEmails: v.optional(listOf(Email), []),
  /** Who gets alerts by SMS, in E.164 form. */
  alertPhoneNumbers: v.optional(listOf(PhoneNumber), []),
  /** Which events alert. A misspelt name would be an alert that never comes. */
  alertEvents: v.optional(
    v.pipe(listOf(oneOf(ALERT_EVENTS)), v.minLength(1, "must name at least one event")),
    [...DEFAULT_ALERT_EVENTS],
  ),
  /** Minutes after which an unanswered alert is repeated. */
  repeatAfterMinutes: v.optional(RepeatAfterMinutes, DEFAULT_REPEAT_MINUTES.join(",")),
  /** Who gets the alarms by e-mail; absent: who gets the alerts. */
  operationsEmails: v.optional(listOf(Email)),
  /** What people call the numbers. */
  numbers: v.optional(NumberLabels, {}),
  /** Where the runbook is read; its headings are appended as `#anchor`. */
  runbookUrl: v.optional(
    textLike(
      /^https:\/\/[^\s#"<>]{1,250}$/,
      "an https URL without # and of at most 250 characters",
    ),
  ),
  /** Domain of one's own for the API. */
  domainName: v.optional(
    textLike(
      /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
      "a domain name in lower case, such as whatsapp.example.com",
    ),
  ),
  /** Certificate for it, of the stack's region. */
  certificateArn: v.optional(
    textLike(
      /^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/,
      "the ARN of an ACM certificate",
    ),
  ),
  /** Hosted zone of Route 53 that gets the record; absent: it is set by hand. */
  hostedZoneId: v.optional(
    textLike(/^Z[A-Z0-9]{1,31}$/, "the id of a Route 53 hosted zone, such as Z0123456789ABC"),
  ),
  /** Whether API Gateway's own address stays, beside the domain. */
  defaultEndpoint: v.optional(OnOff, true),
  /** Where Amazon Q Developer in chat applications posts alerts and alarms. */
  slackWorkspaceId: v.optional(textLike(/^T[A-Z0-9]{1,30}$/, "a Slack workspace id, T01234567")),
  slackChannelId: v.optional(textLike(/^[CGD][A-Z0-9]{1,30}$/, "a Slack channel id, C01234567")),
  dashboard: v.optional(OnOff, true),
  /** Whether every message is about one account only. */
  separateAccounts: v.optional(OnOff, false),
  /** Whether the watchdog's function may set a PIN when an operator asks it to. */
  protect: v.optional(OnOff, false),
  /** Whether it may for the holder of an alert's link too. */
  protectByLink: v.optional(OnOff, false),
  /** Whom the watchdog calls after each run without failed checks; kept out of logs and outputs. */
  heartbeatUrl: v.optional(
    textLike(
      /^https:\/\/[^\s#"<>]{1,500}$/,
      "an https URL without # and of at most 500 characters",
    ),
  ),
  /**
   * Days until an event is deleted; absent: events are kept for good. Not less than eight: what was
   * deleted while Meta still repeats it, for seven days, would be new again.
   */
  retentionDays: v.optional(v.pipe(v.unknown(), fromJsonText, wholeNumber(8, 36_500))),
  /** Of Meta's deliveries; the other routes have fixed ones. */
  throttle: v.optional(Throttle, {}),
  /** Whether API Gateway logs each request, a throttled one too. */
  accessLog: v.optional(OnOff, true),
  /** An existing secret to use instead of one that the stack makes. */
  secretArn: v.optional(
    textLike(
      /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+-\w{6}$/,
      "the whole ARN of a secret, with the six characters at its end",
    ),
  ),
  /** The customer managed key that encrypts the secret of `secretArn`, if one does. */
  secretKeyArn: v.optional(
    textLike(/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/, "the ARN of a KMS key"),
  ),
});
