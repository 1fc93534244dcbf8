import { expect, test } from "vitest";
import { DOCUMENTS, readDocument } from "./documents.ts";

test("the documents' commands can be pasted into any shell: zsh takes no comments there", () => {
  const blocks = DOCUMENTS.flatMap((file) =>
    [...readDocument(file).matchAll(/```sh\n([\s\S]+?)```/g)].map(([, block]) => block),
  );
  expect(blocks.length).toBeGreaterThan(10);
  expect(blocks.filter((block) => /(^|\s)#\s/m.test(block ?? ""))).toEqual([]);
});
