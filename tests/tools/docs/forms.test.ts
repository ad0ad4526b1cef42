/** Commands of others, in blocks and in sentences: their programs know their options. */
import assert from "node:assert/strict";
import { allPages, commandBlocks, inlineCode, type Page } from "../../../tools/docs/markdown";
import { awsProblems, isThere, kubectlProblems, pulumiProblems } from "./support/help";
import { scriptOf } from "./support/checks";
import { commandsOf, type Command } from "./support/shell";

const PROGRAMS = ["pulumi", "npm", "kubectl", "aws"];

/** All commands of a page, those in its sentences too. */
function commandsIn(page: Page): Command[] {
  const inSentences = inlineCode(page)
    .map(({ value }) => value)
    // Not a program's name alone, nor a command that is cut short.
    .filter((value) => PROGRAMS.includes(value.split(" ")[0]!) && !/^\S+$|\.\.\.|--$/.test(value));
  return [...commandBlocks(page).map(({ script }) => script), ...inSentences].flatMap(commandsOf);
}

describe("the docs: options", function () {
  this.timeout(300_000);
  let commands: Command[] = [];
  before(async () => {
    commands = (await allPages()).flatMap(commandsIn);
  });

  it("are known to pulumi", function () {
    if (!isThere("pulumi", "version")) return this.skip();
    assert.deepEqual(commands.flatMap(pulumiProblems), []);
    const wrong = ["pulumi", "up", "--yess"];
    assert.equal(pulumiProblems(wrong).length, 1);
    assert.equal(pulumiProblems(["npm", "run", "sandbox", "--", "config", "put", "a"]).length, 1);
  });

  it("are known to kubectl", function () {
    if (!isThere("kubectl", "version", "--client")) return this.skip();
    assert.deepEqual(commands.flatMap(kubectlProblems), []);
    assert.equal(kubectlProblems(["kubectl", "get", "pods", "--namespaces", "a"]).length, 1);
  });

  it("are known to the AWS CLI, with their operations", function () {
    if (!isThere("aws", "--version")) return this.skip();
    assert.deepEqual(commands.flatMap(awsProblems), []);
    assert.equal(awsProblems(["aws", "eks", "describe-clusters"]).length, 1);
    assert.equal(awsProblems(["aws", "eks", "list-insights", "--clustre", "a"]).length, 1);
  });

  it("are of scripts that package.json has, in sentences too", () => {
    assert.ok(commands.filter((command) => scriptOf(command)).length > 20);
  });
});
