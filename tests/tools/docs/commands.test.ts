/** Every command in the guide: of a known form, and run, or marked as needing what a test has not. */
import assert from "node:assert/strict";
import {
  allPages,
  commandBlocks,
  isOfGuide,
  markdownFiles,
  parse,
  type CommandBlock,
  type Page,
} from "../../../tools/docs/markdown";
import { problemsOf, pulumiArguments } from "./support/checks";
import { Reader, typeAll } from "./support/reader";
import { commandsOf } from "./support/shell";

let pages: Page[] = [];
before(async () => {
  pages = await allPages();
});

const blocksOf = (path: string): CommandBlock[] =>
  commandBlocks(pages.find((page) => page.path === path)!);

/** Whether a block's commands are all run without the Pulumi CLI. */
function needsNoEngine({ script, needs, notRun }: CommandBlock): boolean {
  const commands = commandsOf(script);
  return needs.length === 0 && !notRun && !commands.some((command) => pulumiArguments(command));
}

describe("the docs: commands", function () {
  this.timeout(900_000);

  it("are all of a known form, with settings, stacks and scripts that exist", () => {
    assert.deepEqual(pages.flatMap(commandBlocks).flatMap(problemsOf), []);
  });

  it("would not be, were they wrong", async () => {
    const wrong: Record<string, RegExp> = {
      "terraform apply": /does not know terraform/,
      "kubectl get pods": /no comment <!-- needs: cluster/,
      "npm run rehears": /no script rehears/,
      "pulumi config rm --path jenkins.port -s exercise-nodeport": /no setting jenkins.port/,
      "pulumi up -s exercise-nodport": /no stack exercise-nodport/,
      "pulumi config set --path jenkins.port 1 -s exercise-nodeport":
        /jenkins.port allows service, nodePort/,
      "npm run sandbox -- config set --path jenkins.nodePort 80 -s exercise-nodeport":
        /jenkins.nodePort allows a whole number/,
      'echo "$(aws sts get-caller-identity)"': /does not know echo/,
      'npm run rehearse -- "$(aws sts get-caller-identity)"': /needs: aws/,
    };
    for (const [script, message] of Object.entries(wrong)) {
      const page = await parse("x.md", `\`\`\`sh\n${script}\n\`\`\`\n`);
      assert.match(commandBlocks(page).flatMap(problemsOf).join("\n"), message, script);
    }
    const marked = await parse("x.md", "<!-- needs: aws -->\n\n```sh\nkubectl get pods\n```\n");
    assert.deepEqual(commandBlocks(marked).flatMap(problemsOf), []);
  });

  it("would fail, did they not do what they say", async () => {
    const page = await parse(
      "x.md",
      "```sh\nnpm run rehearse -- exercise-non\n```\n\n<!-- fails -->\n\n```sh\nnpm run rehearse -- exercise-nodeport\n```\n",
    );
    for (const block of commandBlocks(page)) {
      await assert.rejects(typeAll(newReader(), [block]), /x.md:\d+ ended with/);
    }
  });

  const readers: Reader[] = [];
  after(() => readers.forEach((reader) => reader.remove()));

  function newReader(): Reader {
    const made = new Reader();
    readers.push(made);
    return made;
  }

  for (const path of markdownFiles().filter(isOfGuide)) {
    it(`${path}: those for no CLI do what they say`, async function () {
      const blocks = blocksOf(path).filter(needsNoEngine);
      if (blocks.length > 0) await typeAll(newReader(), blocks);
    });
  }
});
