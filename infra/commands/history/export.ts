import { constants, existsSync } from "node:fs";
import { copyFile, type FileHandle, link, open, rename, rm } from "node:fs/promises";
import { extname } from "node:path";
import { UserError } from "../../cli/errors.ts";
import { toPrintable } from "../../cli/text.ts";
import { FIELDS, type StoredEvent } from "../../deployment/stored-event.ts";
import { toCsvLine } from "./csv.ts";

type ToText = { readonly head: string; readonly line: (record: StoredEvent) => string };

const WRITERS: Readonly<Record<string, ToText>> = {
  ".jsonl": { head: "", line: (record) => `${JSON.stringify(record)}\n` },
  ".ndjson": { head: "", line: (record) => `${JSON.stringify(record)}\n` },
  ".csv": {
    head: `${FIELDS.join(",")}\r\n`,
    line: (record) => `${toCsvLine(FIELDS.map((name) => record[name]))}\r\n`,
  },
};

export interface ExportOptions {
  readonly file: string;
  /** Replaces a file that is there. */
  readonly force: boolean;
}

/**
 * Writes the events as JSON Lines or CSV, by the file's extension, and returns how many. The file
 * appears whole or not at all; only its owner may read it. Throws UserErrors.
 */
export async function exportEvents(
  events: AsyncIterable<StoredEvent>,
  { file, force }: ExportOptions,
): Promise<number> {
  const writer = WRITERS[extname(file).toLowerCase()];
  if (!writer) {
    throw new UserError(
      `${toPrintable(file)} says no format: end it in .jsonl (JSON Lines, exact) or .csv (for spreadsheets).`,
    );
  }
  if (!force && existsSync(file)) throw new UserError(toExists(file));
  const draft = `${file}.${process.pid}.draft`;
  try {
    const written = await write(draft, events, writer);
    if (force) await rename(draft, file);
    else await putIfAbsent(draft, file);
    return written;
  } catch (error) {
    throw toUserError(error, file);
  } finally {
    await rm(draft, { force: true });
  }
}

async function write(draft: string, events: AsyncIterable<StoredEvent>, { head, line }: ToText) {
  const handle = await open(draft, "wx", 0o600);
  try {
    await handle.write(head);
    const written = await writeLines(handle, events, line);
    await handle.sync();
    return written;
  } finally {
    await handle.close();
  }
}

const BATCH_CHARACTERS = 1024 * 1024;

async function writeLines(
  handle: FileHandle,
  events: AsyncIterable<StoredEvent>,
  line: ToText["line"],
): Promise<number> {
  let written = 0;
  let text = "";
  for await (const event of events) {
    text += line(event);
    written += 1;
    if (text.length < BATCH_CHARACTERS) continue;
    await handle.write(text);
    text = "";
  }
  await handle.write(text);
  return written;
}

/** A link fails where the file is there, also if it appeared just now; some file systems lack it. */
async function putIfAbsent(draft: string, file: string): Promise<void> {
  await link(draft, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "EEXIST") throw error;
    return copyFile(draft, file, constants.COPYFILE_EXCL);
  });
}

function toUserError(error: unknown, file: string): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === "EEXIST") return new UserError(toExists(file));
  // The SDK adds it to errors of the network, which name a system call too.
  if (syscall === undefined || "$metadata" in (error as object)) return error;
  return new UserError(`${toPrintable(file)} cannot be written (${code}): name another file.`);
}

function toExists(file: string): string {
  return `${toPrintable(file)} is there already: name another file, or replace it with --force.`;
}
