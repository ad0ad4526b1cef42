import assert from "node:assert/strict";
import { at, type Config } from "../support/harness";
import { CREATED, mendable, problemOf, settingsOf, SHARED } from "../support/parsing";

/** A configuration with one setting, at its path, on a cluster that has it. */
function withSetting(path: string, value: unknown): Config {
  const [section, ...keys] = path.split(".");
  const inner = keys.reduceRight((nested, key) => ({ [key]: nested }), value);
  const cluster = section === "cluster" ? {} : section === "sockShop" ? CREATED : SHARED;
  return { ...cluster, [section!]: inner };
}

/** A setting: what is allowed, the value that the fix offers, and what is not allowed. */
interface Leaf {
  readonly path: string;
  readonly allowed: string;
  readonly offers: string | number;
  readonly bad: readonly unknown[];
  readonly good: readonly unknown[];
}

const wholeNumber = (path: string, min: number, max: number, offers: number): Leaf => ({
  path,
  allowed: `a whole number from ${min} to ${max}`,
  offers,
  bad: [min - 1, max + 1, min + 0.5, String(min), null, true, [min], { value: min }, 0, -min],
  good: [],
});

const LABEL =
  "a DNS label of at most 56 characters: a-z, 0-9 and -, with a letter or digit at both ends";
const TAG = "1 to 128 letters, digits, spaces and + - . _ : / @";
const TYPES =
  "t2.micro, t3.micro, t3.small, t3.medium, t3.large, t3.xlarge, t3.2xlarge, t3a.medium, t3a.large, t3a.xlarge, m5.large, m5.xlarge, m6i.large, m6i.xlarge, m7i.large, m7i.xlarge, t4g.medium, t4g.large, m6g.large, m7g.large";
const STACK = "the name of another stack, or organization/project/stack";

const LEAVES: readonly Leaf[] = [
  {
    path: "name",
    allowed: LABEL,
    offers: "student",
    bad: ["", "Alice", "-a", "a-", "a_b", "a.b", "é", "a b", "a\n", "a".repeat(57)],
    good: ["a", "0", "a-b", "42", "a".repeat(56)],
  },
  {
    path: "owner",
    allowed: TAG,
    offers: "student",
    bad: ["", "a,b", "a=b", "x\n", "x".repeat(129)],
    good: ["Zoë (née)".replace(/[()]/g, ""), "a@b.org", "1 + 1", "x".repeat(128)],
  },
  { path: "costCenter", allowed: TAG, offers: "bootcamp", bad: ["a=b", ""], good: ["cc-1"] },
  { ...wholeNumber("sockShop.nodePort", 30000, 32767, 30001), good: [30000, 32767] },
  { ...wholeNumber("cluster.create.zones", 2, 4, 2), good: [2, 3, 4] },
  wholeNumber("cluster.create.nodes.minSize", 1, 100, 2),
  wholeNumber("cluster.create.nodes.desiredSize", 1, 100, 3),
  wholeNumber("cluster.create.nodes.maxSize", 1, 100, 4),
  { ...wholeNumber("cluster.create.nodes.diskSizeGiB", 20, 1000, 30), good: [20, 1000] },
  wholeNumber("jenkins.nodePort", 30000, 32767, 32000),
  {
    path: "jenkins.service",
    allowed: "ClusterIP, NodePort, LoadBalancer, none",
    offers: "ClusterIP",
    bad: ["Nodeport", "ExternalName", "", null, 1],
    good: ["ClusterIP", "NodePort", "LoadBalancer", "none"],
  },
  {
    path: "autoscaler.permissions",
    allowed: "irsa, podIdentity, nodeRole",
    offers: "irsa",
    bad: ["IRSA", "admin"],
    good: ["irsa", "podIdentity", "nodeRole"],
  },
  {
    path: "ingress.controller",
    allowed: "nginx, ingress-nginx, alb",
    offers: "nginx",
    bad: ["traefik", false],
    good: ["nginx", "ingress-nginx", "alb"],
  },
  {
    path: "cluster.create.kubernetesVersion",
    allowed: "1.34, 1.35, 1.36 (as text: in quotes)",
    offers: "1.36",
    // Without quotes YAML reads a number; it must not look as if the value were among the allowed.
    bad: ["1.20", "1.37", 1.36, "v1.36", "1.36.1", "latest"],
    good: ["1.34", "1.35", "1.36"],
  },
  {
    path: "cluster.create.nodes.instanceType",
    allowed: TYPES,
    offers: "t3.large",
    bad: ["t3.huge", "T3.LARGE", "", 3, "constructor"],
    good: ["t3.medium", "m7i.xlarge"],
  },
  {
    path: "cluster.create.nodes.amiRelease",
    allowed: "a release such as v20261101",
    offers: "v20261101",
    bad: ["20261101", "v2026", "latest", 20261101],
    good: ["v20261101"],
  },
  {
    path: "cluster.stack",
    allowed: STACK,
    offers: "exercise-cluster",
    bad: ["a/b", "a/b/c/d", "", "a b", 5, null],
    good: ["acme/eks-exercises/dev"],
  },
];

/** Where a setting ends up, if not at its own path. */
const PLACES: Readonly<Record<string, string>> = {
  owner: "tags.Owner",
  costCenter: "tags.CostCenter",
};

/** What a value means: another stack is known by its full name. */
const meant = (path: string, value: unknown) =>
  path === "cluster.stack" && value === "exercise-cluster"
    ? "organization/eks-exercises/exercise-cluster"
    : value;

describe("settings: a value", () => {
  for (const { path, allowed, offers, bad, good } of LEAVES) {
    it(`is refused where it is not allowed, with one that would do: ${path}`, () => {
      for (const value of bad) {
        assert.deepEqual(mendable(withSetting(path, value)), { path, value, allowed });
      }
    });

    it(`is the setting where it is allowed: ${path}`, () => {
      for (const value of [...good, offers]) {
        const config = withSetting(path, value);
        // A node port is one of a service that has one.
        const nodePort = { ...SHARED, jenkins: { service: "NodePort", nodePort: value } };
        const settings = settingsOf(path === "jenkins.nodePort" ? nodePort : config);
        assert.equal(at(settings, PLACES[path] ?? path.replace("create.", "")), meant(path, value));
      }
    });
  }

  it("is refused where it is a list of no blocks, with the command that adds one", () => {
    for (const value of [[], 5, [5], {}, null]) {
      assert.deepEqual(mendable({ ...CREATED, allowedCidrs: value }), {
        path: "allowedCidrs",
        value,
        allowed: "a list of IPv4 CIDR blocks, such as 203.0.113.7/32",
      });
    }
  });

  it("is refused where allowWorld is neither true nor false", () => {
    for (const value of ["yes", "True", 1, null]) {
      assert.deepEqual(mendable({ ...CREATED, allowWorld: value }), {
        path: "allowWorld",
        value,
        allowed: "true, false",
      });
    }
  });

  it("is missing where the project has no default for it: name", () => {
    assert.deepEqual(mendable({ ...CREATED, name: undefined }), {
      path: "name",
      allowed: LABEL,
    });
  });

  it("may be written by pulumi config set, which stores text: true, one block", () => {
    const settings = settingsOf({ ...CREATED, allowWorld: "true", allowedCidrs: "0.0.0.0/0" });
    assert.deepEqual(settings.allowedCidrs, ["0.0.0.0/0"]);
  });
});

function refusedWithFix(config: Config): object {
  const { fix, ...refused } = problemOf(config);
  assert.match(
    fix,
    /^pulumi config rm --path cluster\.kubeconfig -s test && pulumi config set --path /,
  );
  return refused;
}

describe("settings: a section of the wrong shape", () => {
  const maps: [path: string, keys: string][] = [
    ["cluster", "create, stack, kubeconfig"],
    ["cluster.create", "kubernetesVersion, zones, nodes"],
    [
      "cluster.create.nodes",
      "instanceType, minSize, desiredSize, maxSize, diskSizeGiB, amiRelease",
    ],
    ["cluster.kubeconfig", "path, context"],
    ["sockShop", "nodePort"],
    ["autoscaler", "permissions"],
    ["jenkins", "service, nodePort"],
    ["ingress", "controller"],
  ];
  const wrong: unknown[] = ["text", '{"create":', ["a"], [], 5, null, true];
  for (const [path, keys] of maps) {
    it(`is refused, with the keys of ${path}: text, malformed JSON, a list, a number, null, true`, () => {
      for (const value of wrong) {
        // Where there is no kubeconfig file in the home directory, no command can name a context.
        const isMendable = path !== "cluster.kubeconfig";
        const refused = isMendable ? mendable : refusedWithFix;
        assert.deepEqual(refused(withSetting(path, value)), {
          path,
          value,
          allowed: `a map of ${keys}`,
        });
      }
    });
  }
});

describe("settings: what is not set", () => {
  it("has the chapter's value, for a cluster and all that is on it", () => {
    const sections = { sockShop: {}, autoscaler: {}, jenkins: {}, ingress: {} };
    assert.deepEqual(settingsOf({ ...CREATED, ...sections }), {
      name: "student",
      tags: {
        Project: "eks-exercises",
        CostCenter: "bootcamp",
        Owner: "student",
        Exercise: "test",
        ManagedBy: "pulumi",
      },
      allowedCidrs: [],
      cluster: {
        kind: "create",
        clusterName: "student-test",
        kubernetesVersion: "1.36",
        zones: 2,
        nodes: {
          instanceType: "t3.large",
          minSize: 2,
          desiredSize: 3,
          maxSize: 4,
          diskSizeGiB: 30,
        },
      },
      sockShop: { nodePort: 30001 },
      autoscaler: { permissions: "irsa" },
      jenkins: { service: "ClusterIP", nodePort: 32000 },
      ingress: { controller: "nginx" },
    });
  });

  it("is not composed where a section is absent", () => {
    const { sockShop, autoscaler, jenkins, ingress } = settingsOf(SHARED);
    assert.deepEqual([sockShop, autoscaler, jenkins, ingress], Array(4).fill(undefined));
  });
});
