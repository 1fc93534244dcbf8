import { openLaptop } from "./laptop.ts";
import { openStack } from "./stack.ts";
import { DEFAULT_DATA, type Target, type TargetOptions } from "./target.ts";

/** Throws a Complaint when the stack or the laptop run can't be found. */
export function openTarget({ stack, data = DEFAULT_DATA }: TargetOptions): Promise<Target> {
  return stack === undefined ? openLaptop(data) : openStack(stack);
}
