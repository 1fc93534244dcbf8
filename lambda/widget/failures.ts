import type { Notice } from "../page/overview-parts.ts";
import { toReason } from "../shared/invocation-metrics.ts";
import type { Log } from "../shared/log.ts";

/** Sentences for the viewer, who can do nothing about the reason. */
export const FAILURES = {
  malformed: {
    tone: "alarm",
    text: "The dashboard sent a request that is not understood. Nothing was changed; refresh the widget.",
  },
  unstored: {
    tone: "alarm",
    text: "Your answer may not be stored: the table can't be used at the moment. Send it again in a minute: it is stored only once.",
  },
  unreadable: {
    tone: "alarm",
    text: "The numbers can't be read at the moment. Refresh the widget in a minute; the function's log says why.",
  },
} as const satisfies Record<string, Notice>;

/** The reason goes to the log, by its name only: a service's own message can quote what was sent. */
export function explain(failure: keyof typeof FAILURES, error: unknown, log: Log): Notice {
  const fields = { failure, reason: toReason(error) };
  log.write({ level: "ERROR", message: "widget failed", fields });
  return FAILURES[failure];
}
