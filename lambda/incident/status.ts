import { isSame } from "../event/event-item.ts";
import type { StoredAlert } from "../event/stored-alert.ts";
import { type AlertStatus, toOpenStatus, toSaidStatus } from "../numbers/alert-status.ts";
import type { Story } from "../numbers/incident.ts";
import type { NumberState } from "../numbers/number-state.ts";
import { findEnd, isUnanswered } from "../numbers/unanswered.ts";
import { toWhen } from "../shared/time-text.ts";

export interface IncidentStatus {
  readonly tone: AlertStatus["tone"] | "note";
  readonly text: string;
}

interface About {
  readonly incident: StoredAlert;
  readonly number: NumberState;
  readonly story: Story;
  /** See `waitsForLink` in numbers/offer.ts. */
  readonly waitsForLink: boolean;
}

/** What shows a drill that it got to the page of its own alert. */
export const TEST_TITLE = "This is a test";

/** What became of the alert behind a link, on the worse colour of it and of its number's state. */
export function toIncidentStatus(about: About, now: number): IncidentStatus {
  const { incident, number } = about;
  if (incident.event.test) {
    const text = `${TEST_TITLE}: no number is in danger, and nothing has to be done. The link works.`;
    return { tone: "note", text };
  }
  const { tone, text } = toAlertStatus(about, now);
  return { tone: worse(TONES[number.state], tone), text };
}

function toAlertStatus(about: About, now: number): AlertStatus {
  const { incident, number, story } = about;
  if (number.incident && isPartOf(number.incident, incident)) {
    return toOpenStatus(number.incident, now);
  }
  const other = toOther(about);
  const said = toSaidStatus(story.answers, now);
  if (said) {
    const isTakenBack = story.answers.at(-1)?.answer === "reopen";
    const closed = incident.alert === "published" || isTakenBack ? "" : " This alert is closed.";
    return { ...said, text: `${said.text}${closed}${other}` };
  }
  const sentAt = Date.parse(incident.publishedAt ?? incident.event.receivedAt);
  return { tone: "calm", text: `Sent once, at ${toWhen(sentAt, now)}.${other}` };
}

/** What is said beside an alert that waits for nobody, while another one of the number does. */
export function toOther({ incident, number, waitsForLink }: Omit<About, "story">): string {
  if (!number.incident || isPartOf(number.incident, incident)) return "";
  const how = waitsForLink ? ": answer by its own link" : ", and its link takes no further answer";
  return ` Another alert about this number is open${how}.`;
}

/** A superseded alert stands as the one that repeats in its place. */
function isPartOf({ events }: Story, stored: StoredAlert): boolean {
  if (isUnanswered(stored)) return true;
  if (stored.alert !== "superseded" || findEnd(stored)) return false;
  return events.some((event) => isSame(event, stored.event));
}

const TONES = {
  UNPROTECTED: "alarm",
  disputed: "busy",
  "reset requested": "calm",
  unknown: "calm",
  moved: "calm",
  protected: "calm",
} as const satisfies Record<NumberState["state"], AlertStatus["tone"]>;

function worse(a: AlertStatus["tone"], b: AlertStatus["tone"]): AlertStatus["tone"] {
  return (["alarm", "busy"] as const).find((tone) => tone === a || tone === b) ?? "calm";
}
