/** Exercises 3 to 5: Jenkins is reached as the type of its service has it, and by you only. */
import { isWithin, leftOutside, tooMany } from "../addresses";
import { define, failed, passed, type Context } from "../check";
import { hostOf, loadBalancerOf } from "../load-balancers";
import { describePage, fetchPage, jenkinsVersion, NoAnswer, type Page } from "../page";
import { stateOf } from "../pods";
import { fetchThrough, type PodPort } from "../port-forward";
import { blocksOf, securityGroups, tooOpen } from "./access";
import { namespaceOf, PORT, readPod, readService } from "./jenkins";
import { askNodes, SOON } from "./shop";

const EXPECTED = "Jenkins: an answer with the header X-Jenkins";

function acceptJenkins(page: Page): string | undefined {
  const version = jenkinsVersion(page);
  return version === undefined ? undefined : `Jenkins ${version} (${page.status})`;
}

async function readyPod(context: Context): Promise<PodPort | undefined> {
  const pod = await readPod(context);
  if (!pod || !stateOf(pod).isReady) return undefined;
  return { namespace: namespaceOf(context), pod: "jenkins", port: PORT };
}

export const jenkinsForwarded = define(
  "jenkins-port-forward",
  "Jenkins answers through a port-forward",
  [3, 4],
  async (context) => {
    const namespace = namespaceOf(context);
    const lookCloser = `kubectl port-forward --namespace ${namespace} pod/jenkins 8080:8080, and open http://localhost:8080; kubectl logs jenkins --namespace ${namespace}`;
    const to = await readyPod(context);
    if (!to) {
      return failed({
        expected: EXPECTED,
        seen: "the pod jenkins is not ready",
        likelyCause: "see the check jenkins-ready",
        lookCloser,
        waitFor: "the pod jenkins is not ready",
      });
    }
    try {
      const [page] = await fetchThrough(context.kube, to, ["/login"], context.signal);
      const said = acceptJenkins(page!);
      if (said !== undefined) return passed(said);
      return failed({
        expected: EXPECTED,
        seen: describePage(page!),
        likelyCause: "something else than Jenkins listens at that port of the pod",
        lookCloser,
        ...(page!.status >= 500 && { waitFor: `it answers ${page!.status}`, patience: SOON }),
      });
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      return failed({
        expected: EXPECTED,
        seen: error.message,
        likelyCause: "Jenkins does not listen yet: its first start takes minutes on a small node",
        lookCloser,
        waitFor: "Jenkins does not answer yet",
        patience: SOON,
      });
    }
  },
);

export const jenkinsOnNodes = define(
  "jenkins-node-port",
  "Jenkins answers at NODE:nodePort, without port-forward",
  [4, 3],
  (context) =>
    askNodes(context, context.target.settings.jenkins?.nodePort ?? 32000, {
      expected: EXPECTED,
      accept: acceptJenkins,
      pods: () => readyPod(context),
    }),
);

export const nodePortClosed = define(
  "jenkins-node-port-access",
  "the nodes' security group admits you to the node port, and nobody else",
  [4, 3],
  async (context) => {
    const port = context.target.settings.jenkins?.nodePort ?? 32000;
    const meant = await context.callers();
    const data = (await context.eks.launchTemplate())?.LaunchTemplateData;
    const fromInterfaces = (data?.NetworkInterfaces ?? []).flatMap((each) => each.Groups ?? []);
    const ids = [...(data?.SecurityGroupIds ?? []), ...fromInterfaces];
    // Without any of its own, a template's nodes have the group that EKS made.
    const own = (await context.eks.cluster()).resourcesVpcConfig?.clusterSecurityGroupId;
    const groups = await securityGroups(context, ids.length > 0 ? ids : own ? [own] : []);
    const blocks = groups
      .flatMap((group) => group.IpPermissions ?? [])
      .filter((rule) => {
        if (rule.IpProtocol === "-1") return true;
        return (
          rule.IpProtocol === "tcp" &&
          (rule.FromPort ?? 0) <= port &&
          port <= (rule.ToPort ?? 65535)
        );
      })
      .flatMap(blocksOf);
    const named = groups.map((group) => group.GroupId).join(" ");
    const expected = `port ${port} of the nodes open to ${meant.join(", ")} and to nobody else`;
    const seen = `${named || "no groups"}: open to ${blocks.join(", ") || "nobody"}`;
    const lookCloser = `aws ec2 describe-security-groups --region ${context.target.eks?.region} --group-ids ${named}`;
    if (tooMany(blocks, meant).length > 0) {
      return failed({ expected, seen, likelyCause: tooOpen(blocks, meant), lookCloser });
    }
    if (leftOutside(blocks, meant).length > 0) {
      return failed({
        expected,
        seen,
        likelyCause: "your address has changed since (run pulumi up again), or the rule is missing",
        lookCloser,
      });
    }
    return passed(seen);
  },
);

async function balancerHost(context: Context): Promise<string | undefined> {
  return hostOf((await readService(context))?.status?.loadBalancer?.ingress);
}

function noHost(context: Context) {
  const namespace = namespaceOf(context);
  const isEks = context.target.eks !== undefined;
  return failed({
    expected: "the service jenkins has a load balancer's hostname",
    seen: "its EXTERNAL-IP is pending",
    likelyCause: isEks
      ? "AWS takes a minute or two; if it stays so, the service's events say why (no subnets with the tag kubernetes.io/role/elb, a quota)"
      : "nothing on this cluster answers services of type LoadBalancer: minikube tunnel, cloud-provider-kind",
    lookCloser: `kubectl describe service jenkins --namespace ${namespace}`,
    waitFor: "the service has no hostname yet",
  });
}

export const balancerInAws = define(
  "jenkins-load-balancer",
  "the service's load balancer exists in AWS",
  [5, 2],
  async (context) => {
    const host = await balancerHost(context);
    if (host === undefined) return noHost(context);
    const found = await loadBalancerOf(context, host);
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
        ...(found.state !== "failed" && { waitFor: `the load balancer is ${found.state}` }),
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
        ...(page.status >= 500 && { waitFor: `it answers ${page.status}` }),
      });
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      return failed({
        expected: EXPECTED,
        seen: error.message,
        likelyCause:
          "a new load balancer needs some minutes until its name is known and its targets are healthy; after that: your address is not admitted",
        lookCloser,
        waitFor: error.why,
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
      ...groups.flatMap((group) => (group.IpPermissions ?? []).flatMap(blocksOf)),
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
  const balancer = host === undefined ? undefined : await loadBalancerOf(context, host);
  return securityGroups(context, balancer?.securityGroups ?? []);
}
