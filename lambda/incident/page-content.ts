import type { AnswerKind } from "../event/answer.ts";
import type { StoredAlert } from "../event/stored-alert.ts";
import type { Story } from "../numbers/incident.ts";
import type { NumberState } from "../numbers/number-state.ts";
import type { Config } from "../shared/config.ts";
import type { PinByLink } from "./pin-part.ts";
import type { Submission } from "./submission.ts";

/** Of the settings, what the page shows. */
export type PageConfig = Pick<
  Config,
  "label" | "runbookUrl" | "numberLabels" | "stackName" | "dataFlags" | "protect"
>;

/** All that the page behind an alert's link shows. */
export interface PageContent {
  /** The link's own alert. */
  readonly incident: StoredAlert;
  readonly number: NumberState;
  /** What happened to the number around this alert, and what people answered. */
  readonly story: Story;
  /** What the link's holder can answer. */
  readonly offered: readonly AnswerKind[];
  /** Whether an alert of the number waits for an answer, and takes one by its own link. */
  readonly waitsForLink: boolean;
  readonly config: PageConfig;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** An answer that was not taken, to be corrected. */
  readonly submission?: Submission | undefined;
  /** A new PIN by link; absent where that is not allowed. */
  readonly pin?: PinByLink | undefined;
}
