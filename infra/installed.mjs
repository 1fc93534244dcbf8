// Runs before each command, on whatever Node there is, and needs no package: without `npm ci` a
// command would end in a stack trace about the first package that it imports.
import { existsSync } from "node:fs";

if (!existsSync(new URL("../node_modules/commander/package.json", import.meta.url))) {
  process.stderr.write("The packages are not installed: run npm ci here, then this again.\n");
  process.exitCode = 1;
}
