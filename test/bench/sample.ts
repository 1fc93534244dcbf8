export type Mode = "import" | "cold" | "warm" | "alert" | "attack";

/** One process's figures. Times in milliseconds; CPU is user and system time of the whole process. */
export interface Sample {
  /** Of Node's own modules, how many loading added to those that Lambda's runtime has loaded. */
  readonly modules: number;
  /** Until `import()` hands out the handler. */
  readonly initMs: number;
  /** The first webhook, and from `import()` to its answer. */
  readonly firstMs?: number;
  readonly coldMs?: number;
  readonly coldCpuMs?: number;
  /** Per webhook. */
  readonly warmCpuMs?: number;
  readonly thousandMs?: number;
  readonly peakMb?: number;
  /** When each delivery was handed over, the first one cold: microseconds of the machine's clock. */
  readonly postedAt?: readonly number[];
  /** How long the function was at work for them in all. */
  readonly workMs?: number;
  /** When each relay tick began, and how long it took. */
  readonly tickedAt?: readonly number[];
  readonly tickMs?: readonly number[];
}
