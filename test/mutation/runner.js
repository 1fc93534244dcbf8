import { declareFactoryPlugin, PluginKind } from "@stryker-mutator/api/plugin";
import { strykerPlugins as vitestPlugins } from "@stryker-mutator/vitest-runner";

/**
 * Stryker's Vitest runner with a name filter that Vitest 5 matches: it joins the names of suites
 * and test with " > " where the runner joins them with a space. Without this nearly no test of a
 * mutant runs, and mutants survive that tests kill.
 */
const [vitest] = vitestPlugins;

function createRunner(injector) {
  const runner = vitest.factory(injector);
  const { init } = runner;
  runner.init = async () => {
    await init.call(runner);
    for (const { config } of runner.ctx.projects) acceptEitherSeparator(config);
  };
  return runner;
}
createRunner.inject = vitest.factory.inject;

function acceptEitherSeparator(config) {
  let pattern;
  Object.defineProperty(config, "testNamePattern", {
    configurable: true,
    enumerable: true,
    get: () => pattern,
    set: (names) => {
      pattern = names && new RegExp(names.source.replaceAll(" ", "(?: > | )"));
    },
  });
}

export const strykerPlugins = [
  declareFactoryPlugin(PluginKind.TestRunner, "vitest-files", createRunner),
];
