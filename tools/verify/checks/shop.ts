/** Exercise 1, steps 6 and 7: SockShop runs, and its front page answers. */
import { SOCK_SHOP } from "../../../components/catalog";
import { ADDRESS_CHANGED } from "../../shared/kube-errors";
import { define, type Context } from "../check";
import { failed, failing, passed } from "../result";
import type { V1Node } from "../kube-types";
import { describePage, fetchPage, isShop, NoAnswer, type Page } from "../page";
import { isAvailable, labelSelector, describePod, whyNotAvailable } from "../pods";
import { fetchThrough, type PodPort } from "../port-forward";
import { judgePage } from "./answer";

export const SHOP = "sock-shop";

/** Seconds to wait for something that answers at once if it ever will. */
export const SOON = 45;

export const shopDeployments = define(
  "sock-shop-deployments",
  `all ${Object.keys(SOCK_SHOP).length} deployments of SockShop are available`,
  [1, 6],
  async ({ kube }) => {
    const wanted = Object.keys(SOCK_SHOP);
    const found = await kube.list((apis) =>
      apis.apps.listNamespacedDeployment({ namespace: SHOP }),
    );
    const byName = new Map(found.map((deployment) => [deployment.metadata?.name, deployment]));
    const expected = `${wanted.length} deployments in namespace ${SHOP}, each available`;
    const absent = wanted.filter((name) => !byName.has(name));
    const lookCloser = `kubectl get deployments,pods --namespace ${SHOP}`;
    const fail = failing(expected, lookCloser);
    if (absent.length > 0) {
      return fail(
        `${wanted.length - absent.length} of ${wanted.length}; missing: ${absent.join(", ")}`,
        absent.length === wanted.length
          ? "the shop is not on this cluster: bring up the stack that has sockShop"
          : "they were deleted by hand: pulumi refresh, then pulumi up, makes them again",
      );
    }
    const waiting = wanted.map((name) => byName.get(name)!).filter((each) => !isAvailable(each));
    if (waiting.length === 0) return passed(`${wanted.length} of ${wanted.length} available`);
    const states = await Promise.all(waiting.map((each) => whyNotAvailable(kube, each)));
    const shown = waiting.map((each, i) => `${each.metadata?.name} (${states[i]!.text})`);
    const worst = states.find((state) => !state.mayMend) ?? states[0]!;
    return fail(
      `${wanted.length - waiting.length} of ${wanted.length} available; not: ${shown.join("; ")}`,
      worst.likelyCause,
      {
        ...(states.every((state) => state.mayMend) && {
          pendingReason: `${wanted.length - waiting.length} of ${wanted.length} deployments are available`,
        }),
      },
    );
  },
);

/** A pod of the front page that is ready; undefined where none is. */
export async function frontEnd({ kube }: Context): Promise<PodPort | undefined> {
  const service = await kube.find((apis) =>
    apis.core.readNamespacedService({ namespace: SHOP, name: "front-end" }),
  );
  const selector = service?.spec?.selector;
  if (!selector) return undefined;
  const pods = await kube.list((apis) =>
    apis.core.listNamespacedPod({ namespace: SHOP, labelSelector: labelSelector(selector) }),
  );
  const pod = pods.find((each) => describePod(each).isReady);
  const target = service.spec?.ports?.[0]?.targetPort;
  const port = typeof target === "number" ? target : SOCK_SHOP["front-end"]!.port;
  return pod?.metadata?.name ? { namespace: SHOP, pod: pod.metadata.name, port } : undefined;
}

/** Why no pod of the front page is ready, and whether one may yet be. */
export async function whyNoFrontEnd({
  kube,
}: Context): Promise<{ seen: string; mayMend: boolean }> {
  const name = "front-end";
  const namespace = SHOP;
  const service = await kube.find((apis) => apis.core.readNamespacedService({ namespace, name }));
  if (!service) return { seen: `there is no service ${name} in ${SHOP}`, mayMend: false };
  const found = await kube.find((apis) => apis.apps.readNamespacedDeployment({ namespace, name }));
  if (!found) return { seen: `there is no deployment ${name} in ${SHOP}`, mayMend: false };
  const { text, mayMend } = await whyNotAvailable(kube, found);
  return { seen: `no pod of ${name} is ready: ${text}`, mayMend };
}

function acceptShop(page: Page): string | undefined {
  return isShop(page) ? describePage(page) : undefined;
}

export const shopPage = define(
  "sock-shop-page",
  "the front page answers with the shop, through a port-forward",
  [1, 7],
  async (context) => {
    const lookCloser = `kubectl port-forward --namespace ${SHOP} service/front-end 8080:80, and open http://localhost:8080`;
    const expected = "the front page of SockShop (200, WeaveSocks)";
    const fail = failing(expected, lookCloser);
    const to = await frontEnd(context);
    if (!to) {
      const { seen, mayMend } = await whyNoFrontEnd(context);
      return fail(
        seen,
        mayMend ? "it is still starting" : "the shop is not on this cluster, or not whole",
        {
          lookCloser: `kubectl get pods --namespace ${SHOP} --selector name=front-end`,
          ...(mayMend && { pendingReason: seen }),
        },
      );
    }
    return judgePage({
      ask: async () => (await fetchThrough(context.kube, to, ["/"], context.signal))[0]!,
      accept: acceptShop,
      expected,
      lookCloser: `${lookCloser}; kubectl logs --namespace ${SHOP} ${to.pod}`,
      otherCause: "something else answers at that port, or the front page fails",
      silentCause: "the container does not listen at that port (yet)",
      timeoutSeconds: SOON,
    });
  },
);

/** Addresses at which node ports are reached: public ones on EKS, whatever there is elsewhere. */
async function nodeAddresses({ kube, target }: Context): Promise<string[]> {
  const nodes = await kube.list((apis) => apis.core.listNode());
  const types = target.eks ? ["ExternalIP"] : ["ExternalIP", "InternalIP"];
  return types.flatMap((type) => nodes.flatMap((node) => listAddresses(node, type)));
}

function listAddresses(node: V1Node, type: string): string[] {
  return (node.status?.addresses ?? [])
    .filter((each) => each.type === type)
    .map((each) => each.address);
}

export const shopUrl = define(
  "sock-shop-url",
  "the shop answers at a node's own address, from here",
  [1, 7],
  async (context) => {
    const port = context.target.settings.sockShop?.nodePort ?? 30001;
    return askNodes(context, port, {
      expected: "the front page of SockShop (200, WeaveSocks)",
      accept: acceptShop,
      pods: () => frontEnd(context),
    });
  },
);

/** What is asked of a port of the nodes. */
export interface NodeQuestion {
  readonly expected: string;
  /** What to say of a page that is right; undefined for one that is not. */
  accept(page: Awaited<ReturnType<typeof fetchPage>>): string | undefined;
  /** A pod behind the port that is ready; undefined where there is none. */
  pods(): Promise<PodPort | undefined>;
}

/** Asks a port of the nodes, one after the other, until one answers. */
export async function askNodes(context: Context, port: number, question: NodeQuestion) {
  const addresses = await nodeAddresses(context);
  const isEks = context.target.eks !== undefined;
  const { expected } = question;
  const [first] = addresses;
  if (first === undefined) {
    return failed({
      expected,
      seen: "no node has a public address",
      likelyCause:
        "the nodes are in private subnets: a node port is then reached by kubectl port-forward only",
      lookCloser: "kubectl get nodes --output wide",
    });
  }
  let silent: NoAnswer | undefined;
  for (const address of addresses.slice(0, 4)) {
    try {
      const page = await fetchPage(`http://${address}:${port}/`, context.signal);
      const said = question.accept(page);
      if (said !== undefined) return passed(`http://${address}:${port} answers: ${said}`);
      return failed({
        expected,
        seen: `http://${address}:${port} answers: ${describePage(page)}`,
        likelyCause: "another service has this node port, or the program behind it fails",
        lookCloser: "kubectl get services --all-namespaces",
        ...(page.status >= 500 && {
          pendingReason: `it answers ${page.status}`,
          timeoutSeconds: SOON,
        }),
      });
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      silent ??= error;
    }
  }
  const pod = await question.pods();
  if (!isEks && pod) {
    return {
      status: "unknown" as const,
      why: `the nodes of this cluster are not reached from here (${silent!.message}), which depends on the tool that made it`,
      lookCloser: `minikube service list, or kubectl port-forward --namespace ${pod.namespace} pod/${pod.pod} ${pod.port}`,
    };
  }
  return failed({
    expected,
    seen: silent!.message,
    likelyCause: pod
      ? `the nodes' security group does not admit you to port ${port}; ${ADDRESS_CHANGED}`
      : "no pod behind it is ready",
    lookCloser: "kubectl get nodes --output wide; aws ec2 describe-security-groups",
    pendingReason: pod ? "it does not answer yet" : "no pod behind it is ready",
    timeoutSeconds: SOON,
  });
}
