/**
 * Who can do what before and after IRSA: the same stack rehearsed with the autoscaler's policy on
 * the nodes' role and with a role of its own, and the policies of both asked the same questions.
 */
import { parseDocument } from "../../../policies/analyser";
import { policyName } from "../../../policies/analyser/attachments";
import { properName } from "../../../policies/analyser/data";
import { scalingWrites } from "../../../policies/analyser/special";
import { Principals, type PrincipalView } from "../../../policies/principals";
import { policyRecords, type StackFinding } from "../../rehearse/findings";
import { diagramOf, viewsOf, type Diagram, type Recording } from "../model/diagram";
import { reachOfMetadata } from "../model/identity";
import { at, Scene, textAt } from "../model/scene";
import { allows, type Request } from "./decide";

/** A stack as rehearsed, beside the one whose cluster it uses. */
export interface Rehearsed {
  readonly recording: Recording & { readonly findings: readonly StackFinding[] };
  readonly cluster?: Recording;
}

/** Who asks, and whether they may. */
export interface Answer {
  readonly who: string;
  readonly before: boolean;
  readonly after: boolean;
}

/** An action, and who may call it on what the policies name. */
export interface ActionRow {
  readonly action: string;
  /** Whether it changes something. */
  readonly isWrite: boolean;
  readonly before: { readonly anyPod: boolean; readonly workload: boolean };
  readonly after: { readonly anyPod: boolean; readonly workload: boolean };
}

/** What the comparison shows. */
export interface Comparison {
  readonly stack: string;
  /** The service account that the role of its own is for: `namespace/name`. */
  readonly account: string;
  readonly rows: readonly ActionRow[];
  /** A request that ends a node, and who may make it. */
  readonly request: { readonly command: string; readonly action: string; readonly group: string };
  readonly answers: readonly Answer[];
  /** Managed policies of the node role: the same in both, and left out of the rows. */
  readonly left: readonly string[];
  /** Which pods the metadata service answers. */
  readonly metadata: string;
  /** Pictures of who takes which role. */
  readonly pictures: { readonly before: Diagram; readonly after: Diagram };
  /** What the policy pack says of each. */
  readonly findings: {
    readonly before: readonly StackFinding[];
    readonly after: readonly StackFinding[];
  };
}

const SUBJECT = "system:serviceaccount:";
const TERMINATE = "autoscaling:TerminateInstanceInAutoScalingGroup";

type Statements = ReturnType<typeof parseDocument>["statements"];

/** The roles of a rehearsed stack, and its node group. */
interface Rights {
  readonly node: PrincipalView;
  readonly own?: PrincipalView;
  readonly scene: Scene;
}

function rightsOf({ recording, cluster }: Rehearsed): Rights {
  const scene = new Scene(
    recording.resources,
    cluster && cluster.stack !== recording.stack ? cluster.resources : [],
  );
  const resources = [...scene.own, ...scene.foreign];
  const views = [...new Principals(policyRecords(resources)).views.values()];
  const node = views.find(({ usedBy }) => usedBy.length > 0);
  const own = views.find(
    (view) =>
      view.usedBy.length === 0 &&
      view.policies.some(({ document }) => scalingWrites(read(document)).length > 0),
  );
  if (!node) throw new Error(`${recording.stack} has no node group whose role could be compared`);
  return { node, scene, ...(own && { own }) };
}

const read = (document: unknown): Statements => parseDocument(document, "identity").statements;
const statementsOf = (view: PrincipalView | undefined): Statements =>
  (view?.policies ?? []).flatMap(({ document }) => read(document));

/** Compares the two. */
export function compare(before: Rehearsed, after: Rehearsed): Comparison {
  const [old, now] = [rightsOf(before), rightsOf(after)];
  const subject = subjectOf(now.own);
  const { request, group } = requestOf(now.scene);
  const account = subject.replace(SUBJECT, "").replace(":", "/");
  return {
    stack: after.recording.stack,
    account,
    rows: rowsOf(old, now),
    request: {
      action: request.action,
      group,
      command:
        "aws autoscaling terminate-instance-in-auto-scaling-group \\\n" +
        "  --instance-id INSTANCE --no-should-decrement-desired-capacity",
    },
    answers: answersOf(old, now, subject, request),
    left: now.node.attachments.map(({ arn }) => policyName(arn)),
    metadata: reachOfMetadata(now.scene),
    pictures: { before: pictureOf(before), after: pictureOf(after) },
    findings: { before: before.recording.findings, after: after.recording.findings },
  };
}

/** The actions that any of the roles' own policies allow, and through which role each is to be had. */
function rowsOf(old: Rights, now: Rights): ActionRow[] {
  const actionsOf = (view: PrincipalView | undefined) =>
    new Set(
      statementsOf(view)
        .filter(({ effect }) => effect === "Allow")
        .flatMap(({ actions }) => actions),
    );
  const [oldNode, nowNode, nowOwn] = [old.node, now.node, now.own].map(actionsOf);
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

/** The service account that a role's trust names. */
function subjectOf(view: PrincipalView | undefined): string {
  const { statements } = parseDocument(view?.record?.props["assumeRolePolicy"], "trust");
  const subjects = statements
    .flatMap(({ conditions }) => conditions)
    .filter(({ key }) => key.endsWith(":sub"))
    .flatMap(({ values }) => values);
  return subjects[0] ?? "";
}

/** To end a node of the group, on which EKS has put the tags by which the autoscaler finds it. */
function requestOf(scene: Scene): { request: Request; group: string } {
  const [nodes] = scene.of("eks:index:ManagedNodeGroup");
  const facts = at(nodes?.resource.outputs, "nodeGroup");
  const group = textAt(facts, "resources", 0, "autoscalingGroups", 0, "name");
  const [, partition, , region, account] = textAt(facts, "arn").split(":");
  const arn = `arn:${partition}:autoscaling:${region}:${account}:autoScalingGroup`;
  const request = {
    action: TERMINATE,
    resource: `${arn}:00000000-0000-0000-0000-000000000000:autoScalingGroupName/${group}`,
    context: {
      "aws:ResourceTag/k8s.io/cluster-autoscaler/enabled": "true",
      [`aws:ResourceTag/k8s.io/cluster-autoscaler/${textAt(facts, "clusterName")}`]: "owned",
    },
  };
  return { request, group };
}

function answersOf(old: Rights, now: Rights, subject: string, request: Request): Answer[] {
  const byNode = (rights: Rights) => allows(statementsOf(rights.node), request);
  const byToken = (rights: Rights, holder: string) =>
    rights.own !== undefined &&
    takesRole(rights.own, holder) &&
    allows(statementsOf(rights.own), request);
  const account = subject.replace(SUBJECT, "").replace(":", "/");
  const another = `${SUBJECT}${subject.split(":").at(-2)}:default`;
  return [
    {
      who: "A pod with the node's credentials",
      before: byNode(old),
      after: byNode(now),
    },
    {
      who: `A pod of ${another.replace(SUBJECT, "").replace(":", "/")}, with its own token`,
      before: byToken(old, another),
      after: byToken(now, another),
    },
    {
      who: `A pod of ${account}`,
      // Before, it has no role of its own, and takes the node's.
      before: byNode(old) || byToken(old, subject),
      after: byToken(now, subject),
    },
  ];
}

/** Whether the holder of a service account's token may take the role. */
function takesRole({ record }: PrincipalView, holder: string): boolean {
  const { statements } = parseDocument(record?.props["assumeRolePolicy"], "trust");
  return statements.some(({ principals, conditions }) => {
    const issuer = conditions.find(({ key }) => key.endsWith(":sub"))?.key.replace(/:sub$/, "");
    return principals.some(({ value }) =>
      allows(statements, {
        action: "sts:AssumeRoleWithWebIdentity",
        principal: value,
        context: { [`${issuer}:sub`]: holder, [`${issuer}:aud`]: "sts.amazonaws.com" },
      }),
    );
  });
}

function pictureOf({ recording, cluster }: Rehearsed): Diagram {
  const whole = diagramOf(recording, cluster);
  return viewsOf(whole).find(({ view }) => view === "rights")?.diagram ?? whole;
}
