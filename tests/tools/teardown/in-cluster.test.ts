/** What is found in a real API server, before a cluster goes. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { Backend, State } from "../../../tools/teardown/backend";
import { destroyInOrder } from "../../../tools/teardown/destroy";
import { lookInCluster } from "../../../tools/teardown/look/in-cluster";
import { useLiveCluster } from "../../support/cluster";
import { OURS } from "./support/owners";

const SIGNAL = new AbortController().signal;

const service = (name: string, type: string, annotations = {}) => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name, namespace: "shop", annotations },
  spec: { type, ports: [{ port: 80 }], selector: { app: name } },
});

const definition = (plural: string, group: string) => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `${plural}.${group}` },
  spec: {
    group,
    scope: "Namespaced",
    names: { plural, singular: plural.slice(0, -1), kind: "Thing" },
    versions: [
      { name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object" } } },
    ],
  },
});

const CLAIM = {
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: { name: "data", namespace: "shop" },
  spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "100Gi" } } },
};

const stateOf = (...resources: { type: string; id: string }[]): State => ({
  resources: resources.map((each) => ({ urn: `urn:${each.id}`, ...each })),
  references: [],
});

describe("teardown: the look in the cluster", function () {
  this.timeout(60_000);
  const cluster = useLiveCluster();
  const look = (...states: State[]) =>
    lookInCluster(readFileSync(cluster().kubeconfig, "utf8"), states, SIGNAL);

  it("finds nothing in an empty cluster", async () => {
    assert.deepEqual(await look(), { blocking: [], harmless: [] });
  });

  it("finds what makes load balancers and volumes, with the command that deletes it", async () => {
    await cluster().namespace("shop");
    const alb = {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: { name: "alb", namespace: "shop" },
      spec: {
        ingressClassName: "alb",
        defaultBackend: { service: { name: "front", port: { number: 80 } } },
      },
    };
    const nginx = { ...alb, metadata: { name: "nginx", namespace: "shop" } };
    await cluster().create(
      service("front", "LoadBalancer"),
      service("inner", "ClusterIP"),
      service("ports", "NodePort"),
      alb,
      { ...nginx, spec: { ...alb.spec, ingressClassName: "nginx" } },
      CLAIM,
    );
    const { blocking } = await look();
    assert.deepEqual(
      blocking.map(({ kind, id, perDay, commands }) => [kind, id, perDay.toFixed(2), commands]),
      [
        ["Service", "shop/front", "0.78", ["kubectl delete service front --namespace shop"]],
        ["Ingress", "shop/alb", "0.78", ["kubectl delete ingress alb --namespace shop"]],
        [
          "PersistentVolumeClaim",
          "shop/data",
          "0.26",
          ["kubectl delete persistentvolumeclaim data --namespace shop"],
        ],
      ],
    );
  });

  it("leaves what Pulumi deletes itself: objects of a state, and those of a Helm release in one", async () => {
    await cluster().namespace("shop");
    const helm = {
      "meta.helm.sh/release-name": "controller",
      "meta.helm.sh/release-namespace": "ingress",
    };
    await cluster().create(
      service("own", "LoadBalancer"),
      service("helms", "LoadBalancer", helm),
      service("by-hand", "LoadBalancer", { ...helm, "meta.helm.sh/release-name": "another" }),
    );
    const states = stateOf(
      { type: "kubernetes:core/v1:Service", id: "shop/own" },
      { type: "kubernetes:helm.sh/v3:Release", id: "ingress/controller" },
    );
    const { blocking } = await look(states);
    assert.deepEqual(
      blocking.map(({ id }) => id),
      ["shop/by-hand"],
    );
  });

  it("finds definitions that a chart left, but none of EKS's own, nor of a chart that is up", async () => {
    await cluster().create(
      definition("virtualservers", "k8s.nginx.org"),
      definition("eniconfigs", "crd.k8s.amazonaws.com"),
    );
    const { blocking, harmless } = await look();
    assert.deepEqual(blocking, []);
    assert.deepEqual(
      harmless.map(({ commands }) => commands),
      [["kubectl delete customresourcedefinition virtualservers.k8s.nginx.org"]],
    );
    const up = stateOf({ type: "kubernetes:helm.sh/v3:Release", id: "ingress/controller" });
    assert.deepEqual((await look(up)).harmless, []);
  });

  it("keeps a cluster until what was made by hand is deleted from it", async () => {
    await cluster().namespace("shop");
    await cluster().create(service("by-hand", "LoadBalancer"));
    const destroyed: string[] = [];
    // A stand-in: the stack's outputs and its destroy are no part of this.
    const backend = {
      cli: "pulumi",
      kubeconfig: () => Promise.resolve(readFileSync(cluster().kubeconfig, "utf8")),
      destroy: (name: string) => Promise.resolve(void destroyed.push(name)),
    } as unknown as Backend;
    const stack = { name: "exercise", uses: [], state: stateOf(), cluster: OURS };
    const teardown = () =>
      destroyInOrder(backend, [stack], [stack], { json: true, sandbox: false });

    const said: unknown[] = [];
    const error = console.error;
    console.error = (...words: unknown[]) => void said.push(...words);
    try {
      assert.equal(await teardown(), 1);
    } finally {
      console.error = error;
    }
    assert.deepEqual(destroyed, []);
    const [text] = said as [string];
    const command = "kubectl delete service by-hand --namespace shop";
    assert.match(text, new RegExp(`remove: ${command}\n\nexercise was not touched\\.`));
    assert.match(text, /next: npm run teardown -- exercise$/);

    await cluster().api.delete(service("by-hand", "LoadBalancer"));
    assert.equal(await teardown(), 0);
    assert.deepEqual(destroyed, ["exercise"]);
  });

  it("says that a cluster does not answer", async () => {
    const text = readFileSync(cluster().kubeconfig, "utf8");
    const gone = text.replace(/https:\/\/127\.0\.0\.1:\d+/, "https://127.0.0.1:9");
    await assert.rejects(lookInCluster(gone, [], SIGNAL), /nothing answers there/);
  });
});
