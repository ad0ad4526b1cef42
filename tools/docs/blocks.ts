/** The blocks of the guide that are generated, by the name that their comment gives. */
import { describeStack } from "../rehearse/text";
import { CHARTS, JENKINS_IMAGE, KUBERNETES, type ChartPin } from "../../components/catalog";
import type { Facts } from "./facts";
import { documentOf, verdicts } from "./requests";

type Block = (facts: Facts, argument: string) => string | Promise<string>;

const plain = (_: unknown, text: string): string => text;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function json(value: object): string {
  return `\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\``;
}

/** A stack at a glance. */
const glance: Block = (facts, stack) => {
  const { resources, outputs, cost } = facts.stack(stack);
  const perDay = (cost.perHour * 24).toFixed(2);
  return table(
    ["stack", `\`${stack}\``],
    [
      ["resources", `${resources.length}`],
      [
        "outputs",
        Object.keys(outputs)
          .map((name) => `\`${name}\``)
          .join(", "),
      ],
      [
        "cost",
        cost.lines.length === 0
          ? "nothing beyond the cluster"
          : `$${cost.perHour.toFixed(2)} an hour, $${perDay} a day`,
      ],
    ],
  );
};

/** What a stack's cost is made of. */
const cost: Block = (facts, stack) => {
  const { lines, perHour, currency } = facts.stack(stack).cost;
  const rows = lines.map((line) => [
    `${line.quantity} x ${line.item}`,
    line.perHour.toFixed(4),
    (line.perHour * 24).toFixed(2),
  ]);
  rows.push(["**together**", `**${perHour.toFixed(4)}**`, `**${(perHour * 24).toFixed(2)}**`]);
  return table([`what (${currency})`, "an hour", "a day"], rows);
};

/** What the rehearsal prints of the autoscaler's stack: `irsa` or `nodeRole`. */
const preview: Block = (facts, permissions) => {
  const rehearsal =
    permissions === "nodeRole" ? facts.nodeRole : facts.stack("exercise-autoscaler");
  return `\`\`\`text\n${describeStack(rehearsal, plain)}\n\`\`\``;
};

const requests: Block = async (facts) => {
  const answer = (allowed: boolean) => (allowed ? "**allowed**" : "refused");
  return table(
    ["who", "asks to", "rights on the node's role", "a role of its own"],
    (await verdicts(facts)).map((v) => [v.caller, v.request, answer(v.nodeRole), answer(v.irsa)]),
  );
};

/** A document that exercise 2 registers: `trust` or `policy`. */
const document: Block = (facts, which) =>
  which === "trust"
    ? json(
        documentOf(
          facts.resource("exercise-autoscaler", "autoscaler-irsa-role"),
          "assumeRolePolicy",
        ),
      )
    : json(documentOf(facts.resource("exercise-autoscaler", "autoscaler-irsa-policy")));

const versions: Block = () =>
  table(
    ["Kubernetes", "standard support until", "cluster autoscaler"],
    Object.entries(KUBERNETES).map(([minor, release]) => [
      minor,
      release.standardSupportUntil,
      release.clusterAutoscaler,
    ]),
  );

const pins: Block = () =>
  table(
    ["chart or image", "version", "from"],
    [
      ...Object.values<ChartPin>(CHARTS).map(({ chart, version, repository }) => [
        repository ? chart : chart.split("/").at(-1)!,
        version,
        repository ?? chart,
      ]),
      [JENKINS_IMAGE.split(":")[0]!, JENKINS_IMAGE.split(":")[1]!, "Docker Hub"],
    ],
  );

/** Each stack in a row. */
const stacks: Block = (facts) =>
  table(
    ["stack", "resources", "a day costs (USD)"],
    facts.names.map((name) => [
      `\`${name}\``,
      `${facts.stack(name).resources.length}`,
      facts.day(name),
    ]),
  );

const BLOCKS: Readonly<Record<string, Block>> = {
  cost,
  document,
  glance,
  pins,
  preview,
  requests,
  stacks,
  versions,
};

/** Makes a block by its name and argument, as `glance exercise-cluster`. */
export async function block(facts: Facts, name: string): Promise<string> {
  const [kind = "", argument = ""] = name.trim().split(" ");
  const make = BLOCKS[kind];
  if (!make) throw new Error(`There is no block ${kind}. Known: ${Object.keys(BLOCKS).join(", ")}`);
  return make(facts, argument);
}
