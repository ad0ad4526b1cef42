import { randomBytes } from "node:crypto";
import ipaddr from "ipaddr.js";
import { SimulatedCloud } from "./index";
import { refuseDesiredCapacity, type Scaling } from "./aws/node-group";
import { endUnneededNodes, runNodes, type Rebalancing } from "./aws/nodes";
import { releaseOwned } from "./owned";
import { CloudError, clusterAt, isKubernetes, nameInUrn, requireOrRefuse } from "./queries";
import { T, typeInUrn } from "./queries";
import { findModel, modelOf } from "./registry";
import type { Rules } from "./rules";
import type { CloudResource, CreateRequest, Effects, EksCluster, Props } from "./types";

/** Keeps the cloud between commands. */
export interface CloudStore {
  load(): CloudResource[];
  save(resources: CloudResource[]): void;
}

/** Settings of a stateful cloud. */
export interface StatefulOptions {
  readonly store: CloudStore;
  /** How long network interfaces outlive what they were made for, in milliseconds. */
  readonly eniDelayMs: number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** The caller's IPv4 address: an endpoint admits the callers that its cluster names. @default admitted */
  readonly address?: string;
}

/** What a resource that exists is found by. */
export interface Reference {
  readonly urn: string;
  readonly id: string;
  /** URN of the provider that asks; undefined finds the resource wherever it is. */
  readonly provider?: string;
}

/** The place of what is in an EKS cluster that is gone. */
const GONE = "arn:gone";

/**
 * A simulated cloud that is kept between commands: it refuses what AWS and Kubernetes refuse, does
 * what AWS does by itself, and forgets what is deleted. As in AWS, a resource is known by its type and
 * id (and its cluster), not by the URN that a stack has for it.
 */
export class StatefulCloud extends SimulatedCloud implements Effects {
  readonly eniDelayMs: number;
  readonly now: () => number;
  /** The cluster whose endpoint has not admitted the caller, if one has not. */
  closedCluster: CloudResource | undefined;
  private readonly store: CloudStore;
  private readonly address: string | undefined;

  constructor({ store, eniDelayMs, now = Date.now, address }: StatefulOptions) {
    super();
    this.store = store;
    this.address = address;
    this.eniDelayMs = eniDelayMs;
    this.now = now;
    for (const resource of store.load()) this.put(resource);
  }

  /** What a provider checks of a type, and cannot change in place. */
  rulesOf(type: string): Rules {
    return findModel(type) ?? {};
  }

  /** Makes a provider known, by which requests say their region or cluster. */
  configure(urn: string, inputs: Props): void {
    const type = typeInUrn(urn);
    this.put({ urn, type, name: nameInUrn(urn), id: "", inputs, outputs: {}, seed: urn });
  }

  /**
   * Creates a resource.
   * @throws CloudError when the cloud refuses
   */
  override create(request: CreateRequest): CloudResource {
    const seed = `${request.urn} ${randomBytes(8).toString("hex")}`;
    const model = modelOf(request.type);
    const place = this.placeFor(request);
    this.requireReachable(place);
    model.refuseCreate?.(request, this);
    const resource = { ...this.simulate(request, seed), place };
    model.refusePlaced?.(resource, this);
    this.put(resource);
    model.afterChange?.(resource, this);
    this.save();
    return resource;
  }

  /**
   * Changes a resource in place.
   * @throws CloudError when it is there no more, or the cloud refuses
   */
  update(urn: string, id: string, inputs: Props, provider: string | undefined): CloudResource {
    const before = this.lookUp({ urn, id, provider });
    requireOrRefuse(before, `NotFound: ${id} does not exist`);
    const model = modelOf(before.type);
    const { seed, place } = before;
    const after = this.simulate({ ...before, inputs, provider }, seed);
    const outputs = { ...after.outputs, ...model.updateOutputs?.(before) };
    const resource = { ...after, id, place, outputs };
    model.refuseUpdate?.({ before, after: resource }, this);
    if (!model.keepsOwned) releaseOwned(before, this);
    this.put(resource);
    model.afterChange?.(resource, this);
    this.save();
    return resource;
  }

  /**
   * Deletes a resource; what is not there any more counts as deleted.
   * @param leaks leaves behind what AWS is known to leave at times
   * @throws CloudError when the cloud refuses
   */
  delete(urn: string, id: string, provider?: string, leaks = false): void {
    const resource = this.lookUp({ urn, id, provider });
    if (!resource) return;
    this.expire();
    const model = modelOf(resource.type);
    this.requireReachable(resource.place);
    model.refuseDelete?.(resource, this);
    this.drop(resource);
    if (leaks) model.leak?.(resource, this);
    model.afterDelete?.(resource, this);
    this.save();
  }

  /**
   * Changes the number of nodes, as the cluster autoscaler does.
   * @returns the node groups, with what they do about their zones; none if there is no such cluster
   * @throws CloudError for a number outside the limits of a group
   */
  scale(
    desiredSize: number,
    clusterName?: string,
  ): { id: string; rebalancing: Rebalancing | undefined }[] {
    const groups = this.ofType(T.nodeGroup).filter(
      ({ inputs }) => !clusterName || inputs["clusterName"] === clusterName,
    );
    for (const { inputs } of groups) {
      refuseDesiredCapacity(desiredSize, inputs["scalingConfig"] as Scaling);
    }
    const scaled = groups.map((before) => {
      const scalingConfig = { ...(before.inputs["scalingConfig"] as Props), desiredSize };
      const inputs = { ...before.inputs, scalingConfig };
      const group = { ...before, inputs, outputs: { ...before.outputs, scalingConfig } };
      this.put(group);
      const rebalancing = endUnneededNodes(group, this);
      runNodes(group, this);
      return { id: group.id, rebalancing };
    });
    this.save();
    return scaled;
  }

  /** All that there is now, with what AWS made by itself, and with providers. */
  override all(): CloudResource[] {
    return super.all();
  }

  /** What a person would find in the account. */
  inventory(): CloudResource[] {
    this.expire();
    return this.all().filter(({ type }) => !type.startsWith("pulumi:"));
  }

  /**
   * The resource of a type and id: in the provider's cluster, if the type is Kubernetes'.
   * @throws CloudError if that cluster is gone
   */
  lookUp({ urn, id, provider }: Reference): CloudResource | undefined {
    const type = typeInUrn(urn);
    const found = this.ofType(type).filter((resource) => resource.id === id);
    if (!isKubernetes(type) || provider === undefined) {
      return found.find((resource) => resource.urn === urn) ?? found[0];
    }
    const place = this.placeOf(provider);
    this.requireReachable(place);
    return found.find((resource) => resource.place === place);
  }

  putHidden(type: string, id: string, inputs: Props, outputs: Props = {}): void {
    const urn = `${type}::${id}`;
    this.put({ urn, type, name: id, id, inputs, outputs, seed: urn });
  }

  override drop(resource: CloudResource): void {
    super.drop(resource);
  }

  /** Not the URN: `stack rename` and `state move` change that, and the cloud does not know of it. */
  protected override identify({ type, id, urn, place }: CloudResource): string {
    return type.startsWith("pulumi:") ? urn : `${type} ${place ?? ""} ${id}`;
  }

  private placeFor({ type, provider }: CreateRequest): string | undefined {
    return isKubernetes(type) ? this.placeOf(provider) : undefined;
  }

  /** Where a Kubernetes provider points: an EKS cluster's ARN, or another kubeconfig. */
  private placeOf(provider: string | undefined): string {
    const cluster = this.eksClusterOf(provider);
    if (cluster) return cluster.facts["arn"] as string;
    const kubeconfig = provider && this.byUrn(provider)?.inputs["kubeconfig"];
    const isOnEks = typeof kubeconfig === "string" && kubeconfig.includes(".eks.amazonaws.com");
    return isOnEks ? GONE : `kubeconfig ${String(kubeconfig)}`;
  }

  private requireReachable(place: string | undefined): void {
    if (!place?.startsWith("arn:")) return;
    const cluster = clusterAt(this, place);
    if (cluster && this.isAdmitted(cluster)) return;
    this.closedCluster = cluster?.resource;
    throw new UnreachableError();
  }

  private isAdmitted({ facts }: EksCluster): boolean {
    const { publicAccessCidrs } = facts["vpcConfig"] as { publicAccessCidrs?: string[] };
    if (this.address === undefined || publicAccessCidrs === undefined) return true;
    const address = ipaddr.IPv4.parse(this.address);
    return publicAccessCidrs.some((block) => address.match(ipaddr.IPv4.parseCIDR(block)));
  }

  private expire(): void {
    for (const hidden of this.ofType(T.hiddenInterface)) {
      const until = hidden.inputs["until"] as number | undefined;
      if (until !== undefined && until <= this.now()) this.drop(hidden);
    }
  }

  private save(): void {
    this.store.save(this.inventory());
  }
}

/** The cluster that a Kubernetes provider talks to is gone, or does not admit the caller. */
export class UnreachableError extends CloudError {
  constructor() {
    super(
      "configured Kubernetes cluster is unreachable: unable to load schema information from the API server: no such host",
    );
  }
}
