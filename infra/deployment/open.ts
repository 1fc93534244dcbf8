import { DEFAULT_DATA } from "../cli/command.ts";
import type { Target, TargetOptions } from "./deployment.ts";
import { openLaptop } from "./local.ts";
import { openStack } from "./stack.ts";

/** Throws a Complaint when the stack or the laptop run can't be found. */
export function openTarget({ stack, data = DEFAULT_DATA }: TargetOptions): Promise<Target> {
  return stack === undefined ? openLaptop(data) : openStack(stack);
}
