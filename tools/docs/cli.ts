/** npm run docs: writes the generated parts of the docs. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Facts } from "./facts";
import { generatedPages } from "./generate";
import { PROJECT } from "./markdown";
import { runCommandLine } from "../shared/command-line";

const HELP = `Writes the generated blocks and facts of the docs, from the program and its rehearsals.

  npm run docs`;

async function main(): Promise<number> {
  const pages = await generatedPages(await Facts.gather());
  const changed = pages.filter(({ now, wanted }) => now !== wanted);
  for (const { path, wanted } of changed) writeFileSync(join(PROJECT, path), wanted);
  const names = changed.map(({ path }) => path).join(", ");
  console.log(`${pages.length} pages have generated parts; changed: ${names || "none"}`);
  return 0;
}

runCommandLine({ name: "docs", help: HELP, options: {}, main });
