/** What AWS and Kubernetes refuse to delete, because something is in it or needs it. */
import { demandReachable, hasAlbController, makesBalancer } from "./refusals-kubernetes";
import type { CloudResource, Surroundings } from "./types";
import { CloudError, demand, having, interfaces, isKubernetes, T, type Interface } from "./world";

type Deletion = (resource: CloudResource, around: Surroundings) => void;

/** Refuses with DependencyViolation; waiting helps if only lingering interfaces are in the way. */
function violated(what: string, blockers: readonly string[], inTheWay: readonly Interface[]): void {
  if (blockers.length === 0 && inTheWay.length === 0) return;
  const all = [...blockers, ...inTheWay.map(({ description }) => description)];
  const isPassing = blockers.length === 0 && inTheWay.every(({ until }) => until !== undefined);
  throw new CloudError(
    `DependencyViolation: ${what} has dependencies and cannot be deleted: ${[...new Set(all)].join("; ")}`,
    isPassing,
  );
}

const ids = (resources: readonly CloudResource[]): string[] => resources.map(({ id }) => id);

const vpc: Deletion = ({ id }, around) => {
  const types = [
    T.subnet,
    T.gateway,
    T.routeTable,
    T.securityGroup,
    T.hiddenGroup,
    T.hiddenBalancer,
  ];
  const blockers = types.flatMap((type) => ids(having(around, type, "vpcId", id)));
  const inTheWay = interfaces(around).filter(({ vpcId }) => vpcId === id);
  violated(`The vpc '${id}'`, blockers, inTheWay);
};

const subnet: Deletion = ({ id }, around) =>
  violated(
    `The subnet '${id}'`,
    [],
    interfaces(around).filter(({ subnetId }) => subnetId === id),
  );

const securityGroup: Deletion = ({ id }, around) => {
  const referring = having(around, T.rule, "referencedSecurityGroupId", id).filter(
    ({ inputs }) => inputs["securityGroupId"] !== id,
  );
  const inTheWay = interfaces(around).filter(({ groups }) => groups.includes(id));
  violated(`resource ${id}`, ids(referring), inTheWay);
};

const gateway: Deletion = ({ inputs: { vpcId } }, around) => {
  const mapped = interfaces(around).filter((nic) => nic.vpcId === vpcId && nic.isPublic);
  violated(`Network ${String(vpcId)} has some mapped public address(es): it`, [], mapped);
};

const role: Deletion = ({ id }, around) => {
  demand(
    having(around, T.attachment, "role", id).length === 0,
    "DeleteConflict: Cannot delete entity, must detach all policies first.",
  );
  demand(
    having(around, T.rolePolicy, "role", id).length === 0,
    "DeleteConflict: Cannot delete entity, must delete policies first.",
  );
};

/** What AWS refuses to delete, by type. */
const DELETIONS: Readonly<Record<string, Deletion>> = {
  [T.vpc]: vpc,
  [T.subnet]: subnet,
  [T.securityGroup]: securityGroup,
  [T.gateway]: gateway,
  [T.role]: role,
  [T.routeTable]: ({ id }, around) =>
    violated(`The routeTable '${id}'`, ids(having(around, T.association, "routeTableId", id)), []),
  [T.cluster]: ({ id }, around) =>
    demand(
      having(around, T.nodeGroup, "clusterName", id).length === 0,
      "ResourceInUseException: Cluster has nodegroups attached",
    ),
};

/**
 * Refuses to delete what cannot be deleted now.
 * @throws CloudError in the words of the cloud
 */
export function refuseDeletion(resource: CloudResource, around: Surroundings): void {
  DELETIONS[resource.type]?.(resource, around);
  if (!isKubernetes(resource.type)) return;
  demandReachable(around, resource.place);
  const isStuck =
    resource.type === T.ingress &&
    makesBalancer(resource) &&
    !hasAlbController(around, resource.place);
  demand(
    !isStuck,
    `timed out waiting for ${resource.id} to be deleted: its finalizer ingress.k8s.aws/resources is for a controller that is gone`,
  );
}
