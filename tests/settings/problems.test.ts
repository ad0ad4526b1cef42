import assert from "node:assert/strict";
import { parseSettings } from "../../settings/settings";
import { type Config } from "../support/harness";
import { CREATED, errorOf, mendable, problemOf, SHARED } from "../support/parsing";

const TOP =
  "cluster, sockShop, autoscaler, jenkins, ingress, name, owner, costCenter, allowedCidrs, allowWorld";
const NODES = "instanceType, minSize, desiredSize, maxSize, diskSizeGiB, amiRelease";

describe("settings: an unknown name", () => {
  const cases: [config: Config, path: string, value: unknown, known: string, nearest?: string][] = [
    [{ ...CREATED, sockshop: {} }, "sockshop", {}, TOP, "sockShop"],
    [{ ...CREATED, jenkinz: {} }, "jenkinz", {}, TOP, "jenkins"],
    [
      { ...CREATED, allowedCidr: ["8.8.8.8/32"] },
      "allowedCidr",
      ["8.8.8.8/32"],
      TOP,
      "allowedCidrs",
    ],
    // Case alone must not hide a name, even where another name of the same length is as far off.
    [{ ...CREATED, JENKINS: {} }, "JENKINS", {}, TOP, "jenkins"],
    [{ ...CREATED, zebra: 1 }, "zebra", 1, TOP],
    [
      { cluster: { create: {}, stak: "x" } },
      "cluster.stak",
      "x",
      "create, stack, kubeconfig",
      "stack",
    ],
    [
      { cluster: { create: { zone: 3 } } },
      "cluster.create.zone",
      3,
      "kubernetesVersion, zones, nodes",
      "zones",
    ],
    [
      { cluster: { create: { nodes: { minsize: 3 } } } },
      "cluster.create.nodes.minsize",
      3,
      NODES,
      "minSize",
    ],
    [
      { cluster: { create: { nodes: { qqqqqqqq: [1] } } } },
      "cluster.create.nodes.qqqqqqqq",
      [1],
      NODES,
    ],
    [{ ...CREATED, sockShop: { port: 1 } }, "sockShop.port", 1, "nodePort"],
    [
      { ...CREATED, autoscaler: { permission: "irsa" } },
      "autoscaler.permission",
      "irsa",
      "permissions",
      "permissions",
    ],
    [
      { ...SHARED, jenkins: { nodeport: 3 } },
      "jenkins.nodeport",
      3,
      "service, nodePort",
      "nodePort",
    ],
    [{ ...SHARED, jenkins: { type: "x" } }, "jenkins.type", "x", "service, nodePort"],
    [
      { ...SHARED, ingress: { controler: "nginx" } },
      "ingress.controler",
      "nginx",
      "controller",
      "controller",
    ],
  ];
  // A value that is not allowed under the right name either, or beside what is there.
  const isNoUse = (path: string): boolean => ["cluster.stak", "jenkins.nodeport"].includes(path);
  for (const [config, path, value, known, nearest] of cases) {
    it(`says of ${path} what is known there, ${nearest ? `and renames it: ${nearest}` : "and removes it"}`, () => {
      const allowed = nearest ? `${known} (the nearest is ${nearest})` : known;
      assert.deepEqual(mendable(config), { path, value, allowed });
      const { fix } = problemOf(config);
      const isTop = !path.includes(".");
      assert.ok(fix.startsWith(`pulumi config rm ${isTop ? "" : "--path "}${path} -s test`), fix);
      const renamed = new RegExp(
        `&& pulumi config set (--path '?)?${path.replace(/[^.]+$/, "")}${nearest}[ .[]`,
      );
      if (nearest === undefined || isNoUse(path)) assert.doesNotMatch(fix, /&&/);
      else assert.match(fix, renamed);
    });
  }

  // JavaScript finds these in every object, so that a lookup by `in` would take them for sections.
  for (const name of ["constructor", "toString", "hasOwnProperty"]) {
    it(`is unknown though every object has it: ${name}`, () => {
      assert.deepEqual(problemOf({ ...CREATED, [name]: {} }), {
        path: name,
        value: {},
        allowed: TOP,
        fix: `pulumi config rm ${name} -s test`,
      });
    });
  }

  it("is unknown though every object has it: __proto__, at the top and in a section", () => {
    const top = JSON.parse('{"cluster": {"create": {}}, "__proto__": 1}') as Config;
    assert.equal(problemOf(top).path, "__proto__");
    const nested = { ...CREATED, sockShop: JSON.parse('{"__proto__": 1}') as unknown };
    assert.equal(problemOf(nested).path, "sockShop.__proto__");
  });

  it("is nobody's business where it belongs to another namespace", () => {
    const config = { "eks-exercises:cluster": '{"create": {}}', "aws:zebra": "x", "zebra:a": "x" };
    const around = { organization: "o", project: "eks-exercises", stack: "s", region: "us-east-1" };
    const settings = parseSettings({ ...config, "eks-exercises:name": "student" }, around);
    assert.equal(settings.name, "student");
  });
});

describe("settings: the error", () => {
  it("names the stack, its file, and each problem with path, value, what is allowed and the fix", () => {
    const error = errorOf(
      { ...SHARED, name: "Alice", jenkins: { nodePort: 5 } },
      { stack: "mine" },
    );
    assert.equal(
      error.message,
      [
        "2 problems in the settings of stack mine (Pulumi.mine.yaml); nothing was created",
        "",
        "  jenkins.nodePort: 5",
        "    allowed: a whole number from 30000 to 32767",
        "    fix: pulumi config rm --path jenkins.nodePort -s mine",
        "",
        '  name: "Alice"',
        "    allowed: a DNS label of at most 56 characters: a-z, 0-9 and -, with a letter or digit at both ends",
        "    fix: pulumi config set name alice -s mine",
      ].join("\n"),
    );
  });

  it("counts one problem as one, and says of a missing value that it is not set", () => {
    assert.match(
      errorOf({}).message,
      /^1 problem in the settings .*\n\n {2}cluster: \(not set\)\n/,
    );
  });
});
