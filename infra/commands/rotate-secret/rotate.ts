import { verifyApp } from "../../../lambda/meta/app.ts";
import { createGraph } from "../../../lambda/meta/graph.ts";
import { UserError } from "../../cli/errors.ts";
import { requireConsent } from "../../cli/terminal.ts";
import { toPrintable } from "../../cli/text.ts";
import type { Deployment } from "../../deployment/deployment.ts";
import { openDeployment } from "../../deployment/open.ts";
import type { VersionedSecret } from "../../deployment/secret.ts";
import { requireApp } from "../../meta-app/credentials.ts";
import { toDigest, toMark, withFirst } from "../../meta-app/stored-secret.ts";
import { finish } from "./finish.ts";
import type { RotateDeps } from "./options.ts";
import { report } from "./report.ts";
import { chooseRetiring } from "./retiring.ts";

/** Begins a rotation, says how far it is, or ends it. Each change is one write, so none is half done. */
export async function rotate(deps: RotateDeps): Promise<number> {
  const { options, terminal } = deps;
  const deployment = await terminal.withSpinner("Looking at the deployment", () =>
    openDeployment(options),
  );
  const current = await deployment.readSecretVersion();
  const { rotation } = current.stored;
  if (options.finish) return finish(deployment, current, deps);
  if (rotation) return report(deployment, current, rotation, deps);
  return start(deployment, current, deps);
}

async function start(
  deployment: Deployment,
  current: VersionedSecret,
  deps: RotateDeps,
): Promise<number> {
  const { options, env, terminal, now } = deps;
  if (current.stored.appSecrets.length === 0) {
    throw new UserError(`No app secret is set yet: ${deployment.command("connect")}.`);
  }
  const graph = createGraph({ baseUrl: options.graphUrl, version: options.graphVersion });
  const app = await requireApp(options, env, terminal);
  const name = await terminal.withSpinner("Asking Meta about the app", () => verifyApp(graph, app));
  const retiring = await chooseRetiring(deployment, current, app, deps);
  const rotation = {
    startedAt: new Date(now).toISOString(),
    keepUntil: new Date(now + options.keep).toISOString(),
    retiring,
    digest: toDigest(app.secret),
  };
  const write = options.json ? terminal.info : terminal.print;
  write(`The new app secret (${toMark(app.secret)}) is that of ${toPrintable(name)} (${app.id}).`);
  write(`It goes first; the old one (${toMark(retiring)}) is accepted beside it until you finish.`);
  await requireConsent(options, terminal);
  const first = withFirst(current.stored, app.secret);
  // The one that goes stands last: only so does the metric show when a delivery matched it.
  const others = first.appSecrets.filter((text) => text !== retiring);
  const next = { ...first, appSecrets: [...others, retiring], rotation };
  await deployment.writeSecret(next, current.version);
  return report(deployment, { stored: next, changedAt: now }, rotation, deps);
}
