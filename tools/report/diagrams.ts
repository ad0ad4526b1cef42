/** npm run diagrams: writes docs/diagrams, and removes pictures that no stack has any more. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import program = require("../../index");
import { runCommandLine } from "../shared/command-line";
import { diagramFiles, FOLDER } from "./files";

const HELP = `Draws each stack as SVG in ${FOLDER}, and removes the pictures of stacks that no longer exist.

  npm run diagrams`;

async function main(): Promise<number> {
  const directory = join(__dirname, "..", "..");
  const files = await diagramFiles({ directory, program });
  const folder = join(directory, FOLDER);
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) if (!files.has(name)) rmSync(join(folder, name));
  for (const [name, content] of files) writeFileSync(join(folder, name), content);
  console.log(`${files.size} files in ${FOLDER}`);
  return 0;
}

runCommandLine({ name: "diagrams", help: HELP, options: {}, main });
