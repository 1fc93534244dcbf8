/** Where the runbook is in the repository, which whoever runs this system has. */
const FILE = "infra/RUNBOOK.md";

/** A heading of the runbook, by its anchor: on its page, or in its file where no page is set. */
export function toRunbookAddress(runbookUrl: string | undefined, anchor: string): string {
  return `${runbookUrl || FILE}#${anchor}`;
}
