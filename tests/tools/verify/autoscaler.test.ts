/** Exercise 2 on EKS: a real API server for Kubernetes, moto for AWS. */
import assert from "node:assert/strict";
import { autoscalerPolicy, podIdentityTrust } from "../../../components/iam";
import { useLiveCluster, type KubernetesObject } from "../../support/cluster";
import { role, scale, standIn, trustOf, useEks } from "../../support/verify/eks";
import {
  fails,
  finalFailure,
  isUnknown,
  namedAsEks,
  passes,
  type Looking,
} from "../../support/verify/look";
import { stopServing } from "../../support/verify/pages";
import { deployment, JENKINS_NAMESPACE, jenkinsPod } from "../../support/verify/workloads";

const SYSTEM = "kube-system";
const IMAGE = "registry.k8s.io/autoscaling/cluster-autoscaler:v1.36.1";
const EKS_NODE = { labels: { "eks.amazonaws.com/nodegroup": "nodes" } };

function autoscaler(change: Parameters<typeof deployment>[2] = {}): KubernetesObject {
  return deployment(SYSTEM, "cluster-autoscaler", {
    image: IMAGE,
    pod: { serviceAccountName: "cluster-autoscaler" },
    ...change,
  });
}

function account(roleArn?: string): KubernetesObject {
  const annotations = roleArn === undefined ? {} : { "eks.amazonaws.com/role-arn": roleArn };
  return {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name: "cluster-autoscaler", namespace: SYSTEM, annotations },
  };
}

describe("verify: the autoscaler", function () {
  this.timeout(120_000);
  const live = useLiveCluster();
  const { make, moto, inline } = useEks();
  afterEach(stopServing);
  const stack = (more: Partial<Looking> = {}): Looking => ({
    sections: { cluster: { create: {} }, autoscaler: {} },
    kubeconfig: namedAsEks(live().kubeconfig),
    ...more,
  });

  it("autoscaler-running, autoscaler-version", async () => {
    await make();
    await fails("autoscaler-running", stack(), {
      expected: /deployment cluster-autoscaler in kube-system, available/,
      seen: /^there is none$/,
      likelyCause: /another namespace/,
      lookCloser: /kubectl get deployments --all-namespaces/,
    });
    await isUnknown("autoscaler-version", stack(), /there is no cluster-autoscaler in kube-system/);
    await live().node("n1");
    await live().create(account(), autoscaler());
    await passes("autoscaler-running", stack(), /^cluster-autoscaler, .*:v1\.36\.1$/);
    await passes("autoscaler-version", stack(), /:v1\.36\.1$/);
    await live().api.delete(autoscaler());
    await live().create(autoscaler({ image: IMAGE.replace("1.36.1", "1.33.4") }));
    await fails("autoscaler-version", stack(), {
      expected: /^an image of version 1\.36\.x$/,
      seen: /cluster-autoscaler:v1\.33\.4$/,
      likelyCause: /must be the cluster's/,
      lookCloser: /kubectl get deployment cluster-autoscaler/,
    });
  });

  it("autoscaler-identity: IRSA", async () => {
    const { issuer } = await make();
    await standIn(moto().endpoint, []);
    const own = await role("autoscaler", trustOf(issuer, "cluster-autoscaler"));
    const another = await role("another", trustOf(issuer, "aws-node"));
    await live().create(account(own), autoscaler());
    await passes("autoscaler-identity", stack(), /role\/autoscaler, by IRSA$/);
    await live().api.delete(account());
    await live().create(account(another));
    await fails("autoscaler-identity", stack(), {
      expected: /role\/another: a role that trusts kube-system\/cluster-autoscaler$/,
      seen: /another trusts system:serviceaccount:kube-system:aws-node/,
      likelyCause: /cannot take it/,
      lookCloser: /aws iam get-role --role-name another/,
    });
    await live().api.delete(account());
    await live().create(account());
    await fails("autoscaler-identity", stack(), {
      expected: /the annotation eks\.amazonaws\.com\/role-arn, or a pod identity association/,
      seen: /^cluster-autoscaler has neither$/,
      likelyCause: /node role/,
      lookCloser: /kubectl get serviceaccount cluster-autoscaler/,
    });
  });

  it("autoscaler-identity: Pod Identity, which moto lacks, by a stand-in", async () => {
    await make();
    const roleArn = await role("autoscaler", podIdentityTrust());
    await standIn(moto().endpoint, [{ serviceAccount: "cluster-autoscaler", roleArn }]);
    await live().create(account(), autoscaler());
    await passes("autoscaler-identity", stack(), /role\/autoscaler, by pod identity$/);
  });

  it("autoscaler-node-role", async () => {
    await make();
    await passes("autoscaler-node-role", stack(), /^node-role: /);
    const scope = {
      partition: "aws",
      region: "us-east-1",
      clusterName: "student-test",
    };
    await inline("node-role", "autoscaler-on-node-role", autoscalerPolicy(scope));
    await fails("autoscaler-node-role", stack(), {
      expected: /^node-role without rights to resize/,
      seen: /^autoscaler-on-node-role: autoscaling:SetDesiredCapacity, autoscaling:TerminateInstanceInAutoScalingGroup is on the node role node-role/,
      likelyCause: /as older guides have it/,
      lookCloser: /aws iam list-role-policies --role-name node-role/,
    });
    const shortcut = { cluster: { create: {} }, autoscaler: { permissions: "nodeRole" } };
    await fails("autoscaler-node-role", stack({ sections: shortcut }), {
      seen: /./,
      likelyCause: /set irsa, and pulumi up/,
      lookCloser: /./,
    });
  });

  for (const action of ["autoscaling:DetachInstances", "autoscaling:*", "autoscaling:Set*"]) {
    it(`autoscaler-node-role: fails on ${action}, a scaling write of the policy pack`, async () => {
      const statement = { Sid: "X", Effect: "Allow" as const, Action: action, Resource: "*" };
      await make({ nodeInline: { Version: "2012-10-17", Statement: [statement] } });
      await fails("autoscaler-node-role", stack(), {
        seen: /autoscaling:\w+.* is on the node role node-role/,
        likelyCause: /as older guides have it/,
        lookCloser: /aws iam list-role-policies --role-name node-role/,
      });
    });
  }

  it("autoscaler-log", async () => {
    const { autoScalingGroup } = await make();
    await live().node("n1");
    await live().create(account(), autoscaler());
    await live().deploymentAvailable(SYSTEM, "cluster-autoscaler");
    const [pod] = await live().api.list("v1", "Pod", SYSTEM);
    await live().logs(SYSTEM, pod!.metadata.name, ["I1124 main.go:1] Cluster Autoscaler 1.36.1"]);
    await fails("autoscaler-log", stack(), {
      expected: new RegExp(`^the group ${autoScalingGroup} in its log$`),
      seen: /^1 lines without it$/,
      likelyCause: /node-group-auto-discovery must name the cluster student-test/,
      lookCloser: /kubectl logs --namespace kube-system/,
      waits: true,
    });
    const denied =
      "E1124 aws_manager.go:1] AccessDenied: not authorized, token eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln";
    await live().logs(SYSTEM, pod!.metadata.name, ["starting", denied]);
    const told = await fails("autoscaler-log", stack(), {
      seen: /AccessDenied: not authorized, token \[secret\]$/,
      likelyCause: /AWS refuses it/,
      lookCloser: /./,
    });
    assert.doesNotMatch(JSON.stringify(told), /eyJ/);
    await live().logs(SYSTEM, pod!.metadata.name, [
      `I1124 auto_scaling_groups.go:1] Registering ASG ${autoScalingGroup}`,
    ]);
    await passes("autoscaler-log", stack(), new RegExp(autoScalingGroup));
  });

  const threeNodes = async (): Promise<string> => {
    const { autoScalingGroup } = await make();
    for (const name of ["n1", "n2", "n3"]) await live().node(name, EKS_NODE);
    await live().create(account(), autoscaler());
    return autoScalingGroup;
  };
  const removeNode = async (group: string): Promise<void> => {
    await scale(group, 2);
    await live().api.delete({ apiVersion: "v1", kind: "Node", metadata: { name: "n3" } });
  };

  it("autoscaler-scaled-down: is not known while it is not waited for", async () => {
    await threeNodes();
    await isUnknown("autoscaler-scaled-down", stack(), /^3 nodes are there, and 2 are the fewest/);
  });

  it("autoscaler-scaled-down: passes once the nodes have stayed the fewest", async () => {
    const group = await threeNodes();
    const waiting = stack({ waitForScaleDown: true, steadySeconds: 3 });
    const going = passes("autoscaler-scaled-down", waiting, /^2 nodes, the fewest, for 3 seconds$/);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    await removeNode(group);
    await going;
  });

  it("autoscaler-scaled-down: fails if the group launches another instance meanwhile", async () => {
    const group = await threeNodes();
    await removeNode(group);
    const going = finalFailure("autoscaler-scaled-down", stack({ steadySeconds: 30 }));
    await new Promise((resolve) => setTimeout(resolve, 3000));
    await scale(group, 3);
    const { seen, likelyCause, expected } = await going;
    assert.match(seen, /^2 nodes, 3 instances; 2 before/);
    assert.match(likelyCause, /AZRebalance/);
    assert.equal(expected, "2 nodes, all Ready, for 30 seconds");
  });

  it("autoscaler-scaled-down: says why not, by status, events and the pods that pin nodes", async () => {
    await make();
    for (const name of ["n1", "n2", "n3"]) await live().node(name, EKS_NODE);
    await live().namespace(JENKINS_NAMESPACE);
    await live().create(account(), autoscaler());
    await live().create(jenkinsPod({ spec: { nodeName: "n2" } }));
    const status =
      "autoscalerStatus: Running\nclusterWide:\n  health: { status: Healthy }\n  scaleDown: { status: NoCandidates }\n";
    await live().create(
      {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "cluster-autoscaler-status", namespace: SYSTEM },
        data: { status },
      },
      {
        apiVersion: "v1",
        kind: "Event",
        metadata: { name: "n3.1", namespace: "default" },
        involvedObject: { kind: "Node", name: "n3", apiVersion: "v1" },
        reason: "ScaleDownFailed",
        type: "Warning",
        message: "failed to drain the node",
        source: { component: "cluster-autoscaler" },
      },
    );
    await live().deploymentAvailable(SYSTEM, "cluster-autoscaler");
    await live().podReady(JENKINS_NAMESPACE, "jenkins");
    await fails("autoscaler-scaled-down", stack({ waitForScaleDown: true }), {
      expected: /^2 nodes, all Ready, for 0 seconds$/,
      seen: /^3 nodes; scale-down: NoCandidates;.*n2 is pinned by .*student-bc-svc\/jenkins \(a bare pod.*; ScaleDownFailed n3: failed to drain the node$/,
      likelyCause: /see those named/,
      lookCloser: /kubectl get configmap cluster-autoscaler-status/,
      waits: true,
    });
  });
});
