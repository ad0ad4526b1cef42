/** What the simulation knows of one type of resource: one object, in a file of its own. */
import type { Rules } from "./rules";
import type { CloudResource, CloudView, CreateRequest, Effects, Handler, Props } from "./types";

/** The parts of a model that state a fact: `schema` is what a provider checks, names and replaces. */
export type Aspect = "schema" | "create" | "update" | "delete" | "effects" | "latency" | "price";

/** Seconds that the real resource takes. */
export type Latency = readonly [create: number, remove: number];

/** A resource whose price is asked for. */
export interface PricedResource {
  readonly urn: string;
  readonly name: string;
  readonly type: string;
  readonly inputs: Props;
  readonly outputs: Props;
  /** Which of its inputs depend on which resources, by URN. */
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
}

/** What a price may depend on. */
export interface PriceContext {
  /** Zones in which the cluster's load balancers have an address. */
  readonly zones: number;
  readonly resources: readonly PricedResource[];
}

/** One position of an estimate; the same items of several resources are added up. */
export interface PricedItem {
  readonly item: string;
  readonly quantity: number;
  /** USD for one, for an hour. */
  readonly unitPerHour: number;
}

/** An update of a resource: as it is, and as it is to be. */
export interface Update {
  readonly before: CloudResource;
  readonly after: CloudResource;
}

/**
 * One type of resource. Each part that states a fact names the source of the fact in `sources`: a
 * documentation page, a file of the provider's source, or the test that observes a real server.
 */
export interface ResourceModel extends Rules {
  /** Pulumi's type token. */
  readonly type: string;
  readonly sources: Readonly<Partial<Record<Aspect, string>>>;
  /** Makes the id and what the cloud adds to the inputs. */
  readonly simulate: Handler;
  /** Outputs that a preview of an update cannot know. */
  readonly unknownOnUpdate?: readonly string[];
  /** Throws CloudError if the cloud refuses to create the resource. */
  refuseCreate?(request: CreateRequest, view: CloudView): void;
  /** The same, for refusals that depend on the resource as it would be: its id, ports and place. */
  refusePlaced?(resource: CloudResource, view: CloudView): void;
  /** Throws CloudError if the cloud refuses the update. */
  refuseUpdate?(update: Update, view: CloudView): void;
  /** Throws CloudError if the cloud refuses the deletion. */
  refuseDelete?(resource: CloudResource, view: CloudView): void;
  /** Outputs that an update moves on. */
  updateOutputs?(before: CloudResource): Props;
  /** What the cloud makes by itself after a creation or an update. */
  afterChange?(resource: CloudResource, cloud: Effects): void;
  /** What the cloud does by itself when the resource is gone. */
  afterDelete?(resource: CloudResource, cloud: Effects): void;
  /** What AWS is known to leave behind at times; SANDBOX_FAULTS asks for it by `leak`. */
  leak?(resource: CloudResource, cloud: Effects): void;
  /** An update keeps what the cloud made for the resource, rather than making it again. */
  readonly keepsOwned?: boolean;
  readonly latency?: Latency | ((inputs: Props) => Latency);
  readonly price?: (resource: PricedResource, context: PriceContext) => PricedItem[];
}

/** A file of the Terraform provider that @pulumi/aws 7 is made from; each was read in its release 6. */
export const awsProvider = (file: string): string =>
  `hashicorp/terraform-provider-aws: internal/service/${file}.go`;

/** The source of times that no page states. */
export const OBSERVED = "observed in us-east-1 and reported by users; order of magnitude only";
