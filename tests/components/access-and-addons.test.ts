/** Who may use a cluster besides its creator, and add-ons with roles of their own. */
import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { EksCluster, type AccessEntryOptions, type AddonOptions } from "../../components";
import { KNOWN_ADDONS } from "../../components/catalog";
import { attempt, runComponents, type Run } from "../support/harness";

const allowedCidrs = ["203.0.113.7/32"];
const principalArn = "arn:aws:iam::123456789012:role/team";

const withEntries = (accessEntries: Record<string, AccessEntryOptions>): Promise<Run> =>
  runComponents(() => new EksCluster("shop", { allowedCidrs, accessEntries }));
const withAddons = (...addons: AddonOptions[]): Promise<Run> =>
  runComponents(() => new EksCluster("shop", { allowedCidrs, addons }));

async function paths(args: {
  accessEntries?: Record<string, AccessEntryOptions>;
  addons?: AddonOptions[];
}): Promise<string[]> {
  const run = await attempt(() => new EksCluster("shop", { allowedCidrs, ...args }), {});
  assert.deepEqual(run.all("vpc"), []);
  const { problems } = run.result.errors[0] as unknown as { problems: { path: string }[] };
  return problems.map(({ path }) => path);
}

describe("access to a cluster", function () {
  this.timeout(60_000);

  it("has its creator's only, unless more is given", async () => {
    const run = await withEntries({});
    assert.deepEqual([run.all("accessEntry").length, run.all("accessPolicy").length], [0, 0]);
  });

  it("is by an entry with a policy for the whole cluster, or for some namespaces", async () => {
    const run = await withEntries({
      admins: { principalArn: pulumi.output(principalArn), policy: "AmazonEKSClusterAdminPolicy" },
      blue: {
        principalArn: `${principalArn}-blue`,
        policy: "AmazonEKSEditPolicy",
        namespaces: ["blue", "green"],
      },
    });
    const clusterName = run.one("cluster").inputs["name"];
    assert.deepEqual(run.one("accessEntry", "shop-entry-admins").inputs, {
      clusterName,
      principalArn,
    });
    const associations = ["admins", "blue"].map(
      (name) => run.one("accessPolicy", `shop-entry-${name}`).inputs,
    );
    const policy = (name: string) => `arn:aws:eks::aws:cluster-access-policy/${name}`;
    assert.deepEqual(associations, [
      {
        clusterName,
        principalArn,
        policyArn: policy("AmazonEKSClusterAdminPolicy"),
        accessScope: { type: "cluster" },
      },
      {
        clusterName,
        principalArn: `${principalArn}-blue`,
        policyArn: policy("AmazonEKSEditPolicy"),
        accessScope: { type: "namespace", namespaces: ["blue", "green"] },
      },
    ]);
  });

  it("is by groups of Kubernetes, without a policy", async () => {
    const run = await withEntries({ ci: { principalArn, kubernetesGroups: ["deployers"] } });
    assert.deepEqual(run.one("accessEntry").inputs["kubernetesGroups"], ["deployers"]);
    assert.deepEqual(run.all("accessPolicy"), []);
  });

  it("is refused with all that is wrong", async () => {
    assert.deepEqual(
      await paths({
        accessEntries: {
          "a b": { principalArn, policy: "AmazonEKSViewPolicy" },
          session: {
            principalArn: "arn:aws:sts::123456789012:assumed-role/team/me",
            policy: "view",
          },
          nothing: { principalArn, namespaces: ["blue"] },
          masters: { principalArn, kubernetesGroups: ["system:masters"] },
        },
      }),
      [
        "accessEntries.a b",
        "accessEntries.session.principalArn",
        "accessEntries.session.policy",
        "accessEntries.nothing.policy",
        "accessEntries.nothing.namespaces",
        "accessEntries.masters.kubernetesGroups[0]",
      ],
    );
  });
});

describe("add-ons", function () {
  this.timeout(60_000);

  for (const [name, known] of Object.entries(KNOWN_ADDONS)) {
    it(`know the account and the policy of ${name}, and come after the nodes`, async () => {
      const run = await withAddons({ name });
      const addon = run.one("addon", `shop-${name}`);
      const role = run.one("role", `shop-${name}-role`);
      assert.equal(addon.inputs["serviceAccountRoleArn"], role.outputs["arn"]);
      const { namespace, name: account } = known.serviceAccount;
      const subject = `system:serviceaccount:${namespace}:${account}`;
      assert.ok((role.inputs["assumeRolePolicy"] as string).includes(`:sub":"${subject}"`));
      const attachment = run.one("attachment", `shop-${name}-policy`);
      assert.equal(
        attachment.inputs["policyArn"],
        `arn:aws:iam::aws:policy/${known.managedPolicy}`,
      );
      for (const needed of [run.one("managedNodeGroup"), attachment]) {
        assert.ok(run.needs(addon).includes(needed), needed.name);
      }
    });
  }

  it("have version and configuration, and no role unless one is given", async () => {
    const configurationValues = '{"replicas":1}';
    const run = await withAddons({ name: "metrics-server", version: "v1", configurationValues });
    const { inputs } = run.one("addon", "shop-metrics-server");
    assert.equal(inputs["addonVersion"], "v1");
    assert.equal(inputs["configurationValues"], configurationValues);
    assert.equal(inputs["serviceAccountRoleArn"], undefined);
  });

  it("have a role with a policy of one's own", async () => {
    const policy = '{"Version":"2012-10-17","Statement":[]}';
    const serviceAccount = { namespace: "tools", name: "robot" };
    const run = await withAddons({ name: "robot", serviceAccount, policy });
    assert.equal(run.one("rolePolicy", "shop-robot-policy").inputs["policy"], policy);
    const role = run.one("role", "shop-robot-role");
    assert.match(role.inputs["assumeRolePolicy"] as string, /serviceaccount:tools:robot"/);
  });

  it("have roles by Pod Identity, with its agent first", async () => {
    const run = await withAddons({ name: "aws-ebs-csi-driver", by: "podIdentity" });
    const agent = run.one("addon", "shop-eks-pod-identity-agent");
    const driver = run.one("addon", "shop-aws-ebs-csi-driver");
    assert.ok(run.needs(driver).includes(agent));
    assert.ok(run.needs(driver).includes(run.one("association")));
    assert.equal(driver.inputs["serviceAccountRoleArn"], undefined);
    assert.equal(run.one("association").inputs["serviceAccount"], "ebs-csi-controller-sa");
  });

  it("have the agent once, and with its own options, if it is asked for", async () => {
    const run = await withAddons(
      { name: "aws-ebs-csi-driver", by: "podIdentity" },
      { name: "eks-pod-identity-agent", version: "v1" },
    );
    const agent = run.one("addon", "shop-eks-pod-identity-agent");
    assert.equal(agent.inputs["addonVersion"], "v1");
    assert.ok(run.needs(run.one("addon", "shop-aws-ebs-csi-driver")).includes(agent));
  });

  it("are refused with all that is wrong", async () => {
    const serviceAccount = { namespace: "tools", name: "robot" };
    assert.deepEqual(
      await paths({
        addons: [
          { name: "coredns" },
          { name: "metrics-server", configurationValues: "replicas: 1" },
          { name: "metrics-server" },
          { name: "Robot", serviceAccount },
          { name: "robot", by: "irsa" },
          { name: "other", serviceAccount, policy: "{}", managedPolicy: "ReadOnlyAccess" },
        ],
      }),
      [
        "addons[0].name",
        "addons[1].configurationValues",
        "addons[2].name",
        "addons[3].name",
        "addons[3].serviceAccount",
        "addons[4].serviceAccount",
        "addons[5].policy",
      ],
    );
  });
});
