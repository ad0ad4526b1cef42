/** Exercise 6, step 4: the shop through the Ingress is the shop. */
import { define, type Context } from "../check";
import { failed, failing, passed } from "../result";
import { differences } from "../compare";
import type { V1Ingress } from "../kube-types";
import { findHost } from "../load-balancers";
import { describePage, fetchPage, isTlsRedirect, NoAnswer, type Page } from "../page";
import { listPods, describePod } from "../pods";
import { fetchThrough, type PodPort } from "../port-forward";
import { listControllers, GET_INGRESS, INGRESS, noIngress, readIngress } from "./ingress";
import { frontEnd, SHOP, whyNoFrontEnd } from "./shop";

/** Pages by which two ways to the shop are compared: two documents, and two files that never change. */
const PAGES = ["/", "/category.html", "/css/style.blue.css", "/js/front.js"];

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
    const fail = failing(expected, lookCloser);
    if (!direct) {
      const { seen, mayMend } = await whyNoFrontEnd(context);
      return fail(seen, "the shop itself does not run: see the stack that has sockShop", {
        lookCloser: `kubectl get pods --namespace ${SHOP}`,
        ...(mayMend && { pendingReason: seen }),
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
      const redirected = through.find(isTlsRedirect);
      if (redirected) return failed({ expected, ...redirectsToTls(redirected, way), lookCloser });
      const isGateway = through.some((page) => page.status >= 500);
      return fail(
        `${way}: ${other.join("; ")}`,
        isGateway
          ? "the controller does not reach front-end: its endpoints, or the backend's port"
          : "the Ingress leads elsewhere, or rewrites paths",
        { pendingReason: "the pages differ", timeoutSeconds: 60 },
      );
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      return fail(
        error.message,
        "a new load balancer needs some minutes until its name is known and its targets are healthy",
        { pendingReason: error.why },
      );
    }
  },
);

/** A redirect to https is final: no waiting makes the controller answer by http. */
function redirectsToTls(page: Page, way: string): { seen: string; likelyCause: string } {
  return {
    seen: `${way}: ${describePage(page)}, to ${String(page.headers["location"])}`,
    likelyCause:
      "the controller redirects http to https, and no TLS is there: its setting ssl-redirect is on " +
      '(values of the chart: controller.config.entries."ssl-redirect": "false")',
  };
}

/** The pages through the Ingress: at its address; without one, at the controller's own port. */
async function throughIngress(
  context: Context,
  ingress: V1Ingress,
): Promise<{ pages: Page[]; way: string }> {
  const host = findHost(ingress.status?.loadBalancer?.ingress);
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
  const [deployment] = await listControllers(context);
  if (!deployment) return undefined;
  const pod = (await listPods(context.kube, deployment)).find((each) => describePod(each).isReady);
  const ports = (pod?.spec?.containers ?? []).flatMap((container) => container.ports ?? []);
  const port = ports.find((each) => each.name === "http")?.containerPort ?? 80;
  const { name, namespace } = pod?.metadata ?? {};
  return name && namespace ? { namespace, pod: name, port } : undefined;
}
