/**
 * Each fix that an error prints, typed as it stands, on the real CLI, in a copy of the project in
 * which another stack is selected: the problem is gone, and nothing else has changed.
 */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseText } from "../../settings/edits";
import { parseSettings } from "../../settings/settings";
import { SettingsError, type Problem } from "../../settings/problems";
import { holdersIn } from "../../settings/stack-file";
import { stackConfig } from "../../tools/shared/stack-files";
import { typeCommands } from "../support/config-command";
import { findRealPulumi } from "../support/pulumi";
import { TWO_CONTEXTS } from "../support/kubeconfigs";

const CLUSTER = "cluster: {stack: exercise-cluster}";

/** Cases, by what somebody typed: the stack file's configuration, and the path that is at fault. */
const CASES: [title: string, config: string, path: string, fixed?: RegExp, project?: string][] = [
  [
    "a service type in small letters",
    `${CLUSTER}\njenkins: {service: nodeport, nodePort: 32000}`,
    "jenkins.service",
    /jenkins:[^]*service: NodePort/,
  ],
  ["a name in capitals", `${CLUSTER}\nname: Alice`, "name", /name: alice/],
  ["a name with an accent", `${CLUSTER}\nname: Zoë Smith`, "name", /name: zoe-smith/],
  ["a name without letters", `${CLUSTER}\nname: "__"`, "name", /name: "?student/],
  ["an empty name", `${CLUSTER}\nname:`, "name", /name: "?student/],
  [
    "a name in Pulumi.yaml",
    CLUSTER,
    "name",
    /name: alice/,
    "name: eks-exercises\nruntime: nodejs\nconfig:\n  eks-exercises:name: {type: string, default: Alice}\n  aws:region: us-east-1\n",
  ],
  [
    "a key set without --path",
    `${CLUSTER}\njenkins.service: NodePort\njenkins: {}`,
    "jenkins.service",
    /jenkins:[^]*service: NodePort/,
  ],
  [
    "a key set without --path, beside the right one",
    `${CLUSTER}\njenkins.service: NodePort\njenkins: {service: LoadBalancer}`,
    "jenkins.service",
    /service: LoadBalancer/,
  ],
  ["itself as its cluster", "cluster: {stack: exercise-nodeport}", "cluster.stack"],
  [
    "nodes beside create",
    "cluster:\n  create: {zones: 3}\n  nodes: {minSize: 2, maxSize: 5}",
    "cluster.nodes",
    /create:[^]*nodes:[^]*maxSize: 5/,
  ],
  [
    "nodes beside create, which has nodes",
    "cluster:\n  create: {nodes: {minSize: 2}}\n  nodes: {maxSize: 5}",
    "cluster.nodes",
    /nodes:[^]*minSize: 2[^]*maxSize: 5/,
  ],
  [
    "zones beside create",
    "cluster: {create: {}, zones: 3}",
    "cluster.zones",
    /create:[^]*zones: 3/,
  ],
  [
    "an instance type beside nodes",
    "cluster: {create: {instanceType: m5.large}}",
    "cluster.create.instanceType",
    /nodes:[^]*instanceType: m5\.large/,
  ],
  [
    "a section outside its own",
    "create: {zones: 3}",
    "create",
    /cluster.?:[^]*create:[^]*zones: 3/,
  ],
  [
    "a misspelt section",
    `${CLUSTER}\njenkinz: {service: NodePort}`,
    "jenkinz",
    /jenkins: *\{?\s*service: NodePort/,
  ],
  ["a misspelt empty section", "cluster: {create: {}}\nsockshop: {}", "sockshop", /sockShop/],
  [
    "a misspelt list",
    `${CLUSTER}\nallowedCidr: [198.51.100.7/32, 192.0.2.0/24]`,
    "allowedCidr",
    /allowedCidrs:/,
  ],
  [
    "a misspelt section with a text that looks like a number",
    `${CLUSTER}\nownerr: "7"`,
    "ownerr",
    /owner: "7"/,
  ],
  ["an unknown name", `${CLUSTER}\nzebra: 1`, "zebra"],
  ["an unknown name with a quote", `${CLUSTER}\n"it's": 1`, "it's"],
  [
    "a number in quotes",
    `${CLUSTER}\njenkins: {service: NodePort, nodePort: "32001"}`,
    "jenkins.nodePort",
    /nodePort: 32001/,
  ],
  [
    "a number in quotes that is no port",
    `${CLUSTER}\njenkins: {service: NodePort, nodePort: "80"}`,
    "jenkins.nodePort",
    /nodePort: 32000/,
  ],
  [
    "a version without quotes",
    "cluster: {create: {kubernetesVersion: 1.35}}",
    "cluster.create.kubernetesVersion",
    /"1\.35"/,
  ],
  ["two sources", "cluster: {create: {zones: 2}, stack: exercise-cluster}", "cluster"],
  ["no cluster", "name: ada", "cluster"],
  ["an empty cluster", "cluster: {}", "cluster"],
  ["an empty section", `${CLUSTER}\nautoscaler:`, "autoscaler", /permissions: irsa/],
  ["an empty part", "cluster: {create: }", "cluster.create"],
  ["a number for a part", "cluster: {create: 5}", "cluster.create"],
  ["a list for a section", `${CLUSTER}\njenkins: [NodePort]`, "jenkins"],
  ["a text for a section", `${CLUSTER}\njenkins: NodePort`, "jenkins", /service: NodePort/],
  [
    "the name of a stack for the cluster",
    "cluster: exercise-cluster",
    "cluster",
    /stack: exercise-cluster/,
  ],
  [
    "a section as JSON",
    `${CLUSTER}\njenkins: '{"service": "nodeport", "nodePort": 32001}'`,
    "jenkins.service",
    /NodePort.*32001/,
  ],
  [
    "node counts out of order",
    "cluster: {create: {nodes: {minSize: 4, desiredSize: 3, maxSize: 5}}}",
    "cluster.create.nodes",
  ],
  [
    "a small type",
    "cluster: {create: {nodes: {instanceType: t3.small}}}",
    "cluster.create.nodes.instanceType",
  ],
  [
    "a misspelt type",
    "cluster: {create: {nodes: {instanceType: T3.Large}}}",
    "cluster.create.nodes.instanceType",
    /t3\.large/,
  ],
  [
    "a zone for a region",
    "cluster: {create: {}}\naws:region: eu-west-1a",
    "aws:region",
    /aws:region: eu-west-1\n/,
  ],
  ["an unknown region", "cluster: {create: {}}\naws:region: us-east-9", "aws:region"],
  [
    "a node port that its type has not",
    `${CLUSTER}\njenkins: {service: ClusterIP, nodePort: 32000}`,
    "jenkins.nodePort",
  ],
  [
    "one port twice",
    "cluster: {create: {}}\nsockShop: {nodePort: 32000}\njenkins: {service: NodePort}",
    "jenkins.nodePort",
  ],
  ["an ingress without a shop", "cluster: {create: {}}\ningress: {controller: nginx}", "sockShop"],
  [
    "an address",
    `${CLUSTER}\nallowedCidrs: [198.51.100.7, 192.0.2.0/24]`,
    "allowedCidrs[0]",
    /198\.51\.100\.7\/32/,
  ],
  [
    "an address as text",
    `${CLUSTER}\nallowedCidrs: 198.51.100.7`,
    "allowedCidrs[0]",
    /198\.51\.100\.7\/32/,
  ],
  [
    "addresses as JSON",
    `${CLUSTER}\nallowedCidrs: '["198.51.100.7", "192.0.2.0/24"]'`,
    "allowedCidrs[0]",
    /198\.51\.100\.7\/32.*192/,
  ],
  ["a block twice", `${CLUSTER}\nallowedCidrs: [192.0.2.0/24, 192.0.2.0/24]`, "allowedCidrs[1]"],
  ["a private block", `${CLUSTER}\nallowedCidrs: [10.0.0.0/16]`, "allowedCidrs[0]"],
  ["the world", `${CLUSTER}\nallowedCidrs: [0.0.0.0/0]`, "allowedCidrs[0]"],
  ["an empty list", `${CLUSTER}\nallowedCidrs: []`, "allowedCidrs"],
  ["a word for true", `${CLUSTER}\nallowWorld: "yes"`, "allowWorld", /allowWorld: "?true/],
  ["a tag with a comma", `${CLUSTER}\nowner: "a,b c"`, "owner", /owner: "?a-b c/],
  [
    "a context that the file has not",
    `cluster: {kubeconfig: {path: ${TWO_CONTEXTS}, context: kind}}`,
    "cluster.kubeconfig.context",
    /kind-kind/,
  ],
  [
    "no context",
    `cluster: {kubeconfig: {path: ${TWO_CONTEXTS}}}`,
    "cluster.kubeconfig.context",
    /kind-kind/,
  ],
  [
    "an autoscaler on kind",
    `cluster: {kubeconfig: {path: ${TWO_CONTEXTS}, context: kind-kind}}\nautoscaler: {permissions: irsa}`,
    "autoscaler",
  ],
  [
    "a load balancer of kind for unnamed callers",
    `cluster: {kubeconfig: {path: ${TWO_CONTEXTS}, context: kind-kind}}\njenkins: {service: LoadBalancer}`,
    "allowedCidrs",
  ],
  [
    "a misspelt project",
    `${CLUSTER}\neks-exercise:name: ada`,
    "eks-exercise:name",
    /eks-exercises:name: ada/,
  ],
  [
    "a section for a namespace",
    `${CLUSTER}\njenkins:service: NodePort`,
    "jenkins:service",
    /jenkins:[^]*service: NodePort/,
  ],
];

const PROJECT =
  "name: eks-exercises\nruntime: nodejs\nconfig:\n  eks-exercises:name: {type: string, default: student}\n  aws:region: {value: us-east-1}\n";
const STACK = "exercise-nodeport";

/** A configuration without what its texts leave open: the order of keys in JSON. */
function values(config: Readonly<Record<string, string>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(config).map(([key, raw]) => [key, parseText(raw)]));
}

describe("settings: a printed fix, on the real CLI", function () {
  this.timeout(120_000);
  const home = mkdtempSync(join(tmpdir(), "eks-exercises-fixes-"));
  const directory = join(home, "project");
  let bin: string;
  const environment = () => ({
    PATH: `${bin}:${process.env["PATH"]}`,
    HOME: home,
    PULUMI_HOME: join(home, "pulumi"),
    PULUMI_BACKEND_URL: `file://${home}/backend?metadata=skip`,
    PULUMI_CONFIG_PASSPHRASE: "",
    PULUMI_SKIP_UPDATE_CHECK: "true",
  });

  before(function () {
    const found = findRealPulumi();
    if (!found) return this.skip();
    bin = found;
    execFileSync("mkdir", ["-p", directory, join(home, "backend")]);
    writeFileSync(join(directory, "Pulumi.yaml"), PROJECT);
    for (const stack of [STACK, "exercise-clusterip"]) {
      execFileSync("pulumi", ["stack", "init", stack], {
        cwd: directory,
        env: environment(),
        stdio: "ignore",
      });
    }
  });
  after(() => rmSync(home, { recursive: true, force: true }));

  const write = (config: string, project: string): void => {
    writeFileSync(join(directory, "Pulumi.yaml"), project);
    const lines = config.split("\n").map((line) => {
      const isKey = /^["\w]/.test(line) && !/^[\w-]+:[\w-]+:/.test(line);
      const named = line.startsWith('"')
        ? line.replace('"', '"eks-exercises:')
        : `eks-exercises:${line}`;
      return `  ${isKey ? named : line}`;
    });
    writeFileSync(join(directory, `Pulumi.${STACK}.yaml`), `config:\n${lines.join("\n")}\n`);
    writeFileSync(join(directory, "Pulumi.exercise-clusterip.yaml"), "encryptionsalt: v1:x\n");
  };
  const ownFile = (): string => readFileSync(join(directory, `Pulumi.${STACK}.yaml`), "utf8");
  const otherFiles = (): string[] =>
    ["Pulumi.yaml", "Pulumi.exercise-clusterip.yaml"].map((file) =>
      readFileSync(join(directory, file), "utf8"),
    );

  const problems = (): readonly Problem[] => {
    const { config } = stackConfig(directory, STACK);
    const context = {
      organization: "organization",
      project: "eks-exercises",
      stack: STACK,
      region: config["aws:region"],
    };
    try {
      parseSettings(config, context, () => false, holdersIn(directory, "eks-exercises", STACK));
      return [];
    } catch (error) {
      if (error instanceof SettingsError) return error.problems;
      throw error;
    }
  };
  const type = (command: string): void => {
    const { status, stderr } = spawnSync("bash", ["-c", command], {
      cwd: directory,
      env: environment(),
      encoding: "utf8",
      input: "",
    });
    assert.equal(status, 0, `${command}\n${stderr}`);
  };

  for (const [title, config, path, fixed, project = PROJECT] of CASES) {
    it(`mends ${title}, and changes nothing else`, () => {
      write(config, project);
      const problem = problems().find((each) => each.path === path);
      assert.ok(problem, `a problem of ${path}`);
      const commands = problem.fix.split("\n    or: ");
      for (const command of commands) {
        write(config, project);
        const others = otherFiles();
        const { config: defaults } = stackConfig(directory, "exercise-clusterip");
        const imitated = typeCommands(stackConfig(directory, STACK).config, command, STACK);
        type(command);
        assert.deepEqual(problems(), [], `${command}\n${ownFile()}`);
        assert.deepEqual(otherFiles(), others);
        // The tests that have no CLI type the same commands into an imitation of it.
        const name = imitated["eks-exercises:name"] ?? defaults["eks-exercises:name"];
        assert.deepEqual(
          values(stackConfig(directory, STACK).config),
          values({ ...defaults, ...imitated, "eks-exercises:name": name! }),
          command,
        );
        if (fixed) assert.match(ownFile(), fixed, command);
      }
    });
  }
});
