/** Properties of a resource, as plain values: secrets unwrapped, references to resources as URNs. */
export type Props = Record<string, unknown>;

/** What the cloud is asked to create. */
export interface CreateRequest {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly inputs: Props;
  /** URN of the provider that asks; undefined for resources without one. */
  readonly provider?: string;
}

/** A resource that the simulated cloud has. */
export interface CloudResource extends CreateRequest {
  readonly id: string;
  /** All its properties: what was asked for, and what the cloud added. */
  readonly outputs: Props;
  /** What its ids were made from. */
  readonly seed: string;
  /** For what is inside a cluster: the cluster's ARN. */
  readonly place?: string;
}

/** An EKS cluster, and what AWS says of it. */
export interface EksCluster {
  readonly resource: CloudResource;
  readonly facts: Props;
}

/** What a handler is asked: the seed makes ids, the same for the same seed. */
export interface HandlerRequest extends CreateRequest {
  readonly seed: string;
}

/** What a model may ask of the cloud. */
export interface CloudView {
  /** A resource by its URN. */
  byUrn(urn: string): CloudResource | undefined;
  /** A resource by its type and id. */
  find(type: string, id: unknown): CloudResource | undefined;
  /** All resources of a type. */
  ofType(type: string): CloudResource[];
  /** Region of the provider that asks. */
  regionOf(provider: string | undefined): string;
  /** The cluster that a Kubernetes provider talks to; undefined if it is not an EKS cluster. */
  eksClusterOf(provider: string | undefined): EksCluster | undefined;
}

/** What a model may do to the cloud besides making its own resource. */
export interface Effects extends CloudView {
  /** Keeps something that AWS makes by itself, and that no stack has. */
  putHidden(type: string, id: string, inputs: Props, outputs?: Props): void;
  drop(resource: CloudResource): void;
  all(): CloudResource[];
  /** Milliseconds since 1970. */
  now(): number;
  /** How long network interfaces outlive what they were made for, in milliseconds. */
  readonly eniDelayMs: number;
}

/** Makes what the cloud adds to a resource's inputs, and its id. */
export type Handler = (request: HandlerRequest, view: CloudView) => { id: string; outputs?: Props };

/** Answers a provider's function, such as which zones a region has. */
export type Answer = (args: Props, view: CloudView, provider: string | undefined) => Props;
