/** Exercise 1 on a real API server and moto: version, nodes, image. */
import { standIn } from "../../support/verify/eks";
import { fails, isUnknown, passes } from "../../support/verify/look";
import { useOwnCluster } from "../../support/verify/own-cluster";
import { stopServing } from "../../support/verify/pages";

describe("verify: the cluster", function () {
  this.timeout(120_000);
  const { live, make, moto, stack, failing } = useOwnCluster();
  afterEach(stopServing);

  const nodes = async (count: number, kubeletVersion?: string): Promise<void> => {
    const labels = { "eks.amazonaws.com/nodegroup": "nodes" };
    for (let i = 1; i <= count; i++) {
      await live().node(`n${i}`, { labels, ...(kubeletVersion && { kubeletVersion }) });
    }
  };

  it("kubectl-connected", async () => {
    await make();
    await passes(
      "kubectl-connected",
      stack(),
      /^context arn:aws:eks:.*student-test, https:\/\/127\.0\.0\.1:\d+, Kubernetes v1\.36\./,
    );
    const elsewhere = { ...stack(), kubeconfig: live().kubeconfig };
    await fails("kubectl-connected", elsewhere, {
      expected: /^the API server of student-test: https:\/\/.*eks\.amazonaws\.com/,
      seen: /^context live leads to https:\/\/127\.0\.0\.1:\d+$/,
      likelyCause: /another cluster/,
      lookCloser: /^aws eks update-kubeconfig --region us-east-1 --name student-test; /,
    });
    await isUnknown("nodes-ready", elsewhere, /kubectl is connected to another one/);
    await isUnknown("api-version", elsewhere, /kubectl is connected to another one/);
  });

  it("cluster-active", async () => {
    await fails("cluster-active", stack(), {
      expected: /^cluster student-test, ACTIVE, of version 1\.36$/,
      seen: /^there is no cluster of that name in us-east-1$/,
      likelyCause: /not up/,
      lookCloser: /aws eks list-clusters --region us-east-1/,
    });
    await make({ version: "1.35" });
    await fails("cluster-active", stack(), {
      seen: /^ACTIVE, version 1\.35$/,
      likelyCause: /kubernetesVersion was changed/,
      lookCloser: /describe-cluster --name student-test/,
    });
    await passes(
      "cluster-active",
      stack({ cluster: { create: { kubernetesVersion: "1.35" } } }),
      /^ACTIVE, version 1\.35$/,
    );
  });

  it("cluster-active: while EKS makes it", async () => {
    await make();
    await standIn(moto().endpoint, [], (body, path) =>
      /^\/clusters\/[\w-]+$/.test(path) ? body.replace('"ACTIVE"', '"CREATING"') : body,
    );
    await fails("cluster-active", stack(), {
      seen: /^CREATING/,
      likelyCause: /10 minutes/,
      lookCloser: /./,
      waits: true,
    });
  });

  it("api-version", async () => {
    await make();
    await passes("api-version", stack(), /^Kubernetes v1\.36\./);
    await fails("api-version", stack({ cluster: { create: { kubernetesVersion: "1.34" } } }), {
      expected: /^Kubernetes 1\.34$/,
      seen: /^Kubernetes v1\.36\./,
      likelyCause: /another cluster/,
      lookCloser: /kubectl version/,
    });
  });

  it("node-group-size", async () => {
    await failing(
      "node-group-size",
      { withoutGroup: true },
      {
        seen: /student-test has no node group/,
        likelyCause: /did not end well/,
        lookCloser: /list-nodegroups --cluster-name student-test/,
      },
    );
    await moto().reset();
    await make();
    await passes("node-group-size", stack(), /^fewest 2, desired 3, most 4; ACTIVE$/);
    await moto().reset();
    await failing(
      "node-group-size",
      { sizes: { minSize: 1, desiredSize: 1, maxSize: 1 } },
      {
        expected: /^fewest 2, desired 3, most 4$/,
        seen: /^fewest 1, desired 1, most 1; ACTIVE$/,
        likelyCause: /changed by hand/,
        lookCloser: /describe-nodegroup .*--nodegroup-name nodes/,
      },
    );
  });

  it("nodes-ready", async () => {
    await make();
    await nodes(2);
    await fails("nodes-ready", stack(), {
      expected: /^3 nodes, all Ready$/,
      seen: /^2 Ready of 2$/,
      likelyCause: /could not join/,
      lookCloser: /kubectl get nodes/,
      waits: true,
    });
    await live().node("n3", { labels: { "eks.amazonaws.com/nodegroup": "nodes" } });
    await passes("nodes-ready", stack(), /^3 Ready of 3$/);
    await live().unready("n3");
    await fails("nodes-ready", stack(), {
      seen: /^2 Ready of 3; n3: set by a test$/,
      likelyCause: /network is not ready/,
      lookCloser: /kubectl describe node n3/,
      waits: true,
    });
  });

  it("node-image", async () => {
    await make();
    await nodes(1);
    await passes(
      "node-image",
      stack(),
      /^nodes: ami-\w+ \(amazon-eks-node-al2023-x86_64-standard-1\.36-v20261101\); kubelets v1\.36\./,
    );
    await moto().reset();
    await failing(
      "node-image",
      { image: "amazon-eks-node-al2023-x86_64-standard-1.34-v20261101" },
      {
        expected: /EKS-optimised AMI of Kubernetes 1\.36$/,
        seen: /standard-1\.34-v20261101/,
        likelyCause: /for another version/,
        lookCloser: /aws ec2 describe-images --region us-east-1 --image-ids ami-/,
      },
    );
    await moto().reset();
    await failing(
      "node-image",
      { withoutTemplate: true },
      {
        seen: /the group nodes was made without a launch template/,
        likelyCause: /temporary group/,
        lookCloser: /describe-nodegroup/,
      },
    );
  });

  it("node-image: nodes of an earlier template", async () => {
    await make();
    await nodes(1, "v1.35.2");
    await fails("node-image", stack(), {
      seen: /kubelets v1\.35\.2/,
      likelyCause: /not replaced since/,
      lookCloser: /kubectl get nodes/,
    });
  });
});
