import { type Move, toCost } from "./actions.ts";
import { die, fail, land, lose, withStrays } from "./faults.ts";
import { acknowledge, reach, resume, type Stage, start } from "./run.ts";
import { plusOne, toProcess, type World, withProcess } from "./state.ts";

/** The world after a move. Throws a Violation when the move breaks a promise. */
export async function perform(before: World, move: Move, stage: Stage): Promise<World> {
  const world = { ...before, faultsLeft: before.faultsLeft - toCost(move) };
  switch (move.do) {
    case "start":
      return start(world, move.process, stage);
    case "reach":
      return reach(world, move.process, move.send, move.shown, stage);
    case "hear":
      return resume(world, move.process, move.send, undefined, stage);
    case "late": {
      const { lateness } = toProcess(world, move.process);
      const later = withProcess(world, move.process, { lateness: lateness + 1 });
      return resume(later, move.process, move.send, undefined, stage);
    }
    case "fail":
      return fail(
        withStrays(world, move.process, stage, move.send),
        move.process,
        move.send,
        stage,
      );
    case "lose":
      return lose(world, move.process, move.send, stage);
    case "die":
      return die(withStrays(world, move.process, stage), move.process);
    case "acknowledge":
      return acknowledge(world, move.process);
    case "reply":
      return withProcess(world, move.process, { state: "gone" });
    case "wait":
      return passTime({ ...world, waitsLeft: world.waitsLeft - 1 }, move.clock, move.outlived);
    case "expire":
      return passTime(world, move.clock, move.outlived);
    case "land":
      return land(world, move.stray);
  }
}

/** Claims of living holders that run out meanwhile leave open whether they publish. */
function passTime(world: World, clock: number, outlived: readonly string[]): World {
  return { ...world, clock, ambiguous: outlived.reduce(plusOne, world.ambiguous) };
}
