/** The exercises' objects, as the API server accepts them; a test changes what it tests. */
import { JENKINS_IMAGE } from "../../../components/catalog";
import type { KubernetesObject, LiveCluster } from "../cluster";

/** The namespace of Jenkins. */
export const JENKINS_NAMESPACE = "student-bc-svc";

type Part = Readonly<Record<string, unknown>>;

/** The pod jenkins of exercise 3. */
export function jenkinsPod(
  change: { metadata?: Part; container?: Part; spec?: Part } = {},
): KubernetesObject {
  const container = {
    name: "jenkins",
    image: JENKINS_IMAGE,
    ports: [{ containerPort: 8080 }],
    ...change.container,
  };
  const labels = { app: "jenkins" };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "jenkins", namespace: JENKINS_NAMESPACE, labels, ...change.metadata },
    spec: { containers: [container], ...change.spec },
  };
}

/** The service jenkins. */
export function jenkinsService(
  type: string,
  change: { spec?: Part; port?: Part; labels?: Part } = {},
): KubernetesObject {
  const port = { port: 8080, targetPort: 8080, protocol: "TCP", ...change.port };
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: {
      name: "jenkins",
      namespace: JENKINS_NAMESPACE,
      labels: change.labels ?? { app: "jenkins" },
    },
    spec: { type, selector: { app: "jenkins" }, ports: [port], ...change.spec },
  };
}

/** A deployment of one replica. */
export function deployment(
  namespace: string,
  name: string,
  change: {
    image?: string;
    labels?: Part;
    annotations?: Part;
    pod?: Part;
    container?: Part;
    spec?: Part;
  } = {},
): KubernetesObject {
  const labels = change.labels ?? { name };
  const container = { name, image: change.image ?? "nowhere/none:1", ...change.container };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace, labels },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels, annotations: change.annotations },
        spec: { containers: [container], ...change.pod },
      },
      ...change.spec,
    },
  };
}

/** The service front-end of the shop. */
export function frontEndService(): KubernetesObject {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "front-end", namespace: "sock-shop" },
    spec: {
      type: "NodePort",
      selector: { name: "front-end" },
      ports: [{ port: 80, targetPort: 8079, nodePort: 30001 }],
    },
  };
}

/** The pod of a deployment's only replica. */
export async function podOf(live: LiveCluster, namespace: string, label: string): Promise<string> {
  const pods = await live.api.list("v1", "Pod", namespace);
  const pod = pods.find((each) => Object.values(each.metadata["labels"] as object).includes(label));
  return pod!.metadata.name;
}
