/** Exercises 3 to 5: Jenkins is reached as the type of its service has it, and by you only. */
import { notAdmitted, tooMany } from "../addresses";
import { define, type Context } from "../check";
import { failed, passed } from "../result";
import { describePage, jenkinsVersion, NoAnswer, type Page } from "../page";
import { describePod } from "../pods";
import { fetchThrough, type PodPort } from "../port-forward";
import { listBlocks, securityGroups, tooOpen } from "./access";
import { namespaceOf, PORT, readPod } from "./jenkins";
import { askNodes, SOON } from "./shop";

export const EXPECTED = "Jenkins: an answer with the header X-Jenkins";

export function acceptJenkins(page: Page): string | undefined {
  const version = jenkinsVersion(page);
  return version === undefined ? undefined : `Jenkins ${version} (${page.status})`;
}

async function readyPod(context: Context): Promise<PodPort | undefined> {
  const pod = await readPod(context);
  if (!pod || !describePod(pod).isReady) return undefined;
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
      const pod = await readPod(context);
      const mayMend = pod !== undefined && describePod(pod).mayMend;
      return failed({
        expected: EXPECTED,
        seen: pod ? "the pod jenkins is not ready" : `there is no pod jenkins in ${namespace}`,
        likelyCause: "see the checks jenkins-pod and jenkins-ready",
        lookCloser,
        ...(mayMend && { pendingReason: "the pod jenkins is not ready" }),
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
        ...(page!.status >= 500 && {
          pendingReason: `it answers ${page!.status}`,
          timeoutSeconds: SOON,
        }),
      });
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      return failed({
        expected: EXPECTED,
        seen: error.message,
        likelyCause: "Jenkins does not listen yet: its first start takes minutes on a small node",
        lookCloser,
        pendingReason: "Jenkins does not answer yet",
        timeoutSeconds: SOON,
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
      .flatMap(listBlocks);
    const named = groups.map((group) => group.GroupId).join(" ");
    const expected = `port ${port} of the nodes open to ${meant.join(", ")} and to nobody else`;
    const seen = `${named || "no groups"}: open to ${blocks.join(", ") || "nobody"}`;
    const lookCloser = `aws ec2 describe-security-groups --region ${context.target.eks?.region} --group-ids ${named}`;
    if (tooMany(blocks, meant).length > 0) {
      return failed({ expected, seen, likelyCause: tooOpen(blocks, meant), lookCloser });
    }
    if (notAdmitted(blocks, meant).length > 0) {
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
