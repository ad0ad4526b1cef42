/** Names of resources in the guide are those of the program. */
import assert from "node:assert/strict";
import { Facts } from "../../../tools/docs/facts";
import {
  allPages,
  commandBlocks,
  inlineCode,
  isOfGuide,
  lineOf,
  parse,
  type Page,
} from "../../../tools/docs/markdown";
import { commandsOf } from "./support/shell";

/** What looks like the name of a resource of ours, or of something in the cluster. */
const NAME = /^(?:cluster|sock-shop|autoscaler|jenkins|ingress|nginx)(?:-[a-z0-9]+)+$/;

/** Names that are none of the program's, and what they are. */
const OTHERS: Readonly<Record<string, string>> = {
  "ingress-nginx": "the retired controller, as a setting",
  "cluster-autoscaler-status": "what the autoscaler writes of itself",
  "kube-node-lease": "Kubernetes' own",
};

/** Names in a page that the program does not register. */
function unknownNames(page: Page, registered: string): string[] {
  const isKnown = (name: string): boolean => name in OTHERS || registered.includes(`"${name}"`);
  const inSentences = inlineCode(page)
    .filter(({ value }) => NAME.test(value) && !isKnown(value))
    .map((node) => `${page.path}:${lineOf(node)}: \`${node.value}\``);
  const namespaces = commandBlocks(page).flatMap(({ script, line }) =>
    commandsOf(script)
      .filter(([program]) => program === "kubectl")
      .flatMap((command) => {
        const name = command[command.indexOf("--namespace") + 1]!;
        const isNamed = command.includes("--namespace");
        return isNamed && !isKnown(name) ? [`${page.path}:${line}: namespace ${name}`] : [];
      }),
  );
  return [...inSentences, ...namespaces];
}

describe("the docs: names", function () {
  this.timeout(120_000);
  let registered = "";
  before(async () => {
    registered = (await Facts.gather()).text;
  });

  it("are registered by the program", async () => {
    const pages = (await allPages()).filter(({ path }) => isOfGuide(path));
    const found = pages.flatMap(inlineCode).filter(({ value }) => NAME.test(value));
    assert.ok(found.length > 30, `${found.length} names are found`);
    assert.deepEqual(
      pages.flatMap((page) => unknownNames(page, registered)),
      [],
    );
  });

  it("would not be, were one misspelt", async () => {
    const text =
      "`cluster-node` and `cluster-nodes`\n\n```sh\nkubectl get pods --namespace sockshop\n```\n";
    const page = await parse("docs/x.md", text);
    assert.deepEqual(unknownNames(page, registered), [
      "docs/x.md:1: `cluster-node`",
      "docs/x.md:3: namespace sockshop",
    ]);
  });
});
