/** A word that this project does not use, and the usual one. */
export type Rename = readonly [RegExp, string];

/** Names in code. */
const NAMES: readonly Rename[] = [
  [/\b(to|Meta)?Complaints?\b/, "UserError"],
  [/\bFindings?\b/, "CheckResult"],
  [/\b(judge([A-Z]\w*)?|lookAt)\b/, "check…"],
  [/\bmend\b/, "fix"],
  [/\bwell: (true|false|boolean)/, "ok"],
  [/\b(take|toEmpty)?Tally\b|\btally\b/, "InvocationMetrics, counts"],
  [/\b(to)?Hearings?\b/, "ExpectedMessage"],
  [/\b(hears|hearing|heard)\b/, "confirmed, gets, receives"],
  [/\b(gather)?Evidence\b/, "SecretUsage"],
  [/\b(Wishes|toFound)\b/, "CurrentState, DesiredState"],
  [/\brefuse[A-Z]\w*/, "assert…"],
  [/\bterminal\.(tell|write|during)\b/, "info, print, withSpinner"],
  [/\b(EventRecord|toRecord)\b/, "StoredEvent, fromItem"],
  [/\b(printable|complaint|broken-pipe|consent)\.ts\b/, "text.ts, terminal.ts, errors.ts"],
  [/\bmask\(/, "maskEndpoint"],
  [/\b(createAddress|interface Address|Built|FunctionParts)\b/, "createApi, StackResources"],
  [/\bMETRICS\.names\b/, "METRIC"],
  [/\b([tT]eeth|Violation)\b/, "mutants, InvariantViolation"],
  [/\blaptop/i, "local run"],
  [/Alert without listener/, "Alert has no subscribers"],
  [/Dead letters waiting/, "Dead-letter queue not empty"],
];

const SENTENCES: readonly Rename[] = [
  [/storm of alerts/, "the alert would be sent again at every retry"],
  [/[Ss]ilence (of|says|is)/, "missing data"],
  [/decides about its every effect|Not on examples/, "model checking"],
  [/Beginning each time|beginning somewhere else/, "each time at another one"],
  [/\babsurd\b|deserves patience|web's kind|part of its store/, "what it is, in the usual words"],
  [/[Hh]as no listener|wakes a person/, "has no subscribers, alerts people"],
  [/\*\*(Look|Mend):\*\*/, "Investigate, Fix"],
  [
    /which is no e-mail|must be text|item that is no text/,
    "is not an e-mail address, must be a string",
  ],
  [/asks for it,? unseen/, "without echo"],
];

export const RENAMES: readonly Rename[] = [...NAMES, ...SENTENCES];

/** What these words may still stand for, by file, with the reason. */
export const ALLOWED: readonly (readonly [RegExp, RegExp, string])[] = [
  [/^test\/docs\/words/, /./, "the list itself"],
  [/^CHANGELOG\.md$/, /./, "names what was renamed"],
  [/rule-packs\.test\.ts$/, /Finding/, "cdk-nag's own word"],
];
