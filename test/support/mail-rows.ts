const COLUMNS = 72;

/** How many rows of 72 columns a mail takes; a link goes on in the next row. */
export function countMailRows(email: string): number {
  return email
    .split("\n")
    .reduce((rows, line) => rows + Math.max(1, Math.ceil(line.length / COLUMNS)), 0);
}

/** Lines that are longer than a row though they carry no link, nor a command to paste. */
export function longLines(email: string): string[] {
  return email
    .split("\n")
    .filter((line) => line.length > COLUMNS && !/https?:\/\/|^ *npm run /.test(line));
}
