/** Prints the changelog's section of a version, for .github/workflows/release.yml. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runCommandLine } from "../shared/command-line";
import { UserError } from "../shared/user-error";
import { PROJECT } from "./markdown";

const HELP = `Prints the changelog's section of a version.

  npx tsx tools/docs/release-notes.ts v0.2.0`;

/**
 * The section of a version, without its heading.
 * @throws UserError if the tag is not the package's version, or the changelog has no such section
 */
function releaseNotes(tag: string): string {
  const read = (file: string) => readFileSync(join(PROJECT, file), "utf8");
  const { version } = JSON.parse(read("package.json")) as { version: string };
  if (tag !== `v${version}`) {
    throw new UserError(`The tag is ${tag}, and package.json has version ${version}.`, {
      allowed: `v${version}`,
    });
  }
  const sections = read("CHANGELOG.md").split(/^## /m);
  const section = sections.find((each) => each.startsWith(`[${version}] - `));
  const notes = section?.replace(/^.*\n/, "").trim();
  if (!notes) {
    throw new UserError(`CHANGELOG.md has no section of ${version}.`, {
      fix: `rename "## [Unreleased]" to "## [${version}] - DATE"`,
    });
  }
  return notes;
}

runCommandLine({
  name: "release-notes",
  help: HELP,
  options: {},
  main: (_, [tag = ""]) => {
    console.log(releaseNotes(tag));
    return 0;
  },
});
