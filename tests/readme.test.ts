/** The README is true: what it shows is what the program prints, what it costs is what is computed. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import program = require("../index");
import { Rehearsals } from "../tools/rehearse/rehearse";
import { describeStack, preamble } from "../tools/rehearse/text";
import { stackNames } from "../tools/shared/stack-files";
import { SECTIONS, VALUES } from "../settings/schema";
import { KUBERNETES } from "../components/catalog";
import { DIRECTORY } from "./support/shipped";

describe("the README", () => {
  const readme = readFileSync(join(DIRECTORY, "README.md"), "utf8");
  const plain = (_: unknown, text: string) => text;

  it("shows what the rehearsal prints", async () => {
    const rehearsal = await new Rehearsals(DIRECTORY, program).rehearse("exercise-nodeport");
    const printed = `${preamble(plain)}\n\n${describeStack(rehearsal, plain)}\n`;
    assert.ok(readme.includes(printed), printed);
  });

  it("has a row for each stack, with what it costs a day", async () => {
    const rehearsals = new Rehearsals(DIRECTORY, program);
    for (const stack of stackNames(DIRECTORY)) {
      const { cost } = await rehearsals.rehearse(stack);
      const row = readme.split("\n").find((line) => line.startsWith(`| \`${stack}\``));
      assert.equal(row?.split("|").at(-2)?.trim(), (cost.perHour * 24).toFixed(2), stack);
    }
  });

  it("names every setting and every known version", () => {
    for (const section of Object.keys(SECTIONS)) {
      assert.match(readme, new RegExp(`\`${section}\\.`));
    }
    for (const value of Object.keys(VALUES)) assert.match(readme, new RegExp(`\`${value}\``));
    assert.ok(readme.includes(Object.keys(KUBERNETES).join(", ")));
  });
});
