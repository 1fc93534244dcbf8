import { MANAGER_URL, type Step } from "../event/steps.ts";
import { isCommand } from "../shared/commands.ts";
import { countRows, wrap } from "../shared/plain-text.ts";
import { toRunbookAddress } from "../shared/runbook.ts";
import type { Content, List } from "./content/content.ts";
import type { MessageContext } from "./content/notice.ts";
import { TEST_MARK } from "./content/parts.ts";
import { SO_FAR } from "./content/repeat-content.ts";

/** Lines that stand or go together: of too long a mail those of the highest rank go first. */
interface Block {
  readonly lines: readonly string[];
  readonly rank: 0 | 1 | 2 | 3;
}

/** One screen of 72 columns: messages about several events are longer. */
const MAX_ROWS = 24;

/** What happened, what to do now in the order that fits, links. */
export function toEmail(content: Content, context: MessageContext): string {
  const blocks = [
    keep(toLead(content)),
    ...toFactBlocks(content),
    ...toStepBlocks(content),
    keep(content.notes.flatMap((note) => ["", ...wrap(note)])),
    ...toEndBlocks(content, context),
    ...(content.list ? [keep(toListLines(content.list))] : []),
  ];
  return (content.list ? blocks : toOneScreen(blocks)).flatMap(({ lines }) => lines).join("\n");
}

function keep(lines: readonly string[]): Block {
  return { lines, rank: 0 };
}

function toOneScreen(blocks: readonly Block[]): readonly Block[] {
  const rows = blocks.flatMap(({ lines }) => lines).reduce((sum, line) => sum + countRows(line), 0);
  const highest = Math.max(...blocks.map(({ rank }) => rank));
  if (rows <= MAX_ROWS || highest === 0) return blocks;
  const last = blocks.findLastIndex(({ rank }) => rank === highest);
  return toOneScreen(blocks.filter((_, index) => index !== last));
}

function toLead({ isTest, lead }: Content): string[] {
  return lead.flatMap((text, index) => {
    if (isCommand(text)) return [text];
    return wrap(isTest && index === 0 ? `${TEST_MARK}${text}` : text);
  });
}

/** Below the facts. */
const INDENT = " ".repeat(10);

/** What happened before is on the page too. */
function toFactBlocks({ facts }: Content): readonly Block[] {
  const blocks = facts.map(([name, text]): Block => {
    const lines = wrap(text, name.padEnd(INDENT.length), INDENT);
    return { lines, rank: name === SO_FAR ? 1 : 0 };
  });
  return blocks.length > 0 ? [keep([""]), ...blocks] : [];
}

function toStepBlocks({ steps }: Content): readonly Block[] {
  if (steps.length === 0) return [];
  return [keep([""]), ...steps.flatMap(toStepBlock)];
}

const UNDER = "   ";

function toStepBlock({ text, pin }: Step, index: number): readonly Block[] {
  const step = keep(wrap(text, `${index + 1}. `, UNDER));
  if (!pin) return [step];
  const { command, note, keepToken, manager } = pin;
  return [
    step,
    ...(command ? [keep([`${UNDER}${command}`])] : []),
    ...(note ? [{ lines: [...wrap(note, UNDER), `${UNDER}${keepToken}`], rank: 3 } as const] : []),
    { lines: wrap(manager, UNDER), rank: command ? 2 : 0 },
    keep([`${UNDER}${MANAGER_URL}`]),
  ];
}

/** A command, the page for answers, the runbook: each under its title. */
function toEndBlocks(content: Content, { runbookUrl }: MessageContext): readonly Block[] {
  const { command, link, runbook, steps, list } = content;
  const isStep = link && steps.length > 0;
  const runbookLine = `${runbook.title} ${toRunbookAddress(runbookUrl, runbook.text)}`;
  const hasRunbook = countRows(runbookLine) <= (list ? 3 : 2);
  return [
    ...(command ? [keep(["", command.title, command.text])] : []),
    ...(isStep ? [keep([`${steps.length + 1}. ${link.title}`, link.text])] : []),
    ...(link && !isStep ? [keep(["", link.title, link.text])] : []),
    ...(hasRunbook ? [{ lines: [runbookLine], rank: 1 } as const] : []),
  ];
}

function toListLines({ title, lines, othersTitle, others }: List): readonly string[] {
  return [
    "",
    title,
    ...lines.flatMap(({ text, link }) => [
      ...wrap(text),
      ...(link && countRows(link) <= 3 ? [link] : []),
    ]),
    ...(others.length > 0 ? ["", othersTitle, ...others] : []),
  ];
}
