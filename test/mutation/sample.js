import { createHash } from "node:crypto";
import { declareFactoryPlugin, PluginKind } from "@stryker-mutator/api/plugin";

const { SAMPLE, SEED = "1" } = process.env;

/**
 * Runs SAMPLE mutants of those that a test can reach, chosen by SEED; all where none is set. They
 * are taken at equal steps through the rooms, so that each has its share.
 */
function createSample() {
  let sample;
  return {
    init: async () => undefined,

    /** Is given all mutants at once. */
    group: async (mutants) => {
      if (sample)
        throw new Error("The mutants came in two parts: the sample would be of the first");
      sample = new Set(draw(mutants, Number(SAMPLE ?? mutants.length)));
      return [mutants.map(({ id }) => id)];
    },

    /** What is not in the sample counts neither as killed nor as survived. */
    check: async (mutants) => {
      const results = mutants.map(({ id }) => [
        id,
        sample.has(id)
          ? { status: "passed" }
          : { status: "compileError", reason: "not in the sample" },
      ]);
      return Object.fromEntries(results);
    },
  };
}

function draw(mutants, size) {
  const inRooms = mutants
    .map((mutant) => ({ id: mutant.id, rank: toRank(mutant) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1));
  const step = Math.max(1, inRooms.length / size);
  const count = Math.min(size, inRooms.length);
  return Array.from({ length: count }, (_, index) => inRooms[Math.floor(index * step)].id);
}

/** By room, and in it by chance. */
function toRank({ fileName, location: { start, end }, replacement }) {
  const [, file = fileName] = /.*(\/(?:lambda|infra)\/.*)/.exec(fileName) ?? [];
  const place = [SEED, file, start.line, start.column, end.line, end.column, replacement];
  const chance = createHash("sha256").update(place.join("\n")).digest("hex");
  return `${file.slice(0, file.lastIndexOf("/"))} ${chance}`;
}

export const strykerPlugins = [declareFactoryPlugin(PluginKind.Checker, "sample", createSample)];
