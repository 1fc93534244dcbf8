import { hash } from "node:crypto";
import { type Html, html } from "./html.ts";
import { toStyle } from "./style.ts";

/** A whole HTML document without a script, to be answered with `toSecurityHeaders()`. */
export function toDocument(title: string, main: Html, style = toStyle()): string {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${{ markup: style }}</style>
</head>
<body>
${main}
</body>
</html>
`;
  return page.markup;
}

/**
 * A browser may use the page's own style and send its form back to where it came from, nothing
 * else; the address, which carries a code, goes to nobody; and no cache keeps the page.
 */
export function toSecurityHeaders(style = toStyle()): Readonly<Record<string, string>> {
  const styleHash = hash("sha256", style, "base64");
  return {
    "content-security-policy": [
      "default-src 'none'",
      "form-action 'self'",
      `style-src 'sha256-${styleHash}'`,
      "frame-ancestors 'none'",
      "base-uri 'none'",
    ].join("; "),
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "x-robots-tag": "noindex, nofollow",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
  };
}
