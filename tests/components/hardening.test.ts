/** Secure by default: what each component switches on, and what it does not use. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { SOCK_SHOP } from "../../components/catalog";
import { at } from "../support/harness";
import { useShippedStacks } from "../support/shipped";

describe("the cluster", () => {
  const stack = useShippedStacks();
  const cluster = () => stack("exercise-cluster").one("cluster").inputs;

  it("knows its users by access entries only, and has an issuer for IRSA", () => {
    assert.equal(cluster()["authenticationMode"], "API");
    assert.equal(cluster()["createOidcProvider"], true);
    for (const key of ["roleMappings", "userMappings", "instanceRoles", "accessEntries"]) {
      assert.equal(cluster()[key], undefined, key);
    }
  });

  it("logs everything of its control plane, for a week, in a group that goes with it", () => {
    assert.deepEqual(cluster()["enabledClusterLogTypes"], [
      "api",
      "audit",
      "authenticator",
      "controllerManager",
      "scheduler",
    ]);
    assert.equal(stack("exercise-cluster").one("logGroup").inputs["retentionInDays"], 7);
  });

  it("encrypts secrets by a key of its own, which rotates", () => {
    const key = stack("exercise-cluster").one("key");
    assert.equal(cluster()["encryptionConfigKeyArn"], key.outputs["arn"]);
    assert.equal(key.inputs["enableKeyRotation"], true);
  });

  it("never slips into extended support, which costs six times as much", () => {
    assert.deepEqual(cluster()["upgradePolicy"], { supportType: "STANDARD" });
  });

  it("gets its add-ons from here, not twice", () => {
    assert.equal(cluster()["bootstrapSelfManagedAddons"], false);
    assert.equal(cluster()["useDefaultVpcCni"], true);
    const names = stack("exercise-cluster")
      .all("addon")
      .map((addon) => addon.inputs["addonName"]);
    assert.deepEqual(names.sort(), ["coredns", "kube-proxy", "vpc-cni"]);
  });

  it("gives the VPC CNI a role by IRSA, so that the nodes' role need not have its rights", () => {
    const run = stack("exercise-cluster");
    const role = run.one("role", "cluster-vpc-cni-role");
    const addon = run.one("addon", "cluster-vpc-cni");
    assert.equal(addon.inputs["serviceAccountRoleArn"], role.outputs["arn"]);
    assert.match(role.inputs["assumeRolePolicy"] as string, /kube-system:aws-node"/);
    const policy = run.one("attachment", "cluster-vpc-cni-policy").inputs["policyArn"];
    assert.equal(policy, "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy");
  });
});

describe("the nodes", () => {
  const stack = useShippedStacks();
  const template = () => stack("exercise-cluster").one("launchTemplate").inputs;

  it("give their credentials to no pod: IMDSv2, one hop away", () => {
    assert.deepEqual(template()["metadataOptions"], {
      httpEndpoint: "enabled",
      httpTokens: "required",
      httpPutResponseHopLimit: 1,
    });
  });

  it("have encrypted gp3 volumes that go with them", () => {
    assert.deepEqual(template()["blockDeviceMappings"], [
      {
        deviceName: "/dev/xvda",
        ebs: { volumeSize: 30, volumeType: "gp3", encrypted: "true", deleteOnTermination: "true" },
      },
    ]);
  });

  it("are in the cluster's own group and in theirs, which is closed by itself", () => {
    const run = stack("exercise-cluster");
    const made = at(run.one("cluster"), "outputs.eksCluster.vpcConfig.clusterSecurityGroupId");
    const own = run.one("securityGroup", "cluster-nodes-firewall");
    assert.deepEqual(template()["vpcSecurityGroupIds"], [made, run.outputs["nodeSecurityGroupId"]]);
    assert.equal(own.inputs["ingress"], undefined);
  });

  it("are in one zone, so that the group does not even out zones against the autoscaler", () => {
    const group = stack("exercise-cluster").one("managedNodeGroup").inputs;
    assert.equal((group["subnetIds"] as string[]).length, 1);
  });

  it("go before the add-ons that their pods need: kube-proxy and the VPC CNI", () => {
    const run = stack("exercise-cluster");
    const needed = run.needs(run.one("managedNodeGroup"));
    for (const name of ["cluster-kube-proxy", "cluster-vpc-cni"]) {
      assert.ok(needed.includes(run.one("addon", name)), name);
    }
  });

  it("leave to the template what a template with an AMI must say alone", () => {
    const group = stack("exercise-cluster").one("managedNodeGroup").inputs;
    for (const key of ["amiType", "version", "releaseVersion", "diskSize", "instanceTypes"]) {
      assert.equal(group[key], undefined, key);
    }
  });
});

describe("Jenkins' pod", () => {
  const stack = useShippedStacks();

  it("is no root, has no capabilities and no token, and is watched", () => {
    const spec = at(stack("exercise-clusterip").one("pod"), "inputs.spec");
    assert.equal(at(spec, "securityContext.runAsNonRoot"), true);
    assert.equal(at(spec, "securityContext.runAsUser"), 1000);
    assert.deepEqual(at(spec, "securityContext.seccompProfile"), { type: "RuntimeDefault" });
    assert.equal(at(spec, "automountServiceAccountToken"), false);
    assert.deepEqual(at(spec, "containers.0.securityContext"), {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
    });
    for (const probe of ["startupProbe", "readinessProbe"]) {
      assert.deepEqual(at(spec, `containers.0.${probe}.httpGet`), { path: "/login", port: 8080 });
    }
  });

  it("keeps its home when its container restarts, and is not killed while plugins install", () => {
    const spec = at(stack("exercise-clusterip").one("pod"), "inputs.spec");
    assert.deepEqual(at(spec, "volumes"), [{ name: "home", emptyDir: {} }]);
    assert.deepEqual(at(spec, "containers.0.volumeMounts"), [
      { name: "home", mountPath: "/var/jenkins_home" },
    ]);
    assert.equal(at(spec, "containers.0.livenessProbe"), undefined);
    assert.equal(at(spec, "containers.0.readinessProbe.timeoutSeconds"), 5);
  });
});

describe("SockShop", () => {
  const stack = useShippedStacks();
  const container = (service: string) =>
    at(
      stack("exercise-cluster").one("deployment", `sock-shop-${service}`),
      "inputs.spec.template.spec.containers.0",
    );
  const dropRoot = ["CHOWN", "SETGID", "SETUID"];
  const application = {
    runAsNonRoot: true,
    runAsUser: 10001,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"], add: ["NET_BIND_SERVICE"] },
  };
  const database = { readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"], add: dropRoot } };
  const confined: Record<string, unknown> = {
    carts: application,
    orders: application,
    shipping: application,
    catalogue: application,
    payment: application,
    user: application,
    "carts-db": database,
    "orders-db": database,
    "user-db": database,
    rabbitmq: {
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"], add: [...dropRoot, "DAC_OVERRIDE"] },
    },
    "front-end": { ...application, capabilities: { drop: ["ALL"] } },
    "catalogue-db": undefined,
    "queue-master": undefined,
  };

  it("confines each container as the chapter's manifest does", () => {
    assert.deepEqual(Object.keys(confined).sort(), Object.keys(SOCK_SHOP).sort());
    for (const [service, expected] of Object.entries(confined)) {
      assert.deepEqual(at(container(service), "securityContext"), expected, service);
    }
  });

  it("asks for resources in each container, by pinned images, on amd64 nodes", () => {
    for (const service of Object.keys(SOCK_SHOP)) {
      assert.match(String(at(container(service), "resources.requests.cpu")), /^\d+m$/);
      assert.match(String(at(container(service), "resources.requests.memory")), /^\d+Mi$/);
      assert.match(String(at(container(service), "image")), /:\d+\.\d+(\.\d+)?$/);
      const pod = stack("exercise-cluster").one("deployment", `sock-shop-${service}`);
      assert.deepEqual(at(pod, "inputs.spec.template.spec.nodeSelector"), {
        "kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
      });
    }
  });

  it("selects by the labels that its pods have", () => {
    for (const deployment of stack("exercise-cluster").all("deployment")) {
      const service = stack("exercise-cluster").one("service", deployment.name);
      const labels = at(deployment, "inputs.spec.template.metadata.labels");
      assert.deepEqual(at(deployment, "inputs.spec.selector.matchLabels"), labels);
      assert.deepEqual(at(service, "inputs.spec.selector"), labels);
      const port = at(deployment, "inputs.spec.template.spec.containers.0.ports.0.containerPort");
      assert.equal(at(service, "inputs.spec.ports.0.targetPort"), port);
    }
  });

  it("has MySQL's root password drawn in the pod: in no manifest, and not printed to its log", () => {
    const text = JSON.stringify(stack("exercise-cluster").all("deployment"));
    assert.doesNotMatch(
      text,
      /fake_password|MYSQL_RANDOM_ROOT_PASSWORD|MYSQL_ALLOW_EMPTY_PASSWORD/,
    );
    const environment = at(container("catalogue-db"), "env") as { name: string; value: string }[];
    const passwords = environment.filter(({ name }) => name.includes("PASSWORD"));
    assert.deepEqual(passwords, [
      { name: "MYSQL_ROOT_PASSWORD_FILE", value: "/proc/sys/kernel/random/uuid" },
    ]);
    if (process.platform !== "linux") return;
    // As the image's entrypoint reads it.
    const read = () =>
      execFileSync("bash", ["-c", 'printf %s "$(< "$0")"', passwords[0]!.value], {
        encoding: "utf8",
      });
    assert.match(read(), /^[-0-9a-f]{36}$/);
    assert.notEqual(read(), read());
  });

  it("sets the environment: the database of user, the JVM options of the Java services", () => {
    assert.deepEqual(at(container("user"), "env"), [
      { name: "MONGO_HOST", value: "user-db:27017" },
    ]);
    for (const service of ["carts", "orders", "shipping"]) {
      const names = (at(container(service), "env") as { name: string }[]).map(({ name }) => name);
      assert.deepEqual(names, ["ZIPKIN", "JAVA_OPTS"]);
    }
  });

  it("has a /tmp in memory where the root is read-only and something is written", () => {
    const pods = stack("exercise-cluster").all("deployment");
    const withTmp = pods.filter(
      (pod) => at(pod, "inputs.spec.template.spec.volumes") !== undefined,
    );
    assert.deepEqual(withTmp.map((pod) => pod.name.replace("sock-shop-", "")).sort(), [
      "carts",
      "carts-db",
      "orders",
      "orders-db",
      "shipping",
      "user-db",
    ]);
    for (const pod of withTmp) {
      assert.deepEqual(at(pod, "inputs.spec.template.spec.volumes"), [
        { name: "tmp", emptyDir: { medium: "Memory" } },
      ]);
    }
  });
});

describe("load balancers of Services", () => {
  const stack = useShippedStacks();

  it("are of the current generation", () => {
    for (const name of ["exercise-loadbalancer", "exercise-ingress"]) {
      const annotations = at(stack(name).one("service"), "inputs.metadata.annotations");
      const type = "service.beta.kubernetes.io/aws-load-balancer-type";
      assert.equal((annotations as Record<string, string>)[type], "nlb");
    }
  });
});
