/** Exercises 3 to 5: Jenkins is reached as the type of its service has it, and by you only. */
import { notAdmitted, tooMany } from "../addresses";
import { ADDRESS_CHANGED } from "../../shared/kube-errors";
import { define, type Context } from "../check";
import { failed, failing, passed } from "../result";
import { jenkinsVersion, type Page } from "../page";
import { describePod } from "../pods";
import { fetchThrough, type PodPort } from "../port-forward";
import { listBlocks, securityGroups, templateGroups, tooOpen } from "./access";
import { judgePage } from "./answer";
import { jenkinsNamespaceName, PORT, readPod } from "./jenkins";
import { askNodes, SOON } from "./shop";

export const EXPECTED = "Jenkins: an answer with the header X-Jenkins";

export function acceptJenkins(page: Page): string | undefined {
  const version = jenkinsVersion(page);
  return version === undefined ? undefined : `Jenkins ${version} (${page.status})`;
}

async function readyPod(context: Context): Promise<PodPort | undefined> {
  const pod = await readPod(context);
  if (!pod || !describePod(pod).isReady) return undefined;
  return { namespace: jenkinsNamespaceName(context), pod: "jenkins", port: PORT };
}

export const jenkinsForwarded = define(
  "jenkins-port-forward",
  "Jenkins answers through a port-forward",
  [3, 4],
  async (context) => {
    const namespace = jenkinsNamespaceName(context);
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
    return judgePage({
      ask: async () => (await fetchThrough(context.kube, to, ["/login"], context.signal))[0]!,
      accept: acceptJenkins,
      expected: EXPECTED,
      lookCloser,
      otherCause: "something else than Jenkins listens at that port of the pod",
      silentCause: "Jenkins does not listen yet: its first start takes minutes on a small node",
      timeoutSeconds: SOON,
    });
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
    const ids = templateGroups(await context.eks.launchTemplate());
    // Without any of its own, a template's nodes have the group that EKS made.
    const own = (await context.eks.cluster()).resourcesVpcConfig?.clusterSecurityGroupId;
    const groups = await securityGroups(context, ids.length > 0 ? ids : own ? [own] : []);
    const blocks = groups
      .flatMap((group) => group.IpPermissions ?? [])
      .filter(
        ({ IpProtocol, FromPort = 0, ToPort = 65535 }) =>
          IpProtocol === "-1" || (IpProtocol === "tcp" && FromPort <= port && port <= ToPort),
      )
      .flatMap(listBlocks);
    const named = groups.map((group) => group.GroupId).join(" ");
    const expected = `port ${port} of the nodes open to ${meant.join(", ")} and to nobody else`;
    const seen = `${named || "no groups"}: open to ${blocks.join(", ") || "nobody"}`;
    const lookCloser = `aws ec2 describe-security-groups --region ${context.target.eks?.region} --group-ids ${named}`;
    const fail = failing(expected, lookCloser);
    if (tooMany(blocks, meant).length > 0) {
      return fail(seen, tooOpen(blocks, meant));
    }
    if (notAdmitted(blocks, meant).length > 0) {
      return fail(seen, `the rule is missing, or ${ADDRESS_CHANGED}`);
    }
    return passed(seen);
  },
);
