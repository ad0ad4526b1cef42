/** Exercise 5: Jenkins's load balancer, in AWS and from here. */
import { isWithin, tooMany } from "../addresses";
import { ADDRESS_CHANGED } from "../../shared/kube-errors";
import { define, type Context } from "../check";
import { failed, failing, passed } from "../result";
import { findHost, findLoadBalancer } from "../load-balancers";
import { fetchPage } from "../page";
import { listBlocks, securityGroups, tooOpen } from "./access";
import { judgePage } from "./answer";
import { jenkinsNamespaceName, PORT, readService } from "./jenkins";
import { acceptJenkins, EXPECTED } from "./jenkins-reach";

async function balancerHost(context: Context): Promise<string | undefined> {
  return findHost((await readService(context))?.status?.loadBalancer?.ingress);
}

async function noHost(context: Context) {
  const namespace = jenkinsNamespaceName(context);
  const type = (await readService(context))?.spec?.type;
  if (type !== "LoadBalancer") {
    return failed({
      expected: "the service jenkins has a load balancer's hostname",
      seen:
        type === undefined
          ? `there is no service jenkins in ${namespace}`
          : `it is of type ${type}`,
      likelyCause: "see the check jenkins-service",
      lookCloser: `kubectl get services --namespace ${namespace}`,
    });
  }
  const isEks = context.target.eks !== undefined;
  return failed({
    expected: "the service jenkins has a load balancer's hostname",
    seen: "its EXTERNAL-IP is pending",
    likelyCause: isEks
      ? "AWS takes a minute or two; if it stays so, the service's events say why (no subnets with the tag kubernetes.io/role/elb, a quota)"
      : "nothing on this cluster answers services of type LoadBalancer: minikube tunnel, cloud-provider-kind",
    lookCloser: `kubectl describe service jenkins --namespace ${namespace}`,
    pendingReason: "the service has no hostname yet",
  });
}

export const balancerInAws = define(
  "jenkins-load-balancer",
  "the service's load balancer exists in AWS",
  [5, 2],
  async (context) => {
    const host = await balancerHost(context);
    if (host === undefined) return noHost(context);
    const found = await findLoadBalancer(context, host);
    const region = context.target.eks?.region;
    const lookCloser = `aws elbv2 describe-load-balancers --region ${region}; aws elb describe-load-balancers --region ${region}`;
    const expected = `a load balancer in ${region} with the hostname ${host}, active`;
    const fail = failing(expected, lookCloser);
    if (!found) {
      return fail(
        "AWS has none with that hostname",
        "it was deleted by hand in AWS, or the service is of another region or account",
      );
    }
    const seen = `${found.name}: ${found.kind}, ${found.scheme}, ${found.state}`;
    if (found.scheme === "internal") {
      return fail(
        seen,
        "the service is annotated as internal, or only private subnets are tagged for load balancers",
        { expected: `${expected}, internet-facing` },
      );
    }
    if (found.state !== "active") {
      return fail(
        seen,
        found.state === "provisioning" ? "AWS is still making it" : "AWS could not make it",
        {
          ...(found.state !== "failed" && { pendingReason: `the load balancer is ${found.state}` }),
        },
      );
    }
    return passed(seen);
  },
);

export const jenkinsAtBalancer = define(
  "jenkins-at-load-balancer",
  "Jenkins answers at the load balancer's hostname",
  [5, 3],
  async (context) => {
    const host = await balancerHost(context);
    if (host === undefined) return noHost(context);
    const url = `http://${host}:${PORT}/login`;
    return judgePage({
      ask: () => fetchPage(url, context.signal),
      accept: acceptJenkins,
      expected: EXPECTED,
      lookCloser: `curl --verbose ${url}`,
      url,
      otherCause: "something else than Jenkins is behind the load balancer",
      silentCause:
        "a new load balancer needs some minutes until its name is known and its targets are healthy; after that: your address is not admitted",
    });
  },
);

export const balancerClosed = define(
  "jenkins-load-balancer-access",
  "the load balancer is open to you, and not to the world",
  [5, 3],
  async (context) => {
    const namespace = jenkinsNamespaceName(context);
    const service = await readService(context);
    const meant = await context.callers();
    const expected = `open to ${meant.join(", ")} and to nobody else`;
    const lookCloser = `kubectl get service jenkins --namespace ${namespace} --output jsonpath={.spec.loadBalancerSourceRanges}`;
    const fail = failing(expected, lookCloser);
    const ranges = service?.spec?.loadBalancerSourceRanges ?? [];
    if (ranges.length === 0) {
      return fail(
        service
          ? "the service sets no loadBalancerSourceRanges: 0.0.0.0/0"
          : "there is no service jenkins",
        service
          ? "without source ranges a load balancer is open to the whole Internet"
          : "it was deleted, or the stack is not up",
      );
    }
    const groups = context.target.eks ? await balancerGroups(context) : [];
    const blocks = [
      ...ranges,
      ...groups.flatMap((group) => (group.IpPermissions ?? []).flatMap(listBlocks)),
    ];
    const seen = `open to ${[...new Set(blocks)].join(", ")}`;
    if (tooMany(blocks, meant).length > 0) {
      return fail(seen, tooOpen(blocks, meant));
    }
    const outside = meant.filter((block) => !isWithin(block, ranges));
    if (outside.length > 0) {
      return fail(seen, ADDRESS_CHANGED);
    }
    return passed(seen);
  },
);

/** The load balancer's own security groups; a Network Load Balancer may have none. */
async function balancerGroups(context: Context) {
  const host = await balancerHost(context);
  const balancer = host === undefined ? undefined : await findLoadBalancer(context, host);
  return securityGroups(context, balancer?.securityGroups ?? []);
}
