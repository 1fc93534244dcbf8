import { globSync } from "node:fs";
import { expect, test } from "vitest";
import type { NoticeItem } from "../../lambda/alert/content/notice.ts";
import { toDeployCommand } from "../../lambda/shared/commands.ts";
import { ANSWER, later, messageContext, securityEvent, toForms } from "../support/notices.ts";
import { expectParses, findCommands } from "../support/printed-commands.ts";
import { ROOT, readDocument } from "./documents.ts";

const OTHER = { displayPhoneNumber: "15550783882" };

function many(amount: number, toItem: (index: number) => NoticeItem): NoticeItem[] {
  return Array.from({ length: amount }, (_, index) => toItem(index));
}

function numbered(index: number) {
  return later(-index, { displayPhoneNumber: String(15_550_700_000 + index) });
}

const ITEMS: Readonly<Record<string, readonly NoticeItem[]>> = {
  "an alert without a page": [{ due: "alert", event: securityEvent() }],
  "a number as people write it": [
    { due: "alert", event: securityEvent({ displayPhoneNumber: "+1 (555) 078-3881" }) },
  ],
  "a small digest": [
    { due: "alert", event: securityEvent() },
    { due: "repeat", event: securityEvent(OTHER), repeat: 1, story: [] },
  ],
  "a large digest": many(130, (index) => ({ due: "alert", event: numbered(index) })),
  "an answer": [{ due: "answer", event: securityEvent(), answers: [ANSWER] }],
  "many answers": many(130, (index) => {
    return { due: "answer", event: numbered(index), answers: [{ ...ANSWER, name: `N${index}` }] };
  }),
};

test.each(Object.entries(ITEMS))(
  "the commands in a message work when pasted: %s",
  async (_, items) => {
    for (const stackName of ["WhatsAppSecurityWebhook", undefined]) {
      const { email, chat } = toForms(items, messageContext({ stackName }));
      const lines = [email, chat.content.description, ...chat.content.nextSteps].flatMap(
        findCommands,
      );
      for (const line of new Set(lines)) await expectParses(line);
      const isAnswer = items.every(({ due }) => due === "answer");
      if (!isAnswer) expect(lines.some((line) => line.startsWith("npm run protect"))).toBe(true);
    }
  },
);

test("a text that advises a deploy names the stack", async () => {
  const sources = globSync("{lambda,infra}/**/*.ts", { cwd: ROOT });
  const texts = sources.map((file) => readDocument(file).replace(/^ *(\/?\*|\/\/).*$/gm, ""));
  const advising = texts.filter((text) => text.includes("npm run deploy"));
  expect(advising.filter((text) => /npm run deploy(?! -- -c \$\{quote)/.test(text))).toEqual([]);
  await expectParses(toDeployCommand("Hooks-2"));
});

test.each([
  "npm run deploy",
  "npm run deploy -- -c stackname=Hooks",
  "npm run acknowledge -- --all --answer handling",
  "npm run acknowledge -- --everything --as Ann --answer handling",
  "npm run nothing",
])("a command that does not work is found: %s", async (line) => {
  await expect(expectParses(line)).rejects.toThrow();
});
