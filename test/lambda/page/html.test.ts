import { describe, expect, test } from "vitest";
import { html } from "../../../lambda/page/html.ts";

describe("a template of markup", () => {
  test("writes text so that it can be no markup, in quotes neither", () => {
    expect(html`<p title="${`&<>"'`}">${"<b>&amp;</b>"}</p>`.markup).toBe(
      '<p title="&#38;&#60;&#62;&#34;&#39;">&#60;b&#62;&#38;amp;&#60;/b&#62;</p>',
    );
  });

  test("writes half a character as the sign for what can't be shown", () => {
    expect(html`${"a\ud800b"}`.markup).toBe("a\ufffdb");
  });

  test("writes markup of other templates as it is, one or many", () => {
    const item = html`<i>${"&"}</i>`;
    expect(html`<p>${item}${[item, item]}${[]}</p>`.markup).toBe(
      "<p><i>&#38;</i><i>&#38;</i><i>&#38;</i></p>",
    );
  });

  test("writes nothing for what is absent, and zero as zero", () => {
    expect(html`[${undefined}${false}${""}${0}]`.markup).toBe("[0]");
  });

  test("takes its own text as it stands, backslashes too", () => {
    expect(html`\u0041\n`.markup).toBe("A\n");
  });
});
