import { declareFactoryPlugin, PluginKind } from "@stryker-mutator/api/plugin";
import { strykerPlugins as vitestPlugins } from "@stryker-mutator/vitest-runner";

/**
 * Stryker's Vitest runner, but each mutant meets every test of the files that cover it. The runner
 * selects tests by their names, joined in a way that Vitest 5 no longer matches: nearly none ran,
 * and mutants survived that tests kill.
 */
const [vitest] = vitestPlugins;

function createRunner(injector) {
  const runner = vitest.factory(injector);
  const { run } = runner;
  runner.run = ({ testIds = [], ...options } = {}) => {
    if (testIds.length === 0) return run.call(runner, options);
    const testFiles = [...new Set(testIds.map((id) => id.split("#")[0]))];
    return run.call(runner, { ...options, testFiles });
  };
  return runner;
}
createRunner.inject = vitest.factory.inject;

export const strykerPlugins = [
  declareFactoryPlugin(PluginKind.TestRunner, "vitest-files", createRunner),
];
