/** WorkloadRole in anybody's program: one service account, by IRSA or Pod Identity. */
import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { WorkloadRole, type WorkloadRoleArgs } from "../../components";
import { at, attempt, runComponents } from "../support/harness";

const OIDC = {
  oidcProviderArn: "arn:aws:iam::123456789012:oidc-provider/oidc.example/id/A",
  oidcIssuer: "https://oidc.example/id/A",
};
const ARGS: WorkloadRoleArgs = {
  cluster: { clusterName: "mine", ...OIDC },
  serviceAccount: { namespace: "tools", name: "robot" },
  policy: JSON.stringify({ Version: "2012-10-17", Statement: [] }),
};

const create = (args: Partial<WorkloadRoleArgs> = {}) =>
  runComponents(() => new WorkloadRole("robot", { ...ARGS, ...args }));

async function refusal(args: Partial<WorkloadRoleArgs>): Promise<string[]> {
  const run = await attempt(() => new WorkloadRole("robot", { ...ARGS, ...args }), {});
  assert.deepEqual(
    run.resources.filter(({ type }) => !type.startsWith("pulumi:")),
    [],
    "nothing is created",
  );
  return run.result.errors[0]!.message.split("\n").slice(1);
}

describe("WorkloadRole", () => {
  it("trusts one service account of one cluster, by its token for AWS, with irsa", async () => {
    const run = await create();
    const trust: unknown = JSON.parse(run.one("role").inputs["assumeRolePolicy"] as string);
    assert.deepEqual(at(trust, "Statement.0.Principal"), { Federated: OIDC.oidcProviderArn });
    assert.deepEqual(at(trust, "Statement.0.Condition"), {
      StringEquals: {
        "oidc.example/id/A:sub": "system:serviceaccount:tools:robot",
        "oidc.example/id/A:aud": "sts.amazonaws.com",
      },
    });
    assert.equal(run.one("rolePolicy").inputs["role"], run.one("role").outputs["name"]);
    assert.equal(run.one("rolePolicy").inputs["policy"], ARGS.policy);
    assert.deepEqual(run.all("association"), []);
    assert.deepEqual(Object.keys(run.component("WorkloadRole").registeredOutputs!), [
      "arn",
      "name",
    ]);
  });

  it("associates the account, and needs only the cluster's name, with podIdentity", async () => {
    const run = await create({ by: "podIdentity", cluster: { clusterName: "mine" } });
    const { inputs } = run.one("association");
    const { roleArn, ...rest } = inputs;
    assert.equal(roleArn, run.one("role").outputs["arn"]);
    assert.deepEqual(rest, { clusterName: "mine", namespace: "tools", serviceAccount: "robot" });
    assert.match(run.one("role").inputs["assumeRolePolicy"] as string, /pods\.eks\.amazonaws\.com/);
  });

  for (const [form, managedPolicy, policyArn] of [
    ["name", "AmazonS3ReadOnlyAccess", "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"],
    ["ARN", "arn:aws:iam::123456789012:policy/mine", "arn:aws:iam::123456789012:policy/mine"],
  ] as const) {
    it(`attaches a managed policy, by its ${form}`, async () => {
      const run = await create({ policy: undefined, managedPolicy });
      assert.equal(run.one("attachment").inputs["policyArn"], policyArn);
      assert.deepEqual(run.all("rolePolicy"), []);
    });
  }

  it("takes a cluster, an account and a policy that are known only later", async () => {
    const run = await create({
      cluster: pulumi.output(ARGS.cluster),
      serviceAccount: { namespace: pulumi.output("tools"), name: pulumi.output("robot") },
      policy: pulumi.output(ARGS.policy!),
    });
    assert.match(run.one("role").inputs["assumeRolePolicy"] as string, /tools:robot/);
  });

  it("reports what a cluster lacks that is known only later", async () => {
    const args = { ...ARGS, cluster: pulumi.output({ clusterName: "mine" }) };
    const run = await attempt(() => new WorkloadRole("robot", args), {});
    assert.match(
      run.result.errors[0]!.message,
      /^WorkloadRole "robot": .*\n {2}cluster.oidcProviderArn: \(not set\)\n {4}allowed: the ARN/,
    );
    assert.deepEqual(run.all("role"), []);
  });

  it("refuses neither and both of policy and managedPolicy", async () => {
    const allowed = "    allowed: either policy or managedPolicy";
    assert.deepEqual(await refusal({ policy: undefined }), ["  policy: (not set)", allowed]);
    assert.deepEqual(await refusal({ managedPolicy: "AmazonS3ReadOnlyAccess" }), [
      '  policy: "policy and managedPolicy"',
      allowed,
    ]);
  });

  it("reports all that is wrong at once", async () => {
    const lines = await refusal({
      by: "token" as never,
      cluster: { clusterName: "mine", oidcIssuer: "https://oidc.example" },
      serviceAccount: { namespace: "*", name: "" },
      policy: "allow all",
    });
    assert.deepEqual(
      lines.filter((_, i) => i % 2 === 0),
      [
        '  by: "token"',
        "  cluster.oidcProviderArn: (not set)",
        '  serviceAccount.namespace: "*"',
        '  serviceAccount.name: ""',
        '  policy: "allow all"',
      ],
    );
  });
});
