import { expect, test } from "vitest";
import { toNotFoundPage, toUnavailablePage } from "../../../lambda/incident/failure-pages.ts";
import { toSecurityHeaders } from "../../../lambda/page/document.ts";
import { type Outcome, toHttpResult } from "../../../lambda/webhook/delivery.ts";

const page = "<p>a page</p>";
const location = "/incident?w=1";
const HTML = { "content-type": "text/html; charset=utf-8", ...toSecurityHeaders() };
const TEXT = {
  "content-type": "text/plain; charset=utf-8",
  "x-content-type-options": "nosniff",
  "cache-control": "no-store",
};

test.each<[Outcome, number, object, () => string]>([
  [{ kind: "confirmed", challenge: "12" }, 200, TEXT, () => "12"],
  [{ kind: "accepted" }, 200, TEXT, () => "ok"],
  [{ kind: "rejected", reason: "size" }, 413, TEXT, () => "size"],
  [{ kind: "rejected", reason: "link" }, 404, HTML, toNotFoundPage],
  [
    { kind: "rejected", reason: "incident method" },
    405,
    { ...TEXT, allow: "GET, POST" },
    () => "incident method",
  ],
  [{ kind: "failed", reason: "time" }, 500, TEXT, () => "try again"],
  [{ kind: "failed", reason: "incident" }, 503, HTML, toUnavailablePage],
  [{ kind: "incident shown", page }, 200, HTML, () => page],
  [{ kind: "answer invalid", page }, 400, HTML, () => page],
  [{ kind: "incident answered", location }, 303, { ...HTML, location }, () => ""],
  [{ kind: "new PIN asked for", location }, 303, { ...HTML, location }, () => ""],
])("the answer to %j is %i", (outcome, statusCode, headers, toBody) => {
  expect(toHttpResult(outcome)).toEqual({ statusCode, headers, body: toBody() });
});
