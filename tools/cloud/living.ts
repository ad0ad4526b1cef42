import { randomBytes } from "node:crypto";
import { SimulatedCloud } from "./index";
import { refuseDeletion } from "./deletions";
import { AWS_REFUSALS } from "./refusals-aws";
import { refuseInKubernetes } from "./refusals-kubernetes";
import { AWS_RULES } from "./rules-aws";
import { KUBERNETES_RULES } from "./kubernetes-rules";
import type { Rules } from "./rules";
import { afterMaking, beforeDeletion, withdraw, type Effects } from "./side-effects";
import type { CloudResource, CreateRequest, Props } from "./types";
import { CloudError, isKubernetes, T } from "./world";

/** Keeps the cloud between commands. */
export interface Keeper {
  load(): CloudResource[];
  save(resources: CloudResource[]): void;
}

/** Settings of a living cloud. */
export interface LivingOptions {
  readonly keeper: Keeper;
  /** How long interfaces stay behind what they were made for, in milliseconds. */
  readonly linger: number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/**
 * A simulated cloud in which things live: it refuses what AWS and Kubernetes refuse, does what AWS
 * does behind Pulumi's back, forgets what is deleted, and is kept between commands.
 */
export class LivingCloud extends SimulatedCloud implements Effects {
  readonly linger: number;
  readonly now: () => number;
  private readonly keeper: Keeper;

  constructor({ keeper, linger, now = Date.now }: LivingOptions) {
    super();
    this.keeper = keeper;
    this.linger = linger;
    this.now = now;
    for (const resource of keeper.load()) this.put(resource);
  }

  /** What a provider checks of a type, and cannot change in place. */
  rulesOf(type: string): Rules {
    return AWS_RULES[type] ?? KUBERNETES_RULES[type] ?? {};
  }

  /** Makes a provider known, by which requests say their region or cluster. */
  configure(urn: string, inputs: Props): void {
    const type = urn.split("::")[2]!.split("$").at(-1)!;
    this.put({ urn, type, name: urn.split("::").at(-1)!, id: "", inputs, outputs: {}, seed: urn });
  }

  /**
   * Creates a resource.
   * @throws CloudError when the cloud refuses
   */
  override create(request: CreateRequest): CloudResource {
    const seed = `${request.urn} ${randomBytes(8).toString("hex")}`;
    const place = isKubernetes(request.type) ? this.placeOf(request.provider) : undefined;
    AWS_REFUSALS[request.type]?.(request, this);
    const resource = { ...this.simulate(request, seed), place };
    if (isKubernetes(request.type)) refuseInKubernetes(resource, this);
    this.put(resource);
    afterMaking(resource, this);
    this.save();
    return resource;
  }

  /**
   * Changes a resource in place.
   * @throws CloudError when it is there no more, or the cloud refuses
   */
  update(urn: string, id: string, inputs: Props, provider: string | undefined): CloudResource {
    const before = this.byKey(urn, id);
    if (!before) throw new CloudError(`NotFound: ${id} does not exist`);
    const { seed, place } = before;
    const after = this.simulate({ ...before, inputs, provider }, seed);
    const resource = { ...after, id, place, outputs: { ...after.outputs, ...moved(before) } };
    if (isKubernetes(before.type)) refuseInKubernetes(resource, this, true);
    if (before.type !== T.nodeGroup) withdraw(before, this);
    this.put(resource);
    afterMaking(resource, this);
    this.save();
    return resource;
  }

  /**
   * Deletes a resource; what is not there any more counts as deleted.
   * @throws CloudError when the cloud refuses
   */
  delete(urn: string, id: string): void {
    const resource = this.byKey(urn, id);
    if (!resource) return;
    this.expire();
    refuseDeletion(resource, this);
    beforeDeletion(resource, this);
    this.drop(resource);
    this.save();
  }

  /** Does what the cluster autoscaler does: changes how many nodes the groups have. */
  scale(desiredSize: number, clusterName?: string): CloudResource[] {
    const groups = this.ofType(T.nodeGroup).filter(
      ({ inputs }) => !clusterName || inputs["clusterName"] === clusterName,
    );
    return groups.map(({ urn, id, inputs, provider }) => {
      const scalingConfig = { ...(inputs["scalingConfig"] as Props), desiredSize };
      return this.update(urn, id, { ...inputs, scalingConfig }, provider);
    });
  }

  /** All that there is now, with what AWS made by itself; without providers. */
  override all(): CloudResource[] {
    return super.all();
  }

  /** What a person would find in the account. */
  inventory(): CloudResource[] {
    this.expire();
    return this.all().filter(({ type }) => !type.startsWith("pulumi:"));
  }

  byKey(urn: string, id: string): CloudResource | undefined {
    return this.all().find((resource) => resource.urn === urn && resource.id === id);
  }

  putHidden(type: string, id: string, inputs: Props): void {
    const urn = `${type}::${id}`;
    this.put({ urn, type, name: id, id, inputs, outputs: {}, seed: urn });
  }

  override drop(resource: CloudResource): void {
    super.drop(resource);
  }

  /** Where a Kubernetes provider points: an EKS cluster's ARN, or a kubeconfig that is not of EKS. */
  private placeOf(provider: string | undefined): string {
    const cluster = this.eksClusterOf(provider);
    if (cluster) return cluster.facts["arn"] as string;
    const kubeconfig = provider && this.byUrn(provider)?.inputs["kubeconfig"];
    if (typeof kubeconfig === "string" && kubeconfig.includes(".eks.amazonaws.com")) {
      return "arn:gone";
    }
    return `kubeconfig ${String(kubeconfig)}`;
  }

  private expire(): void {
    for (const hidden of this.ofType(T.hiddenInterface)) {
      const until = hidden.inputs["until"] as number | undefined;
      if (until !== undefined && until <= this.now()) this.drop(hidden);
    }
  }

  private save(): void {
    this.keeper.save(this.inventory());
  }
}

/** Properties that move with every update. */
function moved({ type, outputs }: CloudResource): Props {
  if (type !== T.template) return {};
  const version = (outputs["latestVersion"] as number) + 1;
  return { latestVersion: version };
}
