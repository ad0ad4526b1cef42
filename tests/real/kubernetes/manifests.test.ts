/**
 * Every manifest that the program makes, on a real API server: accepted with strict validation, and
 * kept as it was sent. Charts are not rendered here.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { stackNames } from "../../../tools/shared/stack-files";
import { INSTANCE_TYPES, quantities } from "../../../components/catalog";
import { allocatable } from "../../../settings/capacity";
import { at, runStack, type Run } from "../../support/harness";
import { ApiError, until, useLiveCluster } from "../../support/cluster";
import { manifestsOf, VARIANTS } from "../../support/manifests";
import { useShippedStacks } from "../../support/shipped";

const ROOT = join(__dirname, "..", "..", "..");

/** What a t3.large leaves to pods. */
const ROOM = quantities(allocatable(INSTANCE_TYPES["t3.large"]!));

/** A quantity as a number; the server writes 1024Mi as 1Gi. */
function quantity(text: string): number {
  const [, digits, unit = ""] = /^([\d.]+)(\w*)$/.exec(text)!;
  return Number(digits) * UNITS[unit]!;
}

const UNITS: Readonly<Record<string, number>> = { "": 1, m: 1e-3, Mi: 2 ** 20, Gi: 2 ** 30 };

/** Where the server has something else than what was sent; what it added does not count. */
function differences(sent: unknown, kept: unknown, path = ""): string[] {
  if (typeof sent === "object" && sent !== null) {
    return Object.entries(sent).flatMap(([key, value]) =>
      differences(value, (kept as Record<string, unknown> | undefined)?.[key], `${path}.${key}`),
    );
  }
  const isSame =
    sent === kept ||
    (/\.(requests|limits)\./.test(path) && quantity(String(sent)) === quantity(String(kept)));
  return isSame ? [] : [`${path}: sent ${String(sent)}, kept ${String(kept)}`];
}

async function refusal(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof ApiError) return error.message;
    throw error;
  }
  assert.fail("it was accepted");
}

describe("the manifests, on a real API server", function () {
  this.timeout(120_000);
  const shipped = useShippedStacks();
  const live = useLiveCluster();

  /** Makes them, in the program's order; a namespace of another stack first. */
  async function make(run: Run): Promise<number> {
    const objects = manifestsOf(run);
    const made = objects.filter(({ kind }) => kind === "Namespace").map((o) => o.metadata.name);
    const foreign = new Set(
      objects
        .map(({ metadata }) => metadata.namespace ?? "default")
        .filter((n) => !made.includes(n)),
    );
    for (const name of foreign) await live().namespace(name);
    for (const object of objects) {
      await live().create(object);
      const kept = await live().api.get(object);
      assert.deepEqual(differences(object, kept), [], `${object.kind} ${object.metadata.name}`);
      // Pulumi creates by POST, and changes by server-side apply.
      await live().api.apply(object, { dryRun: true });
    }
    return objects.length;
  }

  for (const stack of stackNames(ROOT)) {
    it(`are accepted as they are: ${stack}`, async () => {
      const made = await make(shipped(stack));
      // Of the autoscaler's there is none: all of it is in its chart.
      assert.equal(made > 0, !stack.includes("autoscaler"));
    });
  }

  for (const [name, run] of VARIANTS) {
    it(`are accepted as they are: ${name}`, async () => {
      const made = await make(await run());
      assert.equal(made > 0, !name.includes("autoscaler"));
    });
  }

  it("fit on two nodes of type t3.large, and all of it becomes available", async () => {
    for (const name of ["one", "two"]) await live().node(name, { capacity: ROOM });
    const objects = manifestsOf(shipped("dev"));
    await live().create(...objects);
    for (const { kind, metadata } of objects) {
      const { namespace = "default", name } = metadata;
      if (kind === "Deployment") await live().deploymentAvailable(namespace, name);
      if (kind === "Pod") await live().podReady(namespace, name);
    }
    const services = objects.filter(
      ({ kind, metadata }) => kind === "Service" && metadata.namespace === "sock-shop",
    );
    const slices = await until("endpoints of every service", async () => {
      const all = await live().api.list("discovery.k8s.io/v1", "EndpointSlice", "sock-shop");
      return all.length === services.length && all.every((s) => at(s, "endpoints.0")) && all;
    });
    for (const slice of slices) {
      // The pod belongs to the Deployment with the Service's name, and declares that port.
      const { name } = at(slice, "metadata.ownerReferences.0") as { name: string };
      const pod = await live().api.get({
        apiVersion: "v1",
        kind: "Pod",
        metadata: at(slice, "endpoints.0.targetRef") as { name: string; namespace: string },
      });
      assert.equal(at(pod, "metadata.labels.name"), name);
      assert.equal(at(pod, "spec.containers.0.ports.0.containerPort"), at(slice, "ports.0.port"));
    }
  });

  it("with one wrong field are refused, by its path", async () => {
    const objects = manifestsOf(await runStack({ cluster: { create: {} }, sockShop: {} }));
    const namespace = objects.find(({ kind }) => kind === "Namespace")!;
    await live().create(namespace);
    const broken = structuredClone(objects.find(({ kind }) => kind === "Deployment")!);
    const container = at(broken, "spec.template.spec.containers.0") as Record<string, unknown>;
    container["imagePullPolice"] = "Always";
    assert.match(
      await refusal(live().api.create(broken)),
      /strict decoding error: unknown field "spec\.template\.spec\.containers\[0\]\.imagePullPolice"/,
    );
  });

  it("of the Ingress are refused without a type of path, or a port to go to", async () => {
    const ingress = manifestsOf(shipped("exercise-ingress")).find((o) => o.kind === "Ingress")!;
    await live().namespace(ingress.metadata.namespace!);
    const broken = (field: string) => {
      const object = structuredClone(ingress);
      const path = at(object, "spec.rules.0.http.paths.0") as Record<string, unknown>;
      delete (field === "pathType" ? path : (at(path, "backend.service") as typeof path))[field];
      return refusal(live().api.create(object));
    };
    const where =
      'Ingress.networking.k8s.io "sock-shop-ingress" is invalid: spec.rules[0].http.paths[0]';
    assert.equal(
      await broken("pathType"),
      `${where}.pathType: Required value: pathType must be specified`,
    );
    assert.equal(
      await broken("port"),
      `${where}.backend: Required value: port name or number is required`,
    );
  });
});
