/**
 * Who can do what before and after IRSA. The same stack is rehearsed with the autoscaler's policy on
 * the node role and with a role of its own; the policies of both then answer the same requests.
 */
import { parseDocument, policyName, properName, scalingWrites } from "../../../policies/analyser";
import { Principals, type PrincipalView } from "../../../policies/resources";
import { policyRecords, type StackFinding } from "../../rehearse/findings";
import { podsThatReachMetadata } from "../model/cluster";
import { diagramOf, viewsOf, type Diagram, type Recording } from "../model/diagram";
import { allowedActions, trustedAccounts } from "../model/identity";
import { at, Recordings, textAt } from "../model/recordings";
import { allows, type Request } from "./decide";

/** A rehearsed stack, and the stack whose cluster it uses. */
export interface Rehearsed {
  readonly recording: Recording & { readonly findings: readonly StackFinding[] };
  readonly cluster?: Recording;
}

/** A request, who makes it, and whether it is allowed with the policy on the node role and by IRSA. */
interface Answer {
  readonly caller: string;
  readonly request: string;
  readonly before: boolean;
  readonly after: boolean;
}

/** Who holds an action. */
interface Holders {
  readonly anyPod: boolean;
  readonly workload: boolean;
}

/** An action, and who may call it on the resources that the policies name. */
interface ActionRow {
  readonly action: string;
  /** Whether it changes something. */
  readonly isWrite: boolean;
  readonly before: Holders;
  readonly after: Holders;
}

/** What the comparison shows. */
export interface Comparison {
  readonly stack: string;
  /** The service account that may assume the role of its own: `namespace/name`. */
  readonly account: string;
  readonly rows: readonly ActionRow[];
  /** The Auto Scaling group that the requests are about. */
  readonly group: string;
  readonly answers: readonly Answer[];
  /** Managed policies of the node role. They are the same in both, and not among the rows. */
  readonly managed: readonly string[];
  /** Which pods the metadata service answers. */
  readonly metadata: string;
  /** Pictures of who assumes which role. */
  readonly pictures: { readonly before: Diagram; readonly after: Diagram };
  /** The findings of the policy pack. */
  readonly findings: {
    readonly before: readonly StackFinding[];
    readonly after: readonly StackFinding[];
  };
}

type Statements = ReturnType<typeof parseDocument>["statements"];

/** The roles of a rehearsed stack. */
interface Rights {
  readonly node: PrincipalView;
  /** The role that is not the nodes', but may scale. */
  readonly own?: PrincipalView;
  readonly recordings: Recordings;
}

function rightsOf({ recording, cluster }: Rehearsed): Rights {
  const isOther = cluster && cluster.stack !== recording.stack;
  const recordings = new Recordings(recording.resources, isOther ? cluster.resources : []);
  const records = policyRecords([...recordings.own, ...recordings.foreign]);
  const views = [...new Principals(records).views.values()];
  const node = views.find(({ usedBy }) => usedBy.length > 0);
  const own = views.find(
    (view) => view.usedBy.length === 0 && scalingWrites(statementsOf(view)).length > 0,
  );
  if (!node) throw new Error(`${recording.stack} has no node group whose role could be compared`);
  return { node, recordings, ...(own && { own }) };
}

const statementsOf = (view: PrincipalView | undefined): Statements =>
  (view?.policies ?? []).flatMap(({ document }) => parseDocument(document, "identity").statements);

/** Compares the two. */
export function compare(before: Rehearsed, after: Rehearsed): Comparison {
  const [old, now] = [rightsOf(before), rightsOf(after)];
  const [account = ""] = trustedAccounts(now.own?.record?.props["assumeRolePolicy"]);
  return {
    stack: after.recording.stack,
    account,
    rows: rowsOf(old, now),
    group: groupOf(now.recordings).name,
    answers: answersOf(old, now, account),
    managed: now.node.attachments.map(({ arn }) => policyName(arn)),
    metadata: podsThatReachMetadata(now.recordings),
    pictures: { before: pictureOf(before), after: pictureOf(after) },
    findings: { before: before.recording.findings, after: after.recording.findings },
  };
}

/** The actions that any of the roles' own policies allow, and the role that allows each. */
function rowsOf(old: Rights, now: Rights): ActionRow[] {
  const [oldNode, nowNode, nowOwn] = [old.node, now.node, now.own].map(
    (view) => new Set(view?.policies.flatMap(({ document }) => allowedActions(document))),
  );
  const writes = new Set(scalingWrites(statementsOf(now.own)));
  const all = [...new Set([...oldNode!, ...nowNode!, ...nowOwn!])].sort();
  const rows = all.map((action): ActionRow => ({
    action: properName(action),
    isWrite: writes.has(properName(action)),
    before: { anyPod: oldNode!.has(action), workload: oldNode!.has(action) },
    after: { anyPod: nowNode!.has(action), workload: nowOwn!.has(action) },
  }));
  return [...rows.filter(({ isWrite }) => isWrite), ...rows.filter(({ isWrite }) => !isWrite)];
}

/** The node group's Auto Scaling group. EKS tags it with the cluster's name. */
function groupOf(recordings: Recordings): { name: string; arn: string; cluster: string } {
  const [nodes] = recordings.of("eks:index:ManagedNodeGroup");
  const facts = at(nodes?.resource.outputs, "nodeGroup");
  const name = textAt(facts, "resources", 0, "autoscalingGroups", 0, "name");
  const [, partition, , region, account] = textAt(facts, "arn").split(":");
  const prefix = `arn:${partition}:autoscaling:${region}:${account}:autoScalingGroup`;
  const arn = `${prefix}:00000000-0000-0000-0000-000000000000:autoScalingGroupName/${name}`;
  return { name, arn, cluster: textAt(facts, "clusterName") };
}

/** The requests that are asked of both, and whose group each is about. */
const REQUESTS = [
  { request: "terminate a node", action: "TerminateInstanceInAutoScalingGroup", isOwn: true },
  { request: "grow the group to its maximum", action: "SetDesiredCapacity", isOwn: true },
  {
    request: "terminate a node of another cluster",
    action: "TerminateInstanceInAutoScalingGroup",
    isOwn: false,
  },
] as const;

function answersOf(old: Rights, now: Rights, account: string): Answer[] {
  const { arn, cluster } = groupOf(now.recordings);
  const another = `${account.split("/")[0]}/default`;
  const byNode = (rights: Rights, request: Request) => allows(statementsOf(rights.node), request);
  const byToken = ({ own }: Rights, holder: string, request: Request) =>
    own !== undefined && canAssume(own, holder) && allows(statementsOf(own), request);
  return REQUESTS.flatMap(({ request, action, isOwn }): Answer[] => {
    const tagged = isOwn ? cluster : "another-cluster";
    const asked = {
      action: `autoscaling:${action}`,
      resource: arn,
      context: { [`aws:ResourceTag/k8s.io/cluster-autoscaler/${tagged}`]: "owned" },
    };
    return [
      {
        caller: "a pod with the node's credentials",
        request,
        before: byNode(old, asked),
        after: byNode(now, asked),
      },
      {
        caller: `a pod of ${another}, with its own token`,
        request,
        before: byToken(old, another, asked),
        after: byToken(now, another, asked),
      },
      {
        caller: `the pod of ${account}`,
        request,
        // Without a role of its own it takes the node's credentials.
        before: byNode(old, asked) || byToken(old, account, asked),
        after: byToken(now, account, asked),
      },
    ];
  });
}

/** Whether the token of a service account is enough to assume a role. */
function canAssume({ record }: PrincipalView, account: string): boolean {
  const { statements } = parseDocument(record?.props["assumeRolePolicy"], "trust");
  return statements.some(({ principals, conditions }) => {
    const issuer = conditions.find(({ key }) => key.endsWith(":sub"))?.key.replace(/:sub$/, "");
    const subject = `system:serviceaccount:${account.replace("/", ":")}`;
    return principals.some(({ value }) =>
      allows(statements, {
        action: "sts:AssumeRoleWithWebIdentity",
        principal: value,
        context: { [`${issuer}:sub`]: subject, [`${issuer}:aud`]: "sts.amazonaws.com" },
      }),
    );
  });
}

function pictureOf({ recording, cluster }: Rehearsed): Diagram {
  const whole = diagramOf(recording, cluster);
  return viewsOf(whole).find(({ view }) => view === "rights")?.diagram ?? whole;
}
