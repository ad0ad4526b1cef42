/** Exercise 6: an ingress controller, and the shop through it. */
import { NGINX_CONTROLLERS } from "../../../components/ingress-controllers";
import type { IngressController } from "../../../components";
import { define, type Context } from "../check";
import { failed, failing, passed } from "../result";
import type { V1Deployment, V1Ingress, V1ServicePort } from "../kube-types";
import { findHost } from "../load-balancers";
import { isAvailable, whyNotAvailable } from "../pods";
import { SHOP } from "./shop";

export const INGRESS = "sock-shop-ingress";

/** Labels of each controller's deployment, and the name that its class gives it. */
const CONTROLLERS: Readonly<Record<IngressController, { labels: string; controller: string }>> = {
  nginx: { labels: labelsOf("nginx"), controller: "nginx.org/ingress-controller" },
  "ingress-nginx": { labels: labelsOf("ingress-nginx"), controller: "k8s.io/ingress-nginx" },
  alb: {
    labels: "app.kubernetes.io/name=aws-load-balancer-controller",
    controller: "ingress.k8s.aws/alb",
  },
};

function labelsOf(kind: "nginx" | "ingress-nginx"): string {
  return `app.kubernetes.io/name=${NGINX_CONTROLLERS[kind].selector["app.kubernetes.io/name"]}`;
}

function configuredController({ target }: Context): IngressController {
  return target.settings.ingress?.controller ?? "nginx";
}

export async function listControllers(context: Context): Promise<V1Deployment[]> {
  const { labels } = CONTROLLERS[configuredController(context)];
  return context.kube.list((apis) =>
    apis.apps.listDeploymentForAllNamespaces({ labelSelector: labels }),
  );
}

export const controllerReady = define(
  "ingress-controller",
  "the ingress controller is ready",
  [6, 1],
  async (context) => {
    const [deployment] = await listControllers(context);
    const { labels } = CONTROLLERS[configuredController(context)];
    const expected = `a deployment of the controller ${configuredController(context)} (${labels}), available`;
    if (!deployment) {
      return failed({
        expected,
        seen: "there is none in any namespace",
        likelyCause:
          "the stack is not up, or another controller was installed than the setting ingress.controller names",
        lookCloser: "kubectl get deployments --all-namespaces; helm list --all-namespaces",
      });
    }
    const name = `${deployment.metadata?.namespace}/${deployment.metadata?.name}`;
    if (isAvailable(deployment)) return passed(name);
    const state = await whyNotAvailable(context.kube, deployment);
    return failed({
      expected,
      seen: `${name}: ${state.text}`,
      likelyCause: state.likelyCause,
      lookCloser: `kubectl get pods --namespace ${deployment.metadata?.namespace}`,
      ...(state.mayMend && { pendingReason: state.text }),
    });
  },
);

export function readIngress({ kube }: Context): Promise<V1Ingress | undefined> {
  return kube.find((apis) =>
    apis.networking.readNamespacedIngress({ namespace: SHOP, name: INGRESS }),
  );
}

export const GET_INGRESS = `kubectl get ingress --namespace ${SHOP}`;

export function noIngress(expected: string) {
  return failed({
    expected,
    seen: `there is no Ingress ${INGRESS} in namespace ${SHOP}`,
    likelyCause: "the stack is not up, or it was made under another name or in another namespace",
    lookCloser: "kubectl get ingress --all-namespaces",
  });
}

export const ingressClass = define(
  "ingress-class",
  "the Ingress names a class that exists and is the controller's",
  [6, 2],
  async (context) => {
    const { controller } = CONTROLLERS[configuredController(context)];
    const expected = `ingressClassName of ${INGRESS}: a class of the controller ${controller}`;
    const ingress = await readIngress(context);
    if (!ingress) return noIngress(expected);
    const name = ingress.spec?.ingressClassName;
    const classes = await context.kube.list((apis) => apis.networking.listIngressClass());
    const all = classes.map((each) => each.metadata?.name).join(", ") || "none";
    const lookCloser = `kubectl get ingressclasses; ${GET_INGRESS}`;
    const fail = failing(expected, lookCloser);
    if (name === undefined) {
      return fail(
        `it names no class; there are ${all}`,
        "ingressClassName was forgotten, or given as the annotation of before 1.19: no controller takes it",
      );
    }
    const found = classes.find((each) => each.metadata?.name === name);
    if (!found) {
      return fail(
        `class ${name}, which does not exist; there are ${all}`,
        "the class is misspelt, or the controller did not make its own",
      );
    }
    if (found.spec?.controller !== controller) {
      return fail(
        `class ${name}, of the controller ${found.spec?.controller}`,
        "another controller is installed beside, or instead of, the one in the settings",
      );
    }
    return passed(`class ${name}, of ${controller}`);
  },
);

async function listShopPorts({ kube }: Context): Promise<V1ServicePort[]> {
  const service = await kube.find((apis) =>
    apis.core.readNamespacedService({ namespace: SHOP, name: "front-end" }),
  );
  return service?.spec?.ports ?? [];
}

function listPaths(ingress: V1Ingress) {
  return (ingress.spec?.rules ?? []).flatMap(({ host = "*", http }) =>
    (http?.paths ?? []).map(({ path = "/", pathType, backend: { service } }) => ({
      text: `${host}${path} (${pathType}) to ${service?.name}:${service?.port?.number ?? service?.port?.name}`,
      isRight: path === "/" && pathType !== "Exact" && service?.name === "front-end",
      port: service?.port,
    })),
  );
}

export const ingressRoutes = define(
  "ingress-routes",
  "sock-shop-ingress routes / to the shop's front page",
  [6, 2],
  async (context) => {
    const expected = `${INGRESS} in ${SHOP}: path / of any host to service front-end, port 80`;
    const ingress = await readIngress(context);
    if (!ingress) return noIngress(expected);
    const paths = listPaths(ingress);
    const fallback = ingress.spec?.defaultBackend?.service;
    const shown = [
      ...paths.map((each) => each.text),
      ...(fallback ? [`default to ${fallback.name}`] : []),
    ];
    const lookCloser = `kubectl describe ingress ${INGRESS} --namespace ${SHOP}`;
    const fail = failing(expected, lookCloser);
    const right =
      paths.find((each) => each.isRight) ?? (fallback?.name === "front-end" ? fallback : undefined);
    if (!right) {
      return fail(
        shown.join("; ") || "no paths",
        "the path, its type (Prefix) or the backend's name is another",
      );
    }
    const ports = await listShopPorts(context);
    const { number, name } = right.port ?? {};
    const isPort = (each: { port: number; name?: string }): boolean =>
      name === undefined ? each.port === number : each.name === name;
    if (!ports.some(isPort)) {
      return fail(
        `${shown.join("; ")}; the service front-end has the ports ${ports.map((each) => each.port).join(", ") || "(there is no such service)"}`,
        "the backend's port is the service's (80), not the container's (8079)",
      );
    }
    return passed(shown.join("; "));
  },
);

export const ingressAddress = define(
  "ingress-address",
  "the Ingress has an address",
  [6, 3],
  async (context) => {
    const expected = `${INGRESS} with an ADDRESS`;
    const ingress = await readIngress(context);
    if (!ingress) return noIngress(expected);
    const host = findHost(ingress.status?.loadBalancer?.ingress);
    if (host !== undefined) return passed(host);
    return failed({
      expected,
      seen: "it has none yet",
      likelyCause:
        "the controller does not take the Ingress (its class), or its load balancer is still being made",
      lookCloser: `${GET_INGRESS}; kubectl get services --all-namespaces`,
      pendingReason: "the Ingress has no address yet",
    });
  },
);
