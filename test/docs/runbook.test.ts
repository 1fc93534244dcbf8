import { globSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ALARMS } from "../../infra/stack/monitoring/alarm-list.ts";
import { QUERIES } from "../../infra/stack/monitoring/queries.ts";
import { toHeadingUrl } from "../../infra/stack/monitoring/runbook.ts";
import type { NoticeItem } from "../../lambda/alert/content/notice.ts";
import { ANSWER_KINDS } from "../../lambda/event/answer.ts";
import { KNOWN_EVENTS } from "../../lambda/shared/names.ts";
import { ANSWER, messageContext, securityEvent, toForms } from "../support/notices.ts";
import { DOCUMENTS, ROOT, readDocument, readSections } from "./documents.ts";
import { anchorsOf } from "./links.ts";

const EVENTS = KNOWN_EVENTS.map((event) => securityEvent({ event }));
const OTHER = securityEvent({ displayPhoneNumber: "15550783882", eventKey: "1" });

/** Each kind of mail that people get, as the code makes it. */
const ITEMS: readonly (readonly NoticeItem[])[] = [
  ...EVENTS.flatMap((event): NoticeItem[][] => [
    [{ due: "alert", event }],
    [{ due: "alert", event: { ...event, test: true } }],
    [{ due: "repeat", repeat: 1, event, story: [event] }],
    [{ due: "repeat", repeat: 1, event, story: [event], handling: ANSWER }],
    [
      { due: "alert", event },
      { due: "alert", event: OTHER },
    ],
  ]),
  ...ANSWER_KINDS.flatMap((answer): NoticeItem[][] => {
    const item = (event = OTHER, name = "Bo"): NoticeItem => {
      return { due: "answer", event, answers: [{ ...ANSWER, name, answer }] };
    };
    return [[item()], [item(), item(EVENTS[0])], [item(), item(EVENTS[0], "Cy")]];
  }),
];

/** Subjects of the watchdog's mails, as they were reviewed. */
const REVIEWED = globSync("test/lambda/watchdog/__snapshots__/*.snap", { cwd: ROOT }).flatMap(
  (file) => [...readDocument(file).matchAll(/"subject": "(.+)",$/gm)].map(([, text = ""]) => text),
);

/** Subjects, each with the heading that the message itself names. */
const SUBJECTS = new Map([
  ...ITEMS.map((items) => {
    const { subject, email } = toForms(items, messageContext({ runbookUrl: "" }));
    return [subject, /RUNBOOK\.md#([\w-]+)/.exec(email)?.[1] ?? "alarms"] as const;
  }),
  ...REVIEWED.map((subject) => [subject, "alarms"] as const),
]);

/** What stands before the first heading. */
const TABLE = readDocument("infra/RUNBOOK.md").split("\n## ")[0] ?? "";

describe("the runbook", () => {
  const sections = readSections("infra/RUNBOOK.md", "Alarms");

  test("has a heading for each alarm, and for nothing else, in the alarms' order", () => {
    expect(sections.map(({ heading }) => heading)).toEqual(ALARMS.map(({ heading }) => heading));
  });

  test("says of each alarm when to act", () => {
    for (const { heading, urgency } of ALARMS) {
      const [, anchor] = toHeadingUrl("", heading).split("#");
      const when = urgency === "Act now" ? "now" : "next morning";
      expect(TABLE).toContain(
        `| ALARM: "STACK - ${heading}" | [${heading}](#${anchor}) | ${when} |`,
      );
    }
  });

  test.each([...sections, ...readSections("infra/RUNBOOK.md", "Causes")])(
    "says of $heading how to investigate and how to fix",
    ({ text }) => {
      expect(text).toContain("**Investigate:**");
      expect(text).toContain("**Fix:**");
    },
  );

  test("is where the address of each alarm and each message leads", () => {
    const anchors = anchorsOf("infra/RUNBOOK.md");
    const addresses = ALARMS.map(({ heading }) => toHeadingUrl("https://example.com/r", heading));
    const ofMessages = [...SUBJECTS.values()].map((anchor) => `#${anchor}`);
    const leadNowhere = [...addresses, ...ofMessages].filter(
      (url) => !anchors.has(url.split("#")[1] ?? ""),
    );
    expect(leadNowhere).toEqual([]);
  });

  test("has the headings that texts name, and the alarms that documents name are the stack's", () => {
    const texts = globSync("{lambda,infra}/**/*.ts", { cwd: ROOT }).map(readDocument).join("\n");
    const headings = [...texts.matchAll(/RUNBOOK(?:\.md, |\()"([^"$]+)"/g)].map(([, name]) => name);
    expect(headings.length).toBeGreaterThan(5);
    const text = `\n${readDocument("infra/RUNBOOK.md")}`;
    expect(headings.filter((name) => !text.includes(`\n### ${name}\n`))).toEqual([]);
    const documents = DOCUMENTS.map(readDocument).join("\n");
    const alarms = [...documents.matchAll(/\balarms? "(?:STACK - )?([^"]+)"/gi)].map(([, n]) => n);
    expect(alarms.length).toBeGreaterThan(0);
    const known = ALARMS.map(({ heading }) => heading);
    expect(alarms.filter((name = "") => !known.includes(name))).toEqual([]);
  });

  test("names saved queries that there are", () => {
    const named = sections.flatMap(({ text }) =>
      [...text.matchAll(/saved query "([^"]+)"/g)].map(([, name]) => name),
    );
    expect(new Set(named)).toEqual(new Set(Object.keys(QUERIES)));
  });
});

/** Patterns of the table's first column: "…" is any text, none at the end. */
const ROWS = [...TABLE.matchAll(/^\| (\S.*?) \| .*\|$/gm)]
  .map(([, subject = ""]) => subject)
  .filter((subject) => !/^(subject|---|ALARM: .*|OK: .*)$/.test(subject));

function matches(row: string, subject: string): boolean {
  const parts = row.replace(/ …$/, "…").split("…");
  return new RegExp(`^${parts.map((part) => RegExp.escape(part)).join(".*")}$`).test(subject);
}

describe("the runbook's table of subjects", () => {
  test.each([...SUBJECTS])("leads from %j to %s", (subject, anchor) => {
    const row = ROWS.find((each) => matches(each, subject));
    expect(row, `no row for ${subject}`).toBeDefined();
    const [, read = ""] = TABLE.split(`| ${row} | `);
    if (/^WhatsApp alert: /.test(subject)) expect(read).toMatch(new RegExp(`^.*\\(#${anchor}\\)`));
  });

  test("has no row whose subject is never sent", () => {
    const first = [...SUBJECTS.keys()].map((subject) => ROWS.find((row) => matches(row, subject)));
    expect(ROWS.filter((row) => !first.includes(row))).toEqual([]);
  });
});
