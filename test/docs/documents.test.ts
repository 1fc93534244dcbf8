import { describe, expect, test } from "vitest";
import { DOCUMENTS, readDocument } from "./documents.ts";

describe("the documents' commands can be pasted", () => {
  const blocks = DOCUMENTS.flatMap((file) =>
    [...readDocument(file).matchAll(/```sh\n([\s\S]+?)```/g)].map(([, block = ""]) => block),
  );

  test("into any shell: zsh takes no comments there", () => {
    expect(blocks.length).toBeGreaterThan(10);
    expect(blocks.filter((block) => /(^|\s)#\s/m.test(block))).toEqual([]);
  });

  test("as a block: where a line asks, no line follows that would be taken for the answer", () => {
    const asking = blocks.filter((block) => /\bread -/.test(block));
    expect(asking.length).toBeGreaterThan(0);
    expect(asking.filter((block) => /\bread -.*\n\s*\S/.test(block))).toEqual([]);
  });
});
