/** Exercise 6: an ingress controller, and the shop through it. */
import { NGINX_CONTROLLERS } from "../../components/ingress-controllers";
import type { IngressController } from "../../settings";
import { define, failed, passed, type Context } from "../check";
import { differences } from "../compare";
import type { V1Deployment, V1Ingress } from "../kube-types";
import { hostOf } from "../load-balancers";
import { fetchPage, NoAnswer, type Page } from "../page";
import { isAvailable, podsOf, stateOf, whyNotAvailable } from "../pods";
import { fetchThrough, type PodPort } from "../port-forward";
import { frontEnd, SHOP } from "./shop";

const INGRESS = "sock-shop-ingress";

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

function kindOf({ target }: Context): IngressController {
  return target.settings.ingress?.controller ?? "nginx";
}

async function controllersOf(context: Context): Promise<V1Deployment[]> {
  const { labels } = CONTROLLERS[kindOf(context)];
  return context.kube.list((apis) =>
    apis.apps.listDeploymentForAllNamespaces({ labelSelector: labels }),
  );
}

export const controllerReady = define(
  "ingress-controller",
  "the ingress controller is ready",
  [6, 1],
  async (context) => {
    const [deployment] = await controllersOf(context);
    const { labels } = CONTROLLERS[kindOf(context)];
    const expected = `a deployment of the controller ${kindOf(context)} (${labels}), available`;
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
      ...(state.mayMend && { waitFor: state.text }),
    });
  },
);

function readIngress({ kube }: Context): Promise<V1Ingress | undefined> {
  return kube.find((apis) =>
    apis.networking.readNamespacedIngress({ namespace: SHOP, name: INGRESS }),
  );
}

const GET_INGRESS = `kubectl get ingress --namespace ${SHOP}`;

function noIngress(expected: string) {
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
    const { controller } = CONTROLLERS[kindOf(context)];
    const expected = `ingressClassName of ${INGRESS}: a class of the controller ${controller}`;
    const ingress = await readIngress(context);
    if (!ingress) return noIngress(expected);
    const name = ingress.spec?.ingressClassName;
    const classes = await context.kube.list((apis) => apis.networking.listIngressClass());
    const all = classes.map((each) => each.metadata?.name).join(", ") || "none";
    const lookCloser = `kubectl get ingressclasses; ${GET_INGRESS}`;
    if (name === undefined) {
      return failed({
        expected,
        seen: `it names no class; there are ${all}`,
        likelyCause:
          "ingressClassName was forgotten, or given as the annotation of before 1.19: no controller takes it",
        lookCloser,
      });
    }
    const found = classes.find((each) => each.metadata?.name === name);
    if (!found) {
      return failed({
        expected,
        seen: `class ${name}, which does not exist; there are ${all}`,
        likelyCause: "the class is misspelt, or the controller did not make its own",
        lookCloser,
      });
    }
    if (found.spec?.controller !== controller) {
      return failed({
        expected,
        seen: `class ${name}, of the controller ${found.spec?.controller}`,
        likelyCause:
          "another controller is installed beside, or instead of, the one in the settings",
        lookCloser,
      });
    }
    return passed(`class ${name}, of ${controller}`);
  },
);

export const ingressRoutes = define(
  "ingress-routes",
  "sock-shop-ingress routes / to the shop's front page",
  [6, 2],
  async (context) => {
    const expected = `${INGRESS} in ${SHOP}: path / of any host to service front-end, port 80`;
    const ingress = await readIngress(context);
    if (!ingress) return noIngress(expected);
    const paths = (ingress.spec?.rules ?? []).flatMap((rule) =>
      (rule.http?.paths ?? []).map(({ path, pathType, backend }) => ({
        text: `${rule.host ?? "*"}${path ?? "/"} (${pathType}) to ${backend.service?.name}:${backend.service?.port?.number ?? backend.service?.port?.name}`,
        isRight:
          (path ?? "/") === "/" && pathType !== "Exact" && backend.service?.name === "front-end",
        port: backend.service?.port,
      })),
    );
    const fallback = ingress.spec?.defaultBackend?.service;
    const shown = [
      ...paths.map((each) => each.text),
      ...(fallback ? [`default to ${fallback.name}`] : []),
    ];
    const lookCloser = `kubectl describe ingress ${INGRESS} --namespace ${SHOP}`;
    const right =
      paths.find((each) => each.isRight) ?? (fallback?.name === "front-end" ? fallback : undefined);
    if (!right) {
      return failed({
        expected,
        seen: shown.join("; ") || "no paths",
        likelyCause: "the path, its type (Prefix) or the backend's name is another",
        lookCloser,
      });
    }
    const service = await context.kube.find((apis) =>
      apis.core.readNamespacedService({ namespace: SHOP, name: "front-end" }),
    );
    const ports = service?.spec?.ports ?? [];
    if (!ports.some((each) => each.port === right.port?.number || each.name === right.port?.name)) {
      return failed({
        expected,
        seen: `${shown.join("; ")}; the service front-end has the ports ${ports.map((each) => each.port).join(", ") || "(there is no such service)"}`,
        likelyCause: "the backend's port is the service's (80), not the container's (8079)",
        lookCloser,
      });
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
    const host = hostOf(ingress.status?.loadBalancer?.ingress);
    if (host !== undefined) return passed(host);
    return failed({
      expected,
      seen: "it has none yet",
      likelyCause:
        "the controller does not take the Ingress (its class), or its load balancer is still being made",
      lookCloser: `${GET_INGRESS}; kubectl get services --all-namespaces`,
      waitFor: "the Ingress has no address yet",
    });
  },
);

/** Pages by which two ways to the shop are compared: two documents, and two files that never change. */
export const PAGES = ["/", "/category.html", "/css/style.blue.css", "/js/front.js"];

export const sameShop = define(
  "ingress-same-shop",
  "the shop is the same through the Ingress as through a port-forward",
  [6, 4],
  async (context) => {
    const expected = `${PAGES.join(", ")}: the same through the Ingress as from front-end itself`;
    const ingress = await readIngress(context);
    if (!ingress) return noIngress(expected);
    const direct = await frontEnd(context);
    const lookCloser = `${GET_INGRESS}; kubectl port-forward --namespace ${SHOP} service/front-end 8080:80`;
    if (!direct) {
      return failed({
        expected,
        seen: "no pod of front-end is ready",
        likelyCause: "the shop itself does not run: see the stack that has sockShop",
        lookCloser: `kubectl get pods --namespace ${SHOP}`,
        waitFor: "no pod of front-end is ready",
      });
    }
    try {
      // Twice, so that what differs from one request to the next by itself is known.
      const own = await fetchThrough(context.kube, direct, PAGES, context.signal);
      const again = await fetchThrough(context.kube, direct, PAGES, context.signal);
      const { pages: through, way } = await throughIngress(context, ingress);
      const other = PAGES.flatMap((path, i) => {
        const problem = differences(own[i]!, again[i]!, through[i]!);
        return problem === undefined ? [] : [`${path} ${problem}`];
      });
      if (other.length === 0) return passed(`${PAGES.length} pages are the same ${way}`);
      const isGateway = through.some((page) => page.status >= 500);
      return failed({
        expected,
        seen: `${way}: ${other.join("; ")}`,
        likelyCause: isGateway
          ? "the controller does not reach front-end: its endpoints, or the backend's port"
          : "the Ingress leads elsewhere, or rewrites paths",
        lookCloser,
        waitFor: "the pages differ",
        patience: 60,
      });
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      return failed({
        expected,
        seen: error.message,
        likelyCause:
          "a new load balancer needs some minutes until its name is known and its targets are healthy",
        lookCloser,
        waitFor: error.why,
      });
    }
  },
);

/** The pages through the Ingress: at its address; without one, at the controller's own port. */
async function throughIngress(
  context: Context,
  ingress: V1Ingress,
): Promise<{ pages: Page[]; way: string }> {
  const host = hostOf(ingress.status?.loadBalancer?.ingress);
  if (host !== undefined) {
    const pages: Page[] = [];
    for (const path of PAGES) pages.push(await fetchPage(`http://${host}${path}`, context.signal));
    return { pages, way: `at http://${host}` };
  }
  const to = await controllerPort(context);
  if (!to) throw new NoAnswer(INGRESS, "it has no address, and no pod of its controller is ready");
  return {
    pages: await fetchThrough(context.kube, to, PAGES, context.signal),
    way: `at the controller ${to.namespace}/${to.pod}`,
  };
}

async function controllerPort(context: Context): Promise<PodPort | undefined> {
  const [deployment] = await controllersOf(context);
  if (!deployment) return undefined;
  const pod = (await podsOf(context.kube, deployment)).find((each) => stateOf(each).isReady);
  const ports = (pod?.spec?.containers ?? []).flatMap((container) => container.ports ?? []);
  const port = ports.find((each) => each.name === "http")?.containerPort ?? 80;
  const { name, namespace } = pod?.metadata ?? {};
  return name && namespace ? { namespace, pod: name, port } : undefined;
}
