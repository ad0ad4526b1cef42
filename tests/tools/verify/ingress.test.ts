/** The ingress on a real API server: exercise 6. */
import { useLiveCluster, type KubernetesObject } from "../../support/cluster";
import { fails, onKind, passes, type Looking } from "../../support/verify/look";
import { playShop, serve, stopServing } from "../../support/verify/pages";
import { deployment, frontEndService, podOf } from "../../support/verify/workloads";

const SHOP = "sock-shop";

const LABELS = {
  "app.kubernetes.io/name": "nginx-ingress",
  "app.kubernetes.io/instance": "nginx-ingress",
};

const classOf = (controller: string): KubernetesObject => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "IngressClass",
  metadata: { name: "nginx" },
  spec: { controller },
});

const ingress = (
  spec: object = {},
  backend: object = { name: "front-end", port: { number: 80 } },
): KubernetesObject => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "Ingress",
  metadata: { name: "sock-shop-ingress", namespace: SHOP },
  spec: {
    ingressClassName: "nginx",
    rules: [
      { http: { paths: [{ path: "/", pathType: "Prefix", backend: { service: backend } }] } },
    ],
    ...spec,
  },
});

describe("verify: the ingress", function () {
  this.timeout(120_000);
  const live = useLiveCluster();
  afterEach(stopServing);
  const stack = (): Looking => ({ sections: onKind(live().kubeconfig, { ingress: {} }) });
  const controller = (change = {}): KubernetesObject =>
    deployment("nginx-ingress", "nginx-ingress-controller", {
      labels: LABELS,
      container: { ports: [{ name: "http", containerPort: 80 }] },
      ...change,
    });

  it("ingress-controller", async () => {
    await fails("ingress-controller", stack(), {
      expected: /controller nginx \(app\.kubernetes\.io\/name=nginx-ingress\), available/,
      seen: /none in any namespace/,
      likelyCause: /another controller was installed/,
      lookCloser: /helm list/,
    });
    await live().node("n1");
    await live().namespace("nginx-ingress");
    await live().create(controller({ pod: { nodeSelector: { no: "such" } } }));
    await fails("ingress-controller", stack(), {
      seen: /^nginx-ingress\/nginx-ingress-controller: Pending: 0\/1 nodes are available/,
      likelyCause: /no node has room/,
      lookCloser: /kubectl get pods --namespace nginx-ingress/,
      waits: true,
    });
    await live().api.delete(controller());
    await live().create(controller());
    await passes("ingress-controller", stack(), /^nginx-ingress\/nginx-ingress-controller$/);
  });

  it("ingress-class", async () => {
    await live().namespace(SHOP);
    await fails("ingress-class", stack(), {
      seen: /^there is no Ingress sock-shop-ingress in namespace sock-shop$/,
      likelyCause: /another name/,
      lookCloser: /kubectl get ingress --all-namespaces/,
    });
    await live().create(ingress());
    await fails("ingress-class", stack(), {
      seen: /^class nginx, which does not exist; there are none$/,
      likelyCause: /did not make its own/,
      lookCloser: /kubectl get ingressclasses/,
    });
    await live().create(classOf("k8s.io/ingress-nginx"));
    await fails("ingress-class", stack(), {
      expected: /a class of the controller nginx\.org\/ingress-controller$/,
      seen: /^class nginx, of the controller k8s\.io\/ingress-nginx$/,
      likelyCause: /another controller is installed/,
      lookCloser: /./,
    });
    await live().api.delete(classOf(""));
    await live().create(classOf("nginx.org/ingress-controller"));
    await passes("ingress-class", stack(), /^class nginx, of nginx\.org\/ingress-controller$/);
    await live().api.delete(ingress());
    await live().create(ingress({ ingressClassName: undefined }));
    await fails("ingress-class", stack(), {
      seen: /^it names no class; there are nginx$/,
      likelyCause: /annotation of before 1\.19/,
      lookCloser: /./,
    });
  });

  it("ingress-routes", async () => {
    await live().namespace(SHOP);
    await live().create(
      frontEndService(),
      ingress({}, { name: "front-end", port: { number: 8079 } }),
    );
    await fails("ingress-routes", stack(), {
      expected: /path \/ of any host to service front-end, port 80$/,
      seen: /^\*\/ \(Prefix\) to front-end:8079; the service front-end has the ports 80$/,
      likelyCause: /the service's \(80\), not the container's \(8079\)/,
      lookCloser: /kubectl describe ingress/,
    });
    await live().api.delete(ingress());
    await live().create(ingress({}, { name: "frontend", port: { number: 80 } }));
    await fails("ingress-routes", stack(), {
      seen: /to frontend:80$/,
      likelyCause: /backend's name/,
      lookCloser: /./,
    });
    await live().api.delete(ingress());
    await live().create(ingress());
    await passes("ingress-routes", stack(), /^\*\/ \(Prefix\) to front-end:80$/);
  });

  it("ingress-same-shop, by the controller's own port", async () => {
    await live().node("n1");
    for (const namespace of [SHOP, "nginx-ingress"]) await live().namespace(namespace);
    await fails("ingress-same-shop", stack(), {
      seen: /no Ingress sock-shop-ingress/,
      likelyCause: /./,
      lookCloser: /./,
    });
    await live().create(deployment(SHOP, "front-end"), frontEndService(), controller(), ingress());
    await live().deploymentAvailable(SHOP, "front-end");
    await live().deploymentAvailable("nginx-ingress", "nginx-ingress-controller");
    const direct = await podOf(live(), SHOP, "front-end");
    const through = await podOf(live(), "nginx-ingress", "nginx-ingress");
    const shop = await serve(playShop());
    const same = await serve(playShop());
    await live().portForward(SHOP, direct, 8079, shop.port);
    await live().portForward("nginx-ingress", through, 80, same.port);
    await passes(
      "ingress-same-shop",
      stack(),
      /^4 pages are the same at the controller nginx-ingress\//,
    );

    const other = await serve(
      playShop((path, body) =>
        path === "/css/style.blue.css" ? "a {}\n" : body.replace("page /category", "page /"),
      ),
    );
    await live().portForward("nginx-ingress", through, 80, other.port);
    await fails("ingress-same-shop", stack(), {
      seen: /\/category\.html lacks 1 lines that are always there, such as: <p>page \/category\.html<\/p>; \/css\/style\.blue\.css has another content/,
      likelyCause: /leads elsewhere/,
      lookCloser: /kubectl port-forward/,
      waits: true,
    });
    const toTls = await serve((request, response) =>
      response.writeHead(301, { location: `https://${request.headers.host}:443/` }).end(),
    );
    await live().portForward("nginx-ingress", through, 80, toTls.port);
    await fails("ingress-same-shop", stack(), {
      seen: /^at the controller nginx-ingress\/.+: 301, 0 bytes, to https:/,
      likelyCause: /redirects http to https, and no TLS is there: .*ssl-redirect/,
      lookCloser: /./,
      waits: false,
    });
    const broken = await serve((_request, response) => response.writeHead(502).end("Bad Gateway"));
    await live().portForward("nginx-ingress", through, 80, broken.port);
    await fails("ingress-same-shop", stack(), {
      seen: /\/ answers 502, 11 bytes, instead of 200/,
      likelyCause: /does not reach front-end/,
      lookCloser: /./,
      waits: true,
    });
  });

  it("ingress-same-shop, at the Ingress's address", async () => {
    await live().node("n1");
    await live().namespace(SHOP);
    await live().create(deployment(SHOP, "front-end"), frontEndService(), ingress());
    await live().deploymentAvailable(SHOP, "front-end");
    const shop = await serve(playShop());
    await live().portForward(SHOP, await podOf(live(), SHOP, "front-end"), 8079, shop.port);
    await live().api.patch(
      ingress(),
      { status: { loadBalancer: { ingress: [{ ip: "127.0.0.13" }] } } },
      "status",
    );
    await fails("ingress-same-shop", stack(), {
      seen: /127\.0\.0\.13.*: the connection was refused/,
      likelyCause: /some minutes/,
      lookCloser: /kubectl get ingress/,
      waits: true,
    });
    const toTls = await serve(
      (_request, response) =>
        response.writeHead(301, { location: "https://127.0.0.13:443/" }).end("moved"),
      "127.0.0.13",
      80,
    );
    await fails("ingress-same-shop", stack(), {
      seen: /^at http:\/\/127\.0\.0\.13: 301, 5 bytes, to https:\/\/127\.0\.0\.13:443\/$/,
      likelyCause: /no TLS is there/,
      lookCloser: /./,
      waits: false,
    });
    toTls.close();
    await serve(playShop(), "127.0.0.13", 80);
    await passes("ingress-same-shop", stack(), /^4 pages are the same at http:\/\/127\.0\.0\.13$/);
  });
});
