export type Mode = "import" | "cold" | "warm" | "alert" | "attack";

/** Times in milliseconds; CPU is user and system time of the whole process. */
export interface Sample {
  /** Of Node's own modules, how many loading added to those that Lambda's runtime has loaded. */
  readonly modules: number;
  /** Until `import()` hands out the handler. */
  readonly initMs: number;
  /** The first webhook, and from `import()` to its answer. */
  readonly firstMs?: number;
  readonly firstCpuMs?: number;
  readonly coldMs?: number;
  readonly coldCpuMs?: number;
  /** Per webhook. */
  readonly warmCpuMs?: number;
  readonly forgedCpuMs?: number;
  /** The same of the first ones, before the optimising compiler has seen the code. */
  readonly firstForgedCpuMs?: number;
  readonly thousandMs?: number;
  readonly peakMb?: number;
  /** When each reset request was handed over, the first one cold: microseconds of the machine's clock. */
  readonly postedAt?: readonly number[];
  /** When each relay tick began, and how long the function was at work in all. */
  readonly tickedAt?: readonly number[];
  readonly workMs?: number;
}
