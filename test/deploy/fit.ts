import { readdirSync } from "node:fs";
import { fitToEmulator } from "./assembly.ts";

/** Behind the app in a checkout's cdk.json: what the emulator lacks, out of the assembly. */
const folder = process.env.CDK_OUTDIR ?? "";
const SUFFIX = ".template.json";
const templates = readdirSync(folder).filter((name) => name.endsWith(SUFFIX));
for (const name of templates) fitToEmulator(folder, name.slice(0, -SUFFIX.length));
