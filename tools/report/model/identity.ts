/** IAM: the roles, who takes each, and what the groups' rights let them do. */
import { parseDocument } from "../../../policies/analyser";
import { policyName } from "../../../policies/analyser/attachments";
import { scalingWrites } from "../../../policies/analyser/special";
import { Principals, type PrincipalView } from "../../../policies/principals";
import { policyRecords } from "../../rehearse/findings";
import { CONTROL_PLANE, MACHINES, NODES_GROUP, templateOf } from "./cluster";
import { at, textAt, type Scene } from "./scene";
import type { Sketch } from "./sketch";
import { releaseId } from "./workloads";

const GROUP = "group:iam";

/** Draws the roles that were recorded, and those that something recorded adds to. */
export function drawIdentity(scene: Scene, sketch: Sketch): void {
  const principals = new Principals(policyRecords([...scene.own, ...scene.foreign]));
  const foreign = new Set(scene.foreign.map(({ urn }) => urn));
  for (const view of principals.views.values()) {
    if (view.kind !== "role" || !view.record) continue;
    drawRole(view, foreign, scene, sketch);
  }
}

function drawRole(
  view: PrincipalView,
  foreign: ReadonlySet<string>,
  scene: Scene,
  sketch: Sketch,
): void {
  const { urn, name } = view.record!;
  const isForeign = foreign.has(urn);
  sketch.group({ id: GROUP, kind: "iam", label: "IAM", details: [], isForeign: false, urns: [] });
  const held = view.attachments.map(({ arn, carrier }) => ({ name: policyName(arn), carrier }));
  const written = view.policies.map(({ document, carrier }) => ({
    name: `${carrier.name}: ${actionsOf(document).length} actions`,
    carrier,
  }));
  const policies = [...held, ...written];
  const id = sketch.node({
    id: `role:${name}`,
    kind: "role",
    label: name,
    details: policies.map((policy) => policy.name),
    group: GROUP,
    isForeign,
    urns: [urn, ...policies.map(({ carrier }) => carrier.urn)],
  });
  drawTrust(view, id, isForeign, scene, sketch);
  drawRights(view, id, foreign, scene, sketch);
}

/** The actions that a document allows, as they are written. */
function actionsOf(document: unknown): string[] {
  const { statements } = parseDocument(document, "identity");
  return statements.filter(({ effect }) => effect === "Allow").flatMap(({ actions }) => actions);
}

function drawTrust(
  view: PrincipalView,
  role: string,
  isForeign: boolean,
  scene: Scene,
  sketch: Sketch,
): void {
  const { statements } = parseDocument(view.record!.props["assumeRolePolicy"], "trust");
  const take = (from: string, label: string) =>
    sketch.edge({ from, to: role, kind: "assumes", label, isForeign, urns: [] });
  for (const { principals, conditions } of statements) {
    for (const { type, value } of principals) {
      if (value === "eks.amazonaws.com" && sketch.has(CONTROL_PLANE)) take(CONTROL_PLANE, "as EKS");
      if (value === "ec2.amazonaws.com" && view.usedBy.length > 0) take(MACHINES, "as the machine");
      if (type === "Federated") {
        const subjects = conditions.filter(({ key }) => key.endsWith(":sub"));
        for (const subject of subjects.flatMap(({ values }) => values)) {
          const account = subject.replace("system:serviceaccount:", "").replace(":", "/");
          take(workloadOf(account, view, scene, sketch), "IRSA");
        }
      }
    }
  }
  const type = "aws:eks/podIdentityAssociation:PodIdentityAssociation";
  for (const { resource } of scene.of(type)) {
    if (resource.inputs["roleArn"] !== view.record!.props["arn"]) continue;
    const account = `${textAt(resource.inputs, "namespace")}/${textAt(resource.inputs, "serviceAccount")}`;
    take(workloadOf(account, view, scene, sketch), "EKS Pod Identity");
  }
}

/** What runs as a service account: an add-on or a release; else the account stands for itself. */
function workloadOf(account: string, view: PrincipalView, scene: Scene, sketch: Sketch): string {
  const addOn = scene
    .of("aws:eks/addon:Addon")
    .find(({ resource }) => resource.inputs["serviceAccountRoleArn"] === view.record!.props["arn"]);
  if (addOn) return `add-on:${textAt(addOn.resource.inputs, "addonName")}`;
  const release = scene.of("kubernetes:helm.sh/v3:Release").find(({ resource: { inputs } }) => {
    const name =
      textAt(inputs, "values", "rbac", "serviceAccount", "name") ||
      textAt(inputs, "values", "serviceAccount", "name");
    return `${textAt(inputs, "namespace")}/${name}` === account;
  });
  if (release) return releaseId(release.resource.inputs);
  return sketch.node({
    id: `service-account:${account}`,
    kind: "serviceAccount",
    label: account,
    details: [],
    group: NODES_GROUP,
    isForeign: false,
    urns: [],
  });
}

/** What a role may do to the nodes; and on a node role, who has it besides. */
function drawRights(
  view: PrincipalView,
  role: string,
  foreign: ReadonlySet<string>,
  scene: Scene,
  sketch: Sketch,
): void {
  for (const { document, carrier } of view.policies) {
    const writes = scalingWrites(parseDocument(document, "identity").statements);
    const isForeign = foreign.has(carrier.urn);
    if (writes.length > 0) {
      const to = drawScalingGroup(isForeign, scene, sketch);
      const label = writes.map((action) => action.replace("autoscaling:", "")).join(", ");
      sketch.edge({
        from: role,
        to,
        kind: "permits",
        label,
        isForeign,
        urns: [carrier.urn],
      });
    }
    if (view.usedBy.length > 0) drawAnyPod(role, isForeign, scene, sketch);
  }
}

function drawScalingGroup(isForeign: boolean, scene: Scene, sketch: Sketch): string {
  const [group] = scene.of("eks:index:ManagedNodeGroup");
  const size = (key: string) => textAt(group?.resource.inputs, "scalingConfig", key);
  return sketch.node({
    id: "scaling-group",
    kind: "scalingGroup",
    label: "The group behind the nodes",
    details: group
      ? [`${size("desiredSize")} nodes now; from ${size("minSize")} to ${size("maxSize")}`]
      : [],
    isForeign: group?.isForeign ?? isForeign,
    urns: group ? [group.resource.urn] : [],
  });
}

function drawAnyPod(role: string, isForeign: boolean, scene: Scene, sketch: Sketch): void {
  const label = "by the metadata service";
  const from = sketch.node({
    id: "any-pod",
    kind: "anyPod",
    label: "Any other pod on a node",
    details: [reachOfMetadata(scene)],
    group: NODES_GROUP,
    isForeign,
    urns: [],
  });
  sketch.edge({ from, to: role, kind: "assumes", label, isForeign, urns: [] });
  for (const { resource, isForeign: isTheirs } of scene.of("kubernetes:helm.sh/v3:Release")) {
    if (at(resource.inputs, "values", "hostNetwork") !== true) continue;
    const release = releaseId(resource.inputs);
    sketch.edge({ from: release, to: role, kind: "assumes", label, isForeign: isTheirs, urns: [] });
  }
}

/** Which pods the nodes' metadata service answers, by the hop limit of the launch template. */
export function reachOfMetadata(scene: Scene): string {
  const limits = scene
    .of("eks:index:ManagedNodeGroup")
    .map(({ resource }) =>
      textAt(
        templateOf(resource, scene)?.resource.inputs,
        "metadataOptions",
        "httpPutResponseHopLimit",
      ),
    );
  return limits.length > 0 && limits.every((limit) => limit === "1")
    ? "that is on the node's own network"
    : "whatever it runs";
}
