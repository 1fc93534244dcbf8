import type { WatchedMeta, WatchedSystem } from "../../lambda/facts/system.ts";
import type { Deployment } from "./deployment.ts";

/** The deployment as the list of checks looks at it. */
export function toWatchedSystem(deployment: Deployment, meta: WatchedMeta): WatchedSystem {
  const readSecret = async () => (await deployment.readSecret()).stored;
  return { ...deployment, readSecret, meta };
}
