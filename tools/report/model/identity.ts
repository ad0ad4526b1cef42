/** Draws IAM: the roles, who assumes each, and what they may do to the nodes. */
import { parseDocument, policyName, scalingWrites } from "../../../policies/analyser";
import { Principals, type PrincipalView } from "../../../policies/resources";
import { policyRecords } from "../../rehearse/findings";
import type { DiagramBuilder } from "./builder";
import { CONTROL_PLANE, MACHINES, NODES_GROUP, podsThatReachMetadata } from "./cluster";
import { at, count, textAt, type Recordings } from "./recordings";
import { releaseId } from "./workloads";

const GROUP = "group:iam";
const SUBJECT = "system:serviceaccount:";

/** A role, and what it is drawn with. */
interface Drawing {
  readonly view: PrincipalView;
  readonly record: NonNullable<PrincipalView["record"]>;
  readonly role: string;
  readonly foreign: ReadonlySet<string>;
  readonly recordings: Recordings;
  readonly builder: DiagramBuilder;
}

/** Draws the recorded roles, and the roles that something recorded adds to. */
export function drawIdentity(recordings: Recordings, builder: DiagramBuilder): void {
  const principals = new Principals(policyRecords([...recordings.own, ...recordings.foreign]));
  const foreign = new Set(recordings.foreign.map(({ urn }) => urn));
  for (const view of principals.views.values()) {
    const { kind, record } = view;
    if (kind !== "role" || !record) continue;
    const drawing = { view, record, role: `role:${record.name}`, foreign, recordings, builder };
    drawRole(drawing);
    drawTrust(drawing);
    drawRights(drawing);
  }
}

function drawRole({ view, record, role, foreign, builder }: Drawing): void {
  const attached = view.attachments.map(({ arn, carrier }) => ({ name: policyName(arn), carrier }));
  const inline = view.policies.map(({ document, carrier }) => ({
    name: `${carrier.name}: ${count(allowedActions(document).length, "action")}`,
    carrier,
  }));
  const policies = [...attached, ...inline];
  builder.node("role", role, record.name, {
    details: policies.map(({ name }) => name),
    group: builder.group("iam", GROUP, "IAM"),
    isForeign: foreign.has(record.urn),
    urns: [record.urn, ...policies.map(({ carrier }) => carrier.urn)],
  });
}

/** The actions that a document allows, as they are written. */
export function allowedActions(document: unknown): string[] {
  const { statements } = parseDocument(document, "identity");
  return statements.filter(({ effect }) => effect === "Allow").flatMap(({ actions }) => actions);
}

/** The service accounts that a role's trust policy names, as `namespace/name`. */
export function trustedAccounts(trust: unknown): string[] {
  return parseDocument(trust, "trust")
    .statements.filter(({ principals }) => principals.some(({ type }) => type === "Federated"))
    .flatMap(({ conditions }) => conditions)
    .filter(({ key }) => key.endsWith(":sub"))
    .flatMap(({ values }) => values)
    .map((subject) => subject.replace(SUBJECT, "").replace(":", "/"));
}

function drawTrust(drawing: Drawing): void {
  const { view, record, role, foreign, recordings, builder } = drawing;
  const assume = (from: string, label: string) =>
    builder.edge("assumes", from, role, label, { isForeign: foreign.has(record.urn) });
  const trust = record.props["assumeRolePolicy"];
  const services = parseDocument(trust, "trust").statements.flatMap(({ principals }) =>
    principals.map(({ value }) => value),
  );
  if (services.includes("eks.amazonaws.com") && builder.has(CONTROL_PLANE)) {
    assume(CONTROL_PLANE, "as EKS");
  }
  if (services.includes("ec2.amazonaws.com") && view.usedBy.length > 0) {
    assume(MACHINES, "as the machine");
  }
  for (const account of trustedAccounts(trust)) assume(workloadOf(account, drawing), "IRSA");
  const type = "aws:eks/podIdentityAssociation:PodIdentityAssociation";
  for (const { resource } of recordings.of(type)) {
    if (resource.inputs["roleArn"] !== record.props["arn"]) continue;
    const { namespace, serviceAccount } = resource.inputs;
    assume(workloadOf(`${String(namespace)}/${String(serviceAccount)}`, drawing), "Pod Identity");
  }
}

/** What runs as a service account: an add-on, a release, or the account as a node of its own. */
function workloadOf(account: string, { record, recordings, builder }: Drawing): string {
  const addOn = recordings
    .of("aws:eks/addon:Addon")
    .find(({ resource }) => resource.inputs["serviceAccountRoleArn"] === record.props["arn"]);
  if (addOn) return `add-on:${textAt(addOn.resource.inputs, "addonName")}`;
  const releases = recordings.of("kubernetes:helm.sh/v3:Release");
  const release = releases.find(({ resource: { inputs } }) => {
    const name =
      textAt(inputs, "values", "rbac", "serviceAccount", "name") ||
      textAt(inputs, "values", "serviceAccount", "name");
    return `${textAt(inputs, "namespace")}/${name}` === account;
  });
  if (release) return releaseId(release.resource.inputs);
  const options = { group: NODES_GROUP };
  return builder.node("serviceAccount", `service-account:${account}`, account, options);
}

/** What a role may do to the nodes; for a node role, also who else has its rights. */
function drawRights({ view, role, foreign, recordings, builder }: Drawing): void {
  for (const { document, carrier } of view.policies) {
    const writes = scalingWrites(parseDocument(document, "identity").statements);
    const isForeign = foreign.has(carrier.urn);
    if (writes.length > 0) {
      const to = drawScalingGroup(isForeign, recordings, builder);
      const label = writes.map((action) => action.replace("autoscaling:", "")).join(", ");
      builder.edge("permits", role, to, label, { isForeign, urns: [carrier.urn] });
    }
    if (view.usedBy.length > 0) drawAnyPod(role, isForeign, recordings, builder);
  }
}

function drawScalingGroup(
  isForeign: boolean,
  recordings: Recordings,
  builder: DiagramBuilder,
): string {
  const [group] = recordings.of("eks:index:ManagedNodeGroup");
  const size = (key: string) => textAt(group?.resource.inputs, "scalingConfig", key);
  return builder.node("scalingGroup", "scaling-group", "The nodes' group", {
    details: group
      ? [`${size("desiredSize")} nodes; from ${size("minSize")} to ${size("maxSize")}`]
      : [],
    isForeign: group?.isForeign ?? isForeign,
    urns: group ? [group.resource.urn] : [],
  });
}

function drawAnyPod(
  role: string,
  isForeign: boolean,
  recordings: Recordings,
  builder: DiagramBuilder,
): void {
  const label = "by the metadata service";
  const from = builder.node("anyPod", "any-pod", "Any other pod on a node", {
    details: [podsThatReachMetadata(recordings)],
    group: NODES_GROUP,
    isForeign,
  });
  builder.edge("assumes", from, role, label, { isForeign });
  for (const release of recordings.of("kubernetes:helm.sh/v3:Release")) {
    const { inputs } = release.resource;
    if (at(inputs, "values", "hostNetwork") !== true) continue;
    builder.edge("assumes", releaseId(inputs), role, label, { isForeign: release.isForeign });
  }
}
