/**
 * The autoscaler's rights within the cluster, asked of the API server's authoriser: all that it
 * needs, and nothing beyond what is known. The rules are the chart's, as facts (autoscaler-rights.ts).
 */
import assert from "node:assert/strict";
import { CHARTS, KUBERNETES } from "../../../components/catalog";
import { at, runOnSharedCluster } from "../../support/harness";
import {
  until,
  useLiveCluster,
  type KubernetesObject,
  type LiveCluster,
} from "../../support/cluster";
import {
  BEYOND,
  CLUSTER_ROLE,
  NEEDED,
  NEEDED_AT_HOME,
  READ_IN,
  ROLE,
  type Rights,
} from "./autoscaler-rights";

const RBAC = "rbac.authorization.k8s.io";

/** One question: may this be done? */
interface Action {
  readonly group: string;
  readonly resource: string;
  readonly verb: string;
  readonly name?: string;
  readonly namespace?: string;
}

function actions(rights: readonly Rights[], namespace?: string): Action[] {
  return rights.flatMap(({ group, resources, verbs, names = [undefined] }) =>
    resources.flatMap((resource) =>
      verbs.flatMap((verb) => names.map((name) => ({ group, resource, verb, name, namespace }))),
    ),
  );
}

/** Where the recorded release puts the autoscaler, and as whom it runs. */
async function installed(): Promise<{ namespace: string; account: string; fullname: string }> {
  const run = await runOnSharedCluster({ autoscaler: { permissions: "irsa" } });
  const { inputs } = run.one("release");
  return {
    namespace: at(inputs, "namespace") as string,
    account: at(inputs, "values.rbac.serviceAccount.name") as string,
    fullname: at(inputs, "values.fullnameOverride") as string,
  };
}

function bound(
  prefix: "" | "Cluster",
  where: { namespace: string; account: string; fullname: string },
  rights: readonly Rights[],
): KubernetesObject[] {
  const metadata = { name: where.fullname, ...(prefix ? {} : { namespace: where.namespace }) };
  const rules = rights.map(({ group, resources, verbs, names }) => ({
    apiGroups: [group],
    resources,
    verbs,
    resourceNames: names,
  }));
  const subject = { kind: "ServiceAccount", name: where.account, namespace: where.namespace };
  const roleRef = { apiGroup: RBAC, kind: `${prefix}Role`, name: where.fullname };
  const apiVersion = `${RBAC}/v1`;
  return [
    { apiVersion, kind: `${prefix}Role`, metadata, rules },
    { apiVersion, kind: `${prefix}RoleBinding`, metadata, roleRef, subjects: [subject] },
  ];
}

/** Asks the authoriser about a service account. */
async function mayDo(live: LiveCluster, user: string, action: Action): Promise<boolean> {
  const [, , namespace] = user.split(":");
  const [resource, subresource] = action.resource.split("/");
  const review = await live.api.create<{ status: { allowed: boolean } }>({
    apiVersion: "authorization.k8s.io/v1",
    kind: "SubjectAccessReview",
    metadata: {},
    spec: {
      user,
      groups: [
        "system:serviceaccounts",
        `system:serviceaccounts:${namespace}`,
        "system:authenticated",
      ],
      resourceAttributes: { ...action, resource, subresource },
    },
  } as Parameters<typeof live.api.create>[0]);
  return review.status.allowed;
}

const wordsOf = ({ group, resource, verb, name = "", namespace = "" }: Action) =>
  `${verb} ${resource}.${group} ${name} ${namespace}`.trim();

/** Every resource of every group that the server has, with the verbs that it takes. */
async function everyAction(live: LiveCluster): Promise<Action[]> {
  interface Listed {
    resources: { name: string; verbs: string[] }[];
  }
  const { groups } = await live.api.ask<{
    groups: { name: string; preferredVersion: { groupVersion: string } }[];
  }>("GET", "/apis");
  const paths = groups.map(({ name, preferredVersion }) => [
    name,
    `/apis/${preferredVersion.groupVersion}`,
  ]);
  const listed = await Promise.all(
    [["", "/api/v1"], ...paths].map(async ([group, path]) => {
      const { resources } = await live.api.ask<Listed>("GET", path!);
      return resources.flatMap(({ name, verbs }) =>
        [...verbs, ...(SPECIAL[name] ?? [])].map((verb) => ({
          group: group!,
          resource: name,
          verb,
        })),
      );
    }),
  );
  return listed.flat();
}

/** Verbs of RBAC's own, which no discovery names. */
const SPECIAL: Readonly<Record<string, readonly string[]>> = {
  clusterroles: ["bind", "escalate"],
  roles: ["bind", "escalate"],
  serviceaccounts: ["impersonate"],
};

describe("the autoscaler's rights, as they were read", () => {
  it("are those of the versions that are pinned", () => {
    assert.equal(CHARTS.clusterAutoscaler.version, READ_IN.chart);
    assert.ok(
      Object.values(KUBERNETES).some((r) => r.clusterAutoscaler === READ_IN.autoscaler),
      "autoscaler-rights.ts was read in another version",
    );
  });
});

describe("the autoscaler's rights within the cluster", function () {
  this.timeout(120_000);
  const live = useLiveCluster();
  let user = "";
  let home = "";

  beforeEach(async () => {
    const where = await installed();
    home = where.namespace;
    user = `system:serviceaccount:${home}:${where.account}`;
    const account = { name: where.account, namespace: home };
    await live().create({ apiVersion: "v1", kind: "ServiceAccount", metadata: account });
    await live().create(...bound("Cluster", where, CLUSTER_ROLE), ...bound("", where, ROLE));
  });

  it("are all that it needs", async () => {
    const needed = [...actions(NEEDED), ...actions(NEEDED_AT_HOME, home)];
    const denied: string[] = [];
    for (const action of needed) {
      if (!(await mayDo(live(), user, action))) denied.push(wordsOf(action));
    }
    assert.deepEqual(denied, []);
    assert.ok(needed.length > 50);
  });

  it("are nothing beyond that, of all that the server has, but what is known", async () => {
    const needed = new Set(actions(NEEDED).map(wordsOf));
    const beyond = new Map<string, string[]>();
    const all = await everyAction(live());
    for (const action of all) {
      // Who may list objects may as well get one of them.
      const same = action.verb === "get" ? { ...action, verb: "list" } : action;
      if (needed.has(wordsOf(action)) || needed.has(wordsOf(same))) continue;
      if (!(await mayDo(live(), user, action))) continue;
      // What every authenticated account may: ask what it may do itself.
      if (/^self/.test(action.resource)) continue;
      const kind = action.resource + (action.group && `.${action.group}`);
      beyond.set(kind, [...(beyond.get(kind) ?? []), action.verb]);
    }
    const found = [...beyond].map(([kind, verbs]) => [kind, ...verbs.sort()].join(" "));
    assert.deepEqual(found.sort(), Object.keys(BEYOND).sort());
    assert.ok(all.length > 400, `${all.length} asked`);
  });

  it("do not reach secrets, other accounts' tokens, commands in pods, or rights themselves", async () => {
    const refused: Action[] = [
      ...["get", "list", "watch"].map((verb) => ({ group: "", resource: "secrets", verb })),
      { group: "", resource: "pods/exec", verb: "create" },
      { group: "", resource: "pods", verb: "create" },
      // Which only a forced removal of nodes would need.
      { group: "", resource: "pods", verb: "delete" },
      { group: "", resource: "nodes", verb: "delete" },
      { group: "", resource: "nodes/proxy", verb: "get" },
      { group: "", resource: "serviceaccounts/token", verb: "create" },
      { group: "", resource: "users", verb: "impersonate" },
      { group: RBAC, resource: "clusterroles", verb: "escalate" },
      { group: RBAC, resource: "clusterrolebindings", verb: "create" },
      // Of its own namespace: another's lease or status.
      { group: "coordination.k8s.io", resource: "leases", verb: "update", name: "kube-scheduler" },
      { group: "", resource: "configmaps", verb: "update", name: "coredns", namespace: home },
    ];
    for (const action of refused) {
      assert.equal(await mayDo(live(), user, action), false, wordsOf(action));
    }
    // The authoriser does allow those to whom they are given.
    assert.equal(
      await mayDo(live(), "system:kube-controller-manager", refused[0]!),
      true,
      "the question itself is wrong",
    );
  });

  it("suffice to take a node out of use and to empty it, as it does", async () => {
    const { api } = live();
    await live().node("one");
    const metadata = { name: "guest", namespace: "default" };
    const containers = [{ name: "guest", image: "nowhere/none:1" }];
    await live().create({ apiVersion: "v1", kind: "Pod", metadata, spec: { containers } });
    await live().podReady("default", "guest");
    const asItself = { as: user };
    const node = await api.ask<KubernetesObject>("GET", "/api/v1/nodes/one", undefined, asItself);
    const taint = { key: "ToBeDeletedByClusterAutoscaler", effect: "NoSchedule" };
    await api.replace({ ...node, spec: { taints: [taint] } }, asItself);
    // Its client-go still speaks of evictions in this version.
    const eviction = { apiVersion: "policy/v1beta1", kind: "Eviction", metadata };
    const path = "/api/v1/namespaces/default/pods/guest/eviction";
    await api.ask("POST", path, eviction, asItself);
    await until("the pod to go", async () => {
      return (await api.find({ apiVersion: "v1", kind: "Pod", metadata })) === undefined;
    });
    await assert.rejects(
      api.ask("DELETE", "/api/v1/nodes/one", undefined, asItself),
      /cannot delete resource "nodes"/,
    );
  });
});
