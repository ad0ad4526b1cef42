import assert from "node:assert/strict";
import { diagramOf } from "../../../tools/report/model/diagram";
import { accessOf } from "../../../tools/report/draw/words";
import { arrows, boxesAround, drawnWith, nodesOf, useDrawnStacks } from "../../support/drawn";
import { KIND } from "../../support/kubeconfigs";

const YOU = "caller:203.0.113.7/32";
const FIREWALL = "security-group:cluster-nodes-firewall";

describe("the picture of a stack", function () {
  this.timeout(60_000);
  const drawn = useDrawnStacks();
  const diagram = (stack: string) => drawn(stack).diagram;
  const label = (stack: string, id: string) =>
    diagram(stack).nodes.find((node) => node.id === id)?.label;

  it("leads in exercise 1 from you to the shop, and shows that the private subnets have no way in", () => {
    const picture = diagram("exercise-cluster");
    assert.deepEqual(arrows(picture, "reaches"), [
      `${YOU} -> control-plane`,
      `${YOU} -> ${FIREWALL}`,
      `${FIREWALL} -> node-port:30001`,
    ]);
    assert.deepEqual(arrows(picture, "admits"), [
      `${YOU} -> security-group:cluster-access`,
      "security-group:cluster-access -> control-plane-interfaces",
    ]);
    assert.deepEqual(arrows(picture, "routes"), [
      "node-port:30001 -> service:sock-shop/front-end",
      "service:sock-shop/front-end -> pods:sock-shop/front-end",
    ]);
    assert.deepEqual(boxesAround(picture, "pods:sock-shop/front-end"), [
      "group:namespace:sock-shop",
      "group:nodes",
      "group:public-subnets",
      "group:vpc",
    ]);
    assert.deepEqual(boxesAround(picture, "control-plane-interfaces"), [
      "group:private-subnets",
      "group:vpc",
    ]);
    assert.equal(label("exercise-cluster", "others:sock-shop"), "12 more services");
    const boxes = picture.groups.map(({ label: name, details }) => [name, ...details]);
    assert.deepEqual(boxes, [
      ["IAM"],
      ["Namespace kube-system"],
      ["Namespace sock-shop"],
      ["Node group: 3 × t3.large", "2 to 4 nodes"],
      ["2 private subnets", "us-east-1a, us-east-1b", "no route to or from the Internet"],
      ["2 public subnets", "us-east-1a, us-east-1b", "a route to the Internet"],
      ["VPC 10.0.0.0/16"],
    ]);
  });

  it("shows in exercise 1 who assumes which role", () => {
    assert.deepEqual(arrows(diagram("exercise-cluster"), "assumes", "permits"), [
      "add-on:vpc-cni -> role:cluster-vpc-cni-role",
      "control-plane -> role:cluster-role",
      "machines -> role:cluster-nodes-role",
    ]);
  });

  it("gives the autoscaler alone the role that resizes the group", () => {
    assert.deepEqual(arrows(diagram("exercise-autoscaler")), [
      "release:cluster-autoscaler -> role:autoscaler-irsa-role",
      "role:autoscaler-irsa-role -> scaling-group",
    ]);
    const permitted = diagram("exercise-autoscaler").edges.find(({ kind }) => kind === "permits");
    assert.equal(permitted?.label, "SetDesiredCapacity, TerminateInstanceInAutoScalingGroup");
  });

  it("shows of the chapter's shortcut that any pod of a node has the autoscaler's rights", async () => {
    const { diagram: picture } = await drawnWith("exercise-autoscaler", {
      autoscaler: { permissions: "nodeRole" },
    });
    assert.deepEqual(arrows(picture), [
      "any-pod -> role:cluster-nodes-role",
      "release:cluster-autoscaler -> role:cluster-nodes-role",
      "role:cluster-nodes-role -> scaling-group",
    ]);
    const [anyPod] = nodesOf(picture, "anyPod");
    assert.deepEqual(anyPod?.details, ["on the node's own network"]);
  });

  it("shows by the hop limit which pods the metadata service answers", async () => {
    const { rehearsal } = await drawnWith("exercise-autoscaler", {
      autoscaler: { permissions: "nodeRole" },
    });
    const cluster = drawn("exercise-cluster").rehearsal;
    const resources = cluster.resources.map((resource) =>
      resource.type === "aws:ec2/launchTemplate:LaunchTemplate"
        ? {
            ...resource,
            inputs: { ...resource.inputs, metadataOptions: { httpPutResponseHopLimit: 2 } },
          }
        : resource,
    );
    const [anyPod] = nodesOf(diagramOf(rehearsal, { ...cluster, resources }), "anyPod");
    assert.deepEqual(anyPod?.details, ["on any network"]);
  });

  it("drops an arrow or a box that a stack did not reach before it failed", () => {
    const { rehearsal } = drawn("exercise-cluster");
    for (let length = 0; length < rehearsal.resources.length; length++) {
      const { nodes, groups, edges } = diagramOf({
        stack: "half-way",
        resources: rehearsal.resources.slice(0, length),
      });
      const ids = new Set([...nodes, ...groups].map(({ id }) => id));
      for (const { from, to } of edges) assert.ok(ids.has(from) && ids.has(to), `${from} ${to}`);
      for (const { group } of [...nodes, ...groups]) assert.ok(!group || ids.has(group), group);
    }
  });

  it("names the way by which a role is assumed", async () => {
    const { diagram: picture } = await drawnWith("exercise-autoscaler", {
      autoscaler: { permissions: "podIdentity" },
    });
    const ways = (of: typeof picture) =>
      of.edges.filter(({ kind }) => kind === "assumes").map(({ label: way }) => way);
    assert.deepEqual(ways(picture), ["Pod Identity"]);
    assert.deepEqual(ways(diagram("exercise-autoscaler")), ["IRSA"]);
  });

  it("has no way in from outside in exercise 3 but kubectl port-forward, through the API server", () => {
    const picture = diagram("exercise-clusterip");
    assert.deepEqual(arrows(picture, "reaches", "admits"), []);
    assert.deepEqual(arrows(picture), [
      `${YOU} -> control-plane`,
      "control-plane -> pods:student-bc-svc/jenkins",
      "service:student-bc-svc/jenkins -> pods:student-bc-svc/jenkins",
    ]);
    assert.deepEqual(
      picture.edges.map(({ kind, label: text }) => [kind, text]),
      [
        ["forwards", "kubectl port-forward: TCP 443"],
        ["forwards", "port 8080"],
        ["routes", "port 8080"],
      ],
    );
    assert.equal(
      accessOf(picture),
      "No port is open to anyone outside the cluster. kubectl port-forward is the way in.",
    );
  });

  it("draws kubectl port-forward past an API server that it does not know, on another cluster", async () => {
    const { diagram: picture } = await drawnWith("exercise-clusterip", { ...KIND });
    assert.deepEqual(arrows(picture, "forwards"), [
      "caller:kubectl -> pods:student-bc-svc/jenkins",
    ]);
  });

  it("leads in exercise 4 from you through the nodes' firewall and port 32000 to the pod", () => {
    const picture = diagram("exercise-nodeport");
    assert.deepEqual(arrows(picture), [
      `${YOU} -> ${FIREWALL}`,
      "node-port:32000 -> service:student-bc-svc/jenkins",
      `${FIREWALL} -> node-port:32000`,
      "service:student-bc-svc/jenkins -> pods:student-bc-svc/jenkins",
    ]);
    assert.equal(picture.edges[0]?.label, "TCP 32000");
    assert.equal(
      accessOf(picture),
      "Your address reaches NODE:32000 through cluster-nodes-firewall.",
    );
  });

  it("leads in exercise 5 from you through the load balancer to the pod", () => {
    assert.deepEqual(arrows(diagram("exercise-loadbalancer")), [
      `${YOU} -> load-balancer:jenkins`,
      "load-balancer:jenkins -> service:student-bc-svc/jenkins",
      "service:student-bc-svc/jenkins -> pods:student-bc-svc/jenkins",
    ]);
    assert.equal(label("exercise-loadbalancer", "load-balancer:jenkins"), "Network Load Balancer");
  });

  it("leads in exercise 6 through the controller to the shop, by the Ingress's rules", () => {
    assert.deepEqual(arrows(diagram("exercise-ingress")), [
      `${YOU} -> load-balancer:nginx-ingress-entrance`,
      "ingress:sock-shop/sock-shop-ingress -> release:nginx-ingress",
      "load-balancer:nginx-ingress-entrance -> service:nginx-ingress/nginx-ingress-entrance",
      "release:nginx-ingress -> service:sock-shop/front-end",
      "service:nginx-ingress/nginx-ingress-entrance -> release:nginx-ingress",
      "service:sock-shop/front-end -> pods:sock-shop/front-end",
    ]);
  });

  it("leads past the controller where that makes the load balancer itself", async () => {
    const { diagram: picture } = await drawnWith("exercise-ingress", {
      ingress: { controller: "alb" },
    });
    assert.deepEqual(arrows(picture, "reaches", "routes", "configures"), [
      `${YOU} -> load-balancer:sock-shop-ingress`,
      "ingress:sock-shop/sock-shop-ingress -> release:aws-load-balancer-controller",
      "load-balancer:sock-shop-ingress -> service:sock-shop/front-end",
      "release:aws-load-balancer-controller -> load-balancer:sock-shop-ingress",
      "service:sock-shop/front-end -> pods:sock-shop/front-end",
    ]);
  });

  it("labels callers by the blocks that the stack admits", async () => {
    const { diagram: picture } = await drawnWith("exercise-nodeport", {
      allowedCidrs: ["198.51.100.0/24", "0.0.0.0/0"],
      allowWorld: "true",
    });
    const callers = nodesOf(picture, "caller").map(({ label: who, details }) => [who, ...details]);
    assert.deepEqual(callers, [
      ["Anyone on the Internet", "0.0.0.0/0"],
      ["Callers", "198.51.100.0/24"],
    ]);
  });

  it("claims nothing about a cluster from a kubeconfig", async () => {
    const { diagram: picture } = await drawnWith("exercise-nodeport", {
      ...KIND,
    });
    assert.deepEqual(arrows(picture), [
      "caller:unknown -> node-port:32000",
      "node-port:32000 -> service:student-bc-svc/jenkins",
      "service:student-bc-svc/jenkins -> pods:student-bc-svc/jenkins",
    ]);
    assert.deepEqual(
      picture.groups.map(({ kind }) => kind),
      ["namespace", "cluster"],
    );
  });

  it("has in dev every arrow of exercises 1, 2, 4 and 6", () => {
    const dev = new Set(arrows(diagram("dev")));
    for (const stack of ["cluster", "autoscaler", "nodeport", "ingress"]) {
      for (const arrow of arrows(diagram(`exercise-${stack}`))) assert.ok(dev.has(arrow), arrow);
    }
    assert.equal(nodesOf(diagram("dev"), "loadBalancer").length, 1);
  });

  it("marks what another stack made, and nothing of its own", () => {
    const foreign = (stack: string) =>
      diagram(stack)
        .nodes.filter(({ isForeign }) => isForeign)
        .map(({ id }) => id);
    assert.deepEqual(foreign("exercise-nodeport"), [FIREWALL]);
    assert.deepEqual(foreign("exercise-cluster"), []);
    assert.equal(diagram("exercise-nodeport").clusterStack, "exercise-cluster");
    assert.equal(diagram("dev").clusterStack, undefined);
  });
});
