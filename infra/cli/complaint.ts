/** What went wrong and how to mend it, in words for a person: shown without a stack trace. */
export class Complaint extends Error {
  override readonly name = "Complaint";
}
