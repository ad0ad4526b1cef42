/** Exercise 5: Jenkins's load balancer, in AWS and from here. */
import { isWithin, tooMany } from "../addresses";
import { define, type Context } from "../check";
import { failed, passed } from "../result";
import { findHost, findLoadBalancer } from "../load-balancers";
import { describePage, fetchPage, NoAnswer } from "../page";
import { listBlocks, securityGroups, tooOpen } from "./access";
import { namespaceOf, PORT, readService } from "./jenkins";
import { acceptJenkins, EXPECTED } from "./jenkins-reach";

async function balancerHost(context: Context): Promise<string | undefined> {
  return findHost((await readService(context))?.status?.loadBalancer?.ingress);
}

async function noHost(context: Context) {
  const namespace = namespaceOf(context);
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
    if (!found) {
      return failed({
        expected,
        seen: "AWS has none with that hostname",
        likelyCause:
          "it was deleted by hand in AWS, or the service is of another region or account",
        lookCloser,
      });
    }
    const seen = `${found.name}: ${found.kind}, ${found.scheme}, ${found.state}`;
    if (found.scheme === "internal") {
      return failed({
        expected: `${expected}, internet-facing`,
        seen,
        likelyCause:
          "the service is annotated as internal, or only private subnets are tagged for load balancers",
        lookCloser,
      });
    }
    if (found.state !== "active") {
      return failed({
        expected,
        seen,
        likelyCause:
          found.state === "provisioning" ? "AWS is still making it" : "AWS could not make it",
        lookCloser,
        ...(found.state !== "failed" && { pendingReason: `the load balancer is ${found.state}` }),
      });
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
    const lookCloser = `curl --verbose ${url}`;
    try {
      const page = await fetchPage(url, context.signal);
      const said = acceptJenkins(page);
      if (said !== undefined) return passed(`${url} answers: ${said}`);
      return failed({
        expected: EXPECTED,
        seen: `${url} answers: ${describePage(page)}`,
        likelyCause: "something else than Jenkins is behind the load balancer",
        lookCloser,
        ...(page.status >= 500 && { pendingReason: `it answers ${page.status}` }),
      });
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      return failed({
        expected: EXPECTED,
        seen: error.message,
        likelyCause:
          "a new load balancer needs some minutes until its name is known and its targets are healthy; after that: your address is not admitted",
        lookCloser,
        pendingReason: error.why,
      });
    }
  },
);

export const balancerClosed = define(
  "jenkins-load-balancer-access",
  "the load balancer is open to you, and not to the world",
  [5, 3],
  async (context) => {
    const namespace = namespaceOf(context);
    const service = await readService(context);
    const meant = await context.callers();
    const expected = `open to ${meant.join(", ")} and to nobody else`;
    const lookCloser = `kubectl get service jenkins --namespace ${namespace} --output jsonpath={.spec.loadBalancerSourceRanges}`;
    const ranges = service?.spec?.loadBalancerSourceRanges ?? [];
    if (ranges.length === 0) {
      return failed({
        expected,
        seen: service
          ? "the service sets no loadBalancerSourceRanges: 0.0.0.0/0"
          : "there is no service jenkins",
        likelyCause: service
          ? "without source ranges a load balancer is open to the whole Internet"
          : "it was deleted, or the stack is not up",
        lookCloser,
      });
    }
    const groups = context.target.eks ? await balancerGroups(context) : [];
    const blocks = [
      ...ranges,
      ...groups.flatMap((group) => (group.IpPermissions ?? []).flatMap(listBlocks)),
    ];
    const seen = `open to ${[...new Set(blocks)].join(", ")}`;
    if (tooMany(blocks, meant).length > 0) {
      return failed({ expected, seen, likelyCause: tooOpen(blocks, meant), lookCloser });
    }
    const outside = meant.filter((block) => !isWithin(block, ranges));
    if (outside.length > 0) {
      return failed({
        expected,
        seen,
        likelyCause: "your address has changed since you ran pulumi up: run it again",
        lookCloser,
      });
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
