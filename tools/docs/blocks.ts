/** The generated blocks of the docs, by the name in their comment. */
import { describeStack } from "../rehearse/text";
import { CHARTS, JENKINS_IMAGE, KUBERNETES, type ChartPin } from "../../components/catalog";
import type { RecordedResource } from "../rehearse/records";
import type { Facts } from "./facts";
import { settingRows } from "./settings";

type Block = (facts: Facts, argument: string) => string;

const plain = (_: unknown, text: string): string => text;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** A stack at a glance. */
const glance: Block = (facts, stack) => {
  const { resources, outputs, cost } = facts.stack(stack);
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
          : `$${facts.value(`hour ${stack}`)} an hour, $${facts.value(`day ${stack}`)} a day`,
      ],
    ],
  );
};

/** A stack's cost, item by item. */
const cost: Block = (facts, stack) => {
  const { lines, perHour, currency } = facts.stack(stack).cost;
  const rows = lines.map((line) => [
    `${line.quantity} × ${line.item}`,
    line.perHour.toFixed(4),
    (line.perHour * 24).toFixed(2),
  ]);
  rows.push(["**total**", `**${perHour.toFixed(4)}**`, `**${(perHour * 24).toFixed(2)}**`]);
  return table([`item (${currency})`, "an hour", "a day"], rows);
};

/** The rehearsal's output for the autoscaler's stack, with `irsa` or `nodeRole`. */
const preview: Block = (facts, permissions) => {
  const rehearsal =
    permissions === "nodeRole" ? facts.nodeRole : facts.stack("exercise-autoscaler");
  return `\`\`\`text\n${describeStack(rehearsal, plain)}\n\`\`\``;
};

/** Who may make which request, with the policy on the node role and with IRSA. */
const requests: Block = ({ comparison }) => {
  const answer = (isAllowed: boolean) => (isAllowed ? "**allowed**" : "refused");
  return table(
    ["who", "request", "policy on the node role", "a role of its own"],
    comparison.answers.map(({ caller, request, before, after }) => [
      caller,
      request,
      answer(before),
      answer(after),
    ]),
  );
};

/** A document that exercise 2 registers: `trust` or `policy`. */
const document: Block = (facts, which) =>
  which === "trust"
    ? documentOf(facts.resource("exercise-autoscaler", "autoscaler-irsa-role"), "assumeRolePolicy")
    : documentOf(facts.resource("exercise-autoscaler", "autoscaler-irsa-policy"), "policy");

function documentOf({ name, inputs }: RecordedResource, input: string): string {
  const text = inputs[input];
  if (typeof text !== "string") throw new Error(`${name} has no document`);
  return `\`\`\`json\n${JSON.stringify(JSON.parse(text), null, 2)}\n\`\`\``;
}

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
    ["stack", "resources", "USD a day", "outputs"],
    facts.names.map((name) => [
      `\`${name}\``,
      facts.value(`resources ${name}`),
      facts.value(`day ${name}`),
      Object.keys(facts.stack(name).outputs)
        .map((output) => `\`${output}\``)
        .join(", "),
    ]),
  );

/** Each setting in a row. */
const settings: Block = () =>
  table(
    ["setting", "allowed", "default", "meaning"],
    settingRows().map(({ path, allowed, default: byDefault, meaning }) => [
      `\`${path}\``,
      allowed,
      byDefault,
      meaning,
    ]),
  );

const BLOCKS: Readonly<Record<string, Block>> = {
  cost,
  document,
  glance,
  pins,
  preview,
  requests,
  settings,
  stacks,
  versions,
};

/** A block by its name and argument, such as `glance exercise-cluster`. */
export function block(facts: Facts, name: string): string {
  const [kind = "", argument = ""] = name.trim().split(" ");
  const render = BLOCKS[kind];
  if (!render) {
    throw new Error(`There is no block ${kind}. Known: ${Object.keys(BLOCKS).join(", ")}`);
  }
  return render(facts, argument);
}
