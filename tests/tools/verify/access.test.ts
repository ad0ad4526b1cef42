/** Exercise 1 on a real API server and moto: who is admitted, and what the roles may do. */
import { allTraffic, port } from "../../support/verify/eks";
import { fails, passes } from "../../support/verify/look";
import { useOwnCluster } from "../../support/verify/own-cluster";

describe("verify: access and roles", function () {
  this.timeout(120_000);
  const { make, moto, stack, failing } = useOwnCluster();

  it("endpoint-access", async () => {
    await make();
    await passes("endpoint-access", stack(), /^open to 203\.0\.113\.7\/32; private endpoint on$/);
    await moto().reset();
    await failing(
      "endpoint-access",
      { publicAccessCidrs: ["0.0.0.0/0"] },
      {
        expected: /^open to 203\.0\.113\.7\/32 and to nobody else/,
        seen: /^open to 0\.0\.0\.0\/0;/,
        likelyCause: /0\.0\.0\.0\/0 is everybody/,
        lookCloser: /aws eks describe-cluster/,
      },
    );
    await moto().reset();
    await failing(
      "endpoint-access",
      { endpointPrivateAccess: false },
      {
        seen: /private endpoint off/,
        likelyCause: /cuts the nodes off/,
        lookCloser: /./,
      },
    );
    await moto().reset();
    await make({ publicAccessCidrs: ["203.0.113.0/30"] });
    await fails("endpoint-access", stack({ allowedCidrs: ["203.0.113.0/30", "198.51.100.9/32"] }), {
      seen: /^open to 203\.0\.113\.0\/30;/,
      likelyCause: /your address has changed since/,
      lookCloser: /./,
    });
  });

  it("security-groups", async () => {
    await make();
    await passes("security-groups", stack(), /^2 groups: all traffic from 203\.0\.113\.7\/32/);
    await moto().reset();
    await failing(
      "security-groups",
      { nodeRules: [port(22, "0.0.0.0/0")] },
      {
        expected: /^all traffic from 203\.0\.113\.7\/32, and from nobody else/,
        seen: /^sg-\w+ admits tcp 22 from 0\.0\.0\.0\/0$/,
        likelyCause: /everybody/,
        lookCloser: /aws ec2 describe-security-groups --region us-east-1 --group-ids sg-/,
      },
    );
    await moto().reset();
    await failing(
      "security-groups",
      { rules: [allTraffic("198.51.100.9/32")] },
      {
        seen: /admits all traffic from 198\.51\.100\.9\/32/,
        likelyCause: /an address that you had before/,
        lookCloser: /./,
      },
    );
    await moto().reset();
    await failing(
      "security-groups",
      { rules: [] },
      {
        seen: /none admits all traffic from 203\.0\.113\.7\/32/,
        likelyCause: /your address has changed/,
        lookCloser: /./,
      },
    );
  });

  it("cluster-role", async () => {
    await make();
    await passes("cluster-role", stack(), /^cluster-role: AmazonEKSClusterPolicy/);
    await moto().reset();
    await failing(
      "cluster-role",
      { clusterPolicies: ["AmazonEKSClusterPolicy", "AdministratorAccess"] },
      {
        expected: /^cluster-role: trusted by eks\.amazonaws\.com/,
        seen: /AdministratorAccess is attached, which holds action-all .* \(admin-policy-attached\)/,
        likelyCause: /Instead: A policy of your own/,
        lookCloser:
          /aws iam list-attached-role-policies --role-name cluster-role.*docs\/policies\/admin-policy-attached\.md/,
      },
    );
    await moto().reset();
    await failing(
      "cluster-role",
      { clusterPolicies: [] },
      { seen: /^attached: nothing$/, likelyCause: /detached by hand/, lookCloser: /./ },
    );
  });

  it("node-role", async () => {
    await make();
    await passes(
      "node-role",
      stack(),
      /^node-role: (AmazonEKSWorkerNodePolicy|AmazonEC2ContainerRegistryReadOnly|, ){3}$/,
    );
    await moto().reset();
    const nodePolicies = [
      "AmazonEKSWorkerNodePolicy",
      "AmazonEC2ContainerRegistryReadOnly",
      "AutoScalingFullAccess",
    ];
    await failing(
      "node-role",
      { nodePolicies },
      {
        seen: /AutoScalingFullAccess is on a node role \(node-role-extra-policy\)/,
        likelyCause: /every pod on the node/i,
        lookCloser: /docs\/policies\//,
      },
    );
  });

  it("jenkins-node-port-access", async () => {
    const jenkins = { jenkins: { service: "NodePort" } };
    await make({ nodeRules: [port(32000, "203.0.113.7/32")] });
    await passes("jenkins-node-port-access", stack(jenkins), /open to 203\.0\.113\.7\/32$/);
    await moto().reset();
    await make();
    await fails("jenkins-node-port-access", stack(jenkins), {
      expected: /^port 32000 of the nodes open to 203\.0\.113\.7\/32 and to nobody else$/,
      seen: /open to nobody$/,
      likelyCause: /the rule is missing/,
      lookCloser: /describe-security-groups/,
    });
    await moto().reset();
    await make({
      nodeRules: [
        { IpProtocol: "tcp", FromPort: 30000, ToPort: 32767, IpRanges: [{ CidrIp: "0.0.0.0/0" }] },
      ],
    });
    await fails("jenkins-node-port-access", stack(jenkins), {
      seen: /open to 0\.0\.0\.0\/0$/,
      likelyCause: /everybody/,
      lookCloser: /./,
    });
  });
});
