/** What all objects of Kubernetes have in common. */
import { autoName, hex } from "../ids";
import type { ResourceModel } from "../model";
import { inPlace, metadataOf, requireOrRefuse, T } from "../queries";
import type { Failure } from "../rules";
import type { CloudResource, CloudView, Handler, Props } from "../types";
import { Field } from "./field";
import { metadata } from "./names";

/** Where the rules of the objects are held against a real API server. */
export const OBSERVED_SERVER = "tests/real/kubernetes/simulation.test.ts, Kubernetes 1.36";
/** The source of Pulumi's provider for Kubernetes. */
export const PROVIDER_SOURCE = "pulumi-kubernetes: provider/pkg/provider";

/** Namespaces that every cluster has. */
const OWN_NAMESPACES = ["default", "kube-system", "kube-public", "kube-node-lease"];

/** Makes an object's name and uid. */
export const simulateObject: Handler = ({ seed, name, inputs }) => {
  const given = metadataOf(inputs);
  const objectName = given.name ?? autoName(name, seed);
  const id = given.namespace ? `${given.namespace}/${objectName}` : objectName;
  return { id, outputs: { metadata: { ...given, name: objectName, uid: hex(seed, 32) } } };
};

/** What a model of an object says besides what all objects have. */
export interface ObjectModel extends Partial<ResourceModel> {
  readonly type: string;
  /** The kind as the API server names it: with its group, if it has one. */
  readonly plural: string;
  readonly nameRule: (field: Field) => Failure[];
  /** Paths besides name and namespace that make a new object when they change. */
  readonly fixed?: readonly string[];
  readonly failures: (object: Field) => Failure[];
  /** What the cluster refuses because of what else is in it. */
  refuse?(object: CloudResource, view: CloudView): void;
}

/** Completes a model by what all objects have. */
export function objectModel(given: ObjectModel): ResourceModel {
  const { plural, nameRule, fixed = [], failures, ...model } = given;
  const refuseAll = (object: CloudResource, view: CloudView, isUpdate: boolean): void => {
    requireNamespace(object, view);
    requireFreeName(object, view, plural, isUpdate);
    given.refuse?.(object, view);
  };
  return {
    ...model,
    sources: {
      schema: `${OBSERVED_SERVER}; ${PROVIDER_SOURCE}/diff.go; tests/real/differential`,
      create: OBSERVED_SERVER,
      update: OBSERVED_SERVER,
      ...model.sources,
    },
    immutable: ["metadata.name", "metadata.namespace", ...fixed],
    deleteFirst: hasSameName,
    check: (inputs: Props) => {
      const field = Field.of(inputs);
      return [...metadata(field, nameRule), ...failures(field)];
    },
    simulate: model.simulate ?? simulateObject,
    refusePlaced: (object, view) => refuseAll(object, view, false),
    refuseUpdate: ({ after }, view) => refuseAll(after, view, true),
  };
}

/** Pulumi's provider deletes first if the new object has the name of the old one: its Diff. */
function hasSameName(before: Props, after: Props): boolean {
  const [old, next] = [metadataOf(before), metadataOf(after)];
  const isSame = old.name === next.name;
  return next.name !== undefined && isSame && (old.namespace ?? "") === (next.namespace ?? "");
}

/** Refuses what is in a namespace that is not there. */
export function requireNamespace({ type, inputs, place }: CloudResource, view: CloudView): void {
  const namespace = type === T.release ? inputs["namespace"] : metadataOf(inputs).namespace;
  if (type === T.namespace || typeof namespace !== "string") return;
  if (OWN_NAMESPACES.includes(namespace) || inputs["createNamespace"] === true) return;
  const isThere = inPlace(view, T.namespace, place).some(({ id }) => id === namespace);
  requireOrRefuse(isThere, `namespaces "${namespace}" not found`);
}

/** Another object of the same kind and name in the same place; an update finds itself. */
export function findOther(
  resource: CloudResource,
  view: CloudView,
  isUpdate: boolean,
): CloudResource | undefined {
  return inPlace(view, resource.type, resource.place).find(
    ({ id, urn }) => id === resource.id && !(isUpdate && urn === resource.urn),
  );
}

/**
 * What is there already is not taken over, whoever made it: Pulumi's provider creates by POST since
 * its release 4.29, and fails as the API server does.
 */
function requireFreeName(
  object: CloudResource,
  view: CloudView,
  plural: string,
  isUpdate: boolean,
): void {
  const name = metadataOf(object.inputs).name ?? object.id;
  const isClusters = !isUpdate && object.type === T.namespace && OWN_NAMESPACES.includes(name);
  const isFree = !isClusters && !findOther(object, view, isUpdate);
  requireOrRefuse(isFree, `${plural} "${name}" already exists`);
}
