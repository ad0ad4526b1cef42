import type { ResourceModel } from "../model";
import { releaseOwned } from "../owned";
import { T } from "../queries";
import type { Failure } from "../rules";
import type { Field } from "./field";
import { dnsLabel, labelValue } from "./names";
import { objectModel } from "./object";

/** A namespace has its name as a label too. */
function namespaceFailures(namespace: Field): Failure[] {
  const { name } = (namespace.at("metadata").value ?? {}) as { name?: string };
  return name === undefined ? [] : labelValue(namespace.at("metadata").at("labels"), name);
}

export const namespace: ResourceModel = objectModel({
  type: T.namespace,
  plural: "namespaces",
  sources: {
    effects: "https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/",
  },
  nameRule: dnsLabel,
  failures: namespaceFailures,
  // What is in a namespace goes with it.
  afterDelete(resource, cloud) {
    const inside = cloud
      .all()
      .filter(({ place, id }) => place === resource.place && id.startsWith(`${resource.id}/`));
    for (const object of inside) {
      releaseOwned(object, cloud);
      cloud.drop(object);
    }
    releaseOwned(resource, cloud);
  },
});
