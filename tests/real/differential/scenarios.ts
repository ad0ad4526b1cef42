/** Steps on resources on which the simulated and the real provider must agree. */
import { join } from "node:path";
import type { Outcome, Props } from "../../support/provider-client";
import {
  backend,
  container,
  deployment,
  ingress,
  namespace,
  PLACE,
  pod,
  service,
} from "../kubernetes/objects";

/** One step: a resource by its logical name, and its inputs; none to delete it. */
interface Step {
  readonly name: string;
  readonly type: string;
  readonly inputs: Props | undefined;
  /** What both do; a refusal's words begin with these, or hold them. */
  readonly expected: Outcome;
  /** What the real provider of the tests does instead: its module is older than the npm package. */
  readonly older?: Outcome;
}

/** Steps of one story. */
export interface Scenario {
  readonly what: string;
  readonly steps: readonly Step[];
}

const NAMESPACE = "kubernetes:core/v1:Namespace";
const SERVICE = "kubernetes:core/v1:Service";
const POD = "kubernetes:core/v1:Pod";
const DEPLOYMENT = "kubernetes:apps/v1:Deployment";
const INGRESS = "kubernetes:networking.k8s.io/v1:Ingress";

/** A workload that nodes make ready; the provider also waits for its deletion. */
const AWAITED = [NAMESPACE, POD, DEPLOYMENT];

const OLD_FIRST = "replaced, the old one first";
const NEW_FIRST = "replaced, the new one first";

/** Inputs of a service or an ingress that the provider does not wait for: nobody makes them ready. */
function unawaited(object: object): Props {
  const { metadata, ...rest } = object as { metadata: Props };
  const annotations = { "pulumi.com/skipAwait": "true", ...(metadata["annotations"] as Props) };
  return { ...rest, metadata: { ...metadata, annotations } };
}

function unnamed(object: object): Props {
  const { metadata, ...rest } = unawaited(object) as { metadata: Props };
  return { ...rest, metadata: { ...metadata, name: undefined } };
}

/** A story of one resource: its inputs, and the outcomes. */
function story(
  what: string,
  type: string,
  steps: readonly [inputs: object | undefined, expected: Outcome][],
): Scenario {
  return {
    what,
    steps: steps.map(([given, expected]) => ({
      name: "it",
      type,
      inputs: given && (AWAITED.includes(type) ? { ...given } : unawaited(given)),
      expected,
    })),
  };
}

const nodePort = (port: number) => ({ type: "NodePort", ports: [{ port: 80, nodePort: port }] });
const labels = { labels: { tier: "web" } };
const other = { ...container, image: "nowhere/web:2" };
const tier = { app: "shop" };

export const SCENARIOS: readonly Scenario[] = [
  story("a namespace that gets a label", NAMESPACE, [
    [namespace("story"), "created"],
    [namespace("story"), "unchanged"],
    [namespace("story", labels), "updated"],
    [undefined, "deleted"],
  ]),
  story("a namespace that gets another name", NAMESPACE, [
    [namespace("story-one"), "created"],
    [namespace("story-two"), NEW_FIRST],
    [undefined, "deleted"],
  ]),
  story("a service of one type after the other", SERVICE, [
    [service({}), "created"],
    [service({ type: "NodePort" }), "updated"],
    [service(nodePort(32011)), "updated"],
    [service(nodePort(32012)), "updated"],
    [service({ ...nodePort(32012), type: "LoadBalancer" }), "updated"],
    [service({}), "updated"],
    [undefined, "deleted"],
  ]),
  story("a service with another name, in another namespace, with another address", SERVICE, [
    [service({}), "created"],
    [service({ name: "other" }), NEW_FIRST],
    [service({ name: "other" }, { namespace: "default" }), NEW_FIRST],
    [service({ name: "other", clusterIP: "None" }, { namespace: "default" }), OLD_FIRST],
    [undefined, "deleted"],
  ]),
  story("a pod that is labelled, and then changed", POD, [
    [pod({}), "created"],
    [pod({}), "unchanged"],
    [pod({}, labels), "updated"],
    [pod({ containers: [other] }, labels), OLD_FIRST],
    [pod({ containers: [{ ...other, env: [{ name: "A", value: "b" }] }] }, labels), OLD_FIRST],
    [undefined, "deleted"],
  ]),
  story("a deployment that grows, and gets another selector", DEPLOYMENT, [
    [deployment({}), "created"],
    [deployment({ replicas: 2 }), "updated"],
    [
      deployment({
        selector: { matchLabels: tier },
        template: { metadata: { labels: tier }, spec: { containers: [container] } },
      }),
      OLD_FIRST,
    ],
    [undefined, "deleted"],
  ]),
  story("an ingress of one class, then another", INGRESS, [
    [ingress({ defaultBackend: backend }), "created"],
    [ingress({ defaultBackend: backend, ingressClassName: "nginx" }), "updated"],
    [ingress({ defaultBackend: backend, ingressClassName: "nginx" }), "unchanged"],
    [undefined, "deleted"],
  ]),
  story("what is refused, and then right", SERVICE, [
    [service({}, { namespace: "nowhere" }), 'refused: namespaces "nowhere" not found'],
    [service(nodePort(32000)), "refused: provided port is already allocated"],
    [service(nodePort(80)), "refused: provided port is not in the valid range"],
    [service({ type: "Nodeport" }), 'refused: Unsupported value: "Nodeport"'],
    [service({}), "created"],
    [service(nodePort(32000)), "refused: provided port is already allocated"],
    [service({ type: "Nodeport" }), 'refused: Unsupported value: "Nodeport"'],
    [service({}), "unchanged"],
    [undefined, "deleted"],
  ]),
  {
    what: "a service without a name of its own",
    steps: [
      { name: "it", type: SERVICE, inputs: unnamed(service({})), expected: "created" },
      { name: "it", type: SERVICE, inputs: unnamed(service({})), expected: "unchanged" },
      {
        name: "it",
        type: SERVICE,
        inputs: unnamed(service({ clusterIP: "None" })),
        expected: NEW_FIRST,
      },
      { name: "it", type: SERVICE, inputs: undefined, expected: "deleted" },
    ],
  },
  {
    what: "two resources for one object",
    steps: [
      { name: "one", type: SERVICE, inputs: unawaited(service({})), expected: "created" },
      {
        name: "two",
        type: SERVICE,
        inputs: unawaited(service({})),
        // Refused since the release 4.29, unless upsertExistingObjects is set; applied before.
        expected: 'refused: services "web" already exists',
        older: "created",
      },
      { name: "one", type: SERVICE, inputs: undefined, expected: "deleted" },
      {
        name: "two",
        type: SERVICE,
        inputs: unawaited(service({})),
        expected: "created",
        older: "unchanged",
      },
      { name: "two", type: SERVICE, inputs: undefined, expected: "deleted" },
    ],
  },
];

/**
 * Stories of Helm releases.
 * @param charts folder of charts: two that make the IngressClass `nginx`
 */
export function releaseScenarios(charts: string): readonly Scenario[] {
  // The stand-ins make no Service, as the program asks of the charts.
  const quiet = { create: false, enabled: false };
  const release = (name: string, chart = "nginx-ingress", more: Props = {}): Props => ({
    chart: join(charts, chart),
    name,
    namespace: PLACE,
    skipAwait: true,
    values: { fullnameOverride: name, controller: { service: quiet } },
    ...more,
  });
  const told = (name: string, inputs: Props | undefined, expected: Outcome): Step => ({
    name,
    type: "kubernetes:helm.sh/v3:Release",
    inputs,
    expected,
  });
  const elsewhere = { namespace: "default" };
  const owned = 'refused: IngressClass "nginx" in namespace "" exists and cannot be imported';
  return [
    {
      what: "a release that gets other values",
      steps: [
        told("it", release("one"), "created"),
        told("it", release("one"), "unchanged"),
        told(
          "it",
          release("one", undefined, {
            values: { fullnameOverride: "one", controller: { service: quiet, replicaCount: 2 } },
          }),
          "updated",
        ),
        told("it", undefined, "deleted"),
      ],
    },
    {
      what: "a release whose name is in use",
      steps: [
        told("it", release("one"), "created"),
        told("other", release("one"), "refused: cannot re-use a name that is still in use"),
        told("it", undefined, "deleted"),
      ],
    },
    {
      what: "a release that gets another name, then namespace: the new one first, which Helm refuses",
      steps: [
        told("it", release("one"), "created"),
        told("it", release("two"), owned),
        told("it", release("three", undefined, elsewhere), owned),
        told("it", undefined, "deleted"),
      ],
    },
    {
      what: "a release of a chart whose IngressClass another release has",
      steps: [
        told("it", release("one"), "created"),
        told("other", release("two", "ingress-nginx"), owned),
        told("it", undefined, "deleted"),
        told("other", release("two", "ingress-nginx"), "created"),
        told("other", undefined, "deleted"),
      ],
    },
  ];
}

/** The namespace that the stories play in. */
export { PLACE };
