import { DEFAULT_DATA } from "../cli/command.ts";
import type { Deployment, DeploymentOptions } from "./deployment.ts";
import { openLocal } from "./local.ts";
import { openStack } from "./stack.ts";

/** Throws a UserError when the stack or the local run can't be found. */
export function openDeployment({
  stack,
  data = DEFAULT_DATA,
}: DeploymentOptions): Promise<Deployment> {
  return stack === undefined ? openLocal(data) : openStack(stack);
}
