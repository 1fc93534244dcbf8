import type { CommonOptions } from "../../cli/command.ts";
import type { Terminal } from "../../cli/terminal.ts";
import type { MetaOptions } from "../../meta-app/options.ts";

export interface RotateOptions extends CommonOptions, Omit<MetaOptions, "waba"> {
  /** Milliseconds. */
  readonly keep: number;
  /** Position of the app secret that goes, 1 first. */
  readonly replaces?: number;
  readonly finish?: boolean;
  readonly force?: boolean;
  readonly yes?: boolean;
}

export interface RotateDeps {
  readonly options: RotateOptions;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly terminal: Terminal;
  /** Milliseconds since the epoch. */
  readonly now: number;
}
