import type { Answer } from "../../event/answer.ts";
import type { SecurityEvent } from "../../event/security-event.ts";
import type { Step } from "../../event/steps.ts";

/** What a message says, decided once: the channels only format it. */
export interface Content {
  readonly kind: "alert" | "repeat" | "digest" | "acknowledged";
  /** 0 for a first message; of several events the lowest. */
  readonly repeat: number;
  /** Whether it is about tests only. */
  readonly isTest: boolean;
  /** What it is about, the most important first. At least one. */
  readonly entries: readonly Entry[];
  /** What happened to the number, of a repeat. */
  readonly story?: readonly SecurityEvent[];
  /** In one line. */
  readonly summary: string;
  readonly subject: string;
  readonly sms: string;
  /** The first paragraphs. */
  readonly lead: readonly string[];
  readonly facts: readonly Fact[];
  readonly steps: readonly Step[];
  /** The paragraphs after the steps. */
  readonly notes: readonly string[];
  /** A command to paste, under its title. */
  readonly command?: Titled;
  /** The page of the incident, under its title. */
  readonly link?: Titled;
  /** The runbook's heading, under its title. */
  readonly runbook: Titled;
  /** Of several events. */
  readonly list?: List;
}

export interface Entry {
  readonly event: SecurityEvent;
  /** 0 for a first message. */
  readonly repeat: number;
  /** What is announced about it. */
  readonly answer?: Answer;
}

/** Such as `Number:` and `15550783881`. */
export type Fact = readonly [name: string, text: string];

interface Titled {
  readonly title: string;
  readonly text: string;
}

/** The first lines with their links, and the numbers of the others. */
export interface List {
  readonly title: string;
  readonly lines: readonly { readonly text: string; readonly link?: string }[];
  readonly othersTitle: string;
  readonly others: readonly string[];
}
