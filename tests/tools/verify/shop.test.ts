/** SockShop on a real API server: exercise 1. */
import { SOCK_SHOP } from "../../../components/catalog";
import { NEVER_READY, useLiveCluster, type KubernetesObject } from "../../support/cluster";
import { fails, isUnknown, onKind, passes, type Looking } from "../../support/verify/look";
import { playOther, playShop, serve, stopServing } from "../../support/verify/pages";
import { deployment, frontEndService, podOf } from "../../support/verify/workloads";

const SHOP = "sock-shop";

describe("verify: SockShop", function () {
  this.timeout(120_000);
  const live = useLiveCluster();
  afterEach(stopServing);
  const stack = (): Looking => ({ sections: onKind(live().kubeconfig, { sockShop: {} }) });

  const frontEnd = async (): Promise<string> => {
    await live().node("n1", { externalIp: "127.0.0.12" });
    await live().namespace(SHOP);
    await live().create(deployment(SHOP, "front-end"), frontEndService());
    await live().deploymentAvailable(SHOP, "front-end");
    return podOf(live(), SHOP, "front-end");
  };

  it("sock-shop-deployments", async () => {
    await fails("sock-shop-deployments", stack(), {
      expected: /^13 deployments in namespace sock-shop, each available$/,
      seen: /^0 of 13; missing: carts-db, carts, /,
      likelyCause: /the shop is not on this cluster/,
      lookCloser: /kubectl get deployments,pods --namespace sock-shop/,
    });
    for (const name of ["n1", "n2"]) await live().node(name);
    await live().namespace(SHOP);
    const names = Object.keys(SOCK_SHOP);
    const of = (name: string, change = {}): KubernetesObject => deployment(SHOP, name, change);
    await live().create(...names.slice(0, -1).map((name) => of(name)));
    await fails("sock-shop-deployments", stack(), {
      seen: /^12 of 13; missing: user-db$/,
      likelyCause: /by hand/,
      lookCloser: /./,
    });
    await live().create(of("user-db", { annotations: { [NEVER_READY]: "true" } }));
    await fails("sock-shop-deployments", stack(), {
      seen: /^12 of 13 available; not: user-db \(Running, not Ready\)$/,
      likelyCause: /still starting/,
      lookCloser: /./,
      waits: true,
    });
    await live().api.delete(of("user-db"));
    await live().create(of("user-db"));
    await passes("sock-shop-deployments", stack(), /^13 of 13 available$/);
  });

  it("sock-shop-page", async () => {
    await fails("sock-shop-page", stack(), {
      seen: /^there is no service front-end in sock-shop$/,
      likelyCause: /not on this cluster/,
      lookCloser: /--selector name=front-end/,
    });
    const pod = await frontEnd();
    const other = await serve(playOther);
    await live().portForward(SHOP, pod, 8079, other.port);
    await fails("sock-shop-page", stack(), {
      expected: /200, WeaveSocks/,
      seen: /^200, "Welcome to nginx!"$/,
      likelyCause: /something else answers/,
      lookCloser: /kubectl logs --namespace sock-shop/,
    });
    const shop = await serve(playShop());
    await live().portForward(SHOP, pod, 8079, shop.port);
    await passes("sock-shop-page", stack(), /^200, "WeaveSocks"$/);
  });

  it("sock-shop-url", async () => {
    await frontEnd();
    await isUnknown("sock-shop-url", stack(), /nodes of this cluster are not reached from here/);
    const other = await serve(playOther, "127.0.0.12", 30001);
    await fails("sock-shop-url", stack(), {
      seen: /^http:\/\/127\.0\.0\.12:30001 answers: 200, "Welcome to nginx!"$/,
      likelyCause: /another service has this node port/,
      lookCloser: /kubectl get services/,
    });
    other.close();
    await serve(playShop(), "127.0.0.12", 30001);
    await passes("sock-shop-url", stack(), /30001 answers: 200, "WeaveSocks"$/);
  });
});
