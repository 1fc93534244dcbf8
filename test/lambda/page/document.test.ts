import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { toNotFoundPage, toUnavailablePage } from "../../../lambda/incident/failure-pages.ts";
import { toDocument, toSecurityHeaders } from "../../../lambda/page/document.ts";
import { html } from "../../../lambda/page/html.ts";
import { toOverviewStyle } from "../../../lambda/page/overview-style.ts";
import { toColors, toStyle } from "../../../lambda/page/style.ts";

test("a document is a whole page, its title text and its style as it is", () => {
  expect(toDocument("A <b>", html`<main>${"&"}</main>`, "p > b {}")).toMatchSnapshot();
  expect(toDocument("", html``)).toContain(`<style>${toStyle()}</style>`);
});

test("a style has every colour that it uses, in a light and a dark theme", () => {
  const style = toStyle();
  const themes = (["light", "dark"] as const).map(toColors);
  expect(
    style
      .split("prefers-color-scheme: dark")
      .map((part) => themes.map((theme) => part.includes(theme))),
  ).toEqual([
    [true, false],
    [false, true],
  ]);
  const namesOf = (text: string, pattern: RegExp) => [...new Set(text.match(pattern))].sort();
  const [light = [], dark] = themes.map((theme) => namesOf(theme, /--[\w-]+/g));
  expect(dark).toEqual(light);
  expect(themes.map((theme) => /--page: (.*?);/.exec(theme)?.[1])).toEqual(["#f3f4f6", "#101318"]);
  expect(toOverviewStyle()).toMatch(/^\n\.overview \{/);
  expect(namesOf(`${style}${toOverviewStyle()}`, /(?<=var\()--[\w-]+/g)).toEqual(light);
});

test("a page's headers let in nothing but its own style, and let out nothing", () => {
  const hashOf = (style: string) => createHash("sha256").update(style).digest("base64");
  const headersOf = (style: string) => ({
    "content-security-policy": `default-src 'none'; form-action 'self'; style-src 'sha256-${hashOf(style)}'; frame-ancestors 'none'; base-uri 'none'`,
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "x-robots-tag": "noindex, nofollow",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
  });
  expect(toSecurityHeaders("p {}")).toEqual(headersOf("p {}"));
  expect(toSecurityHeaders()).toEqual(headersOf(toStyle()));
});

test.each([
  ["of a link that shows no alert", toNotFoundPage],
  ["of an alert that can't be read", toUnavailablePage],
])("the page %s stays as it was reviewed", (_which, toPage) => {
  expect(toPage().replace(/<style>.*<\/style>/s, "<style></style>")).toMatchSnapshot();
});
