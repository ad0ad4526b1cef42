import { FUNCTIONS } from "./functions";
import { eksClusters } from "./queries";
import { modelOf } from "./registry";
import { withDocuments } from "./rules";
import type { CloudResource, CloudView, CreateRequest, EksCluster, Props } from "./types";

export type { CloudResource, CreateRequest, Props } from "./types";

/**
 * A simulation of AWS, EKS and Kubernetes: it answers with plausible ids, ARNs, addresses and
 * outputs, always the same for the same program. It knows nothing of Pulumi's runtime. What it does
 * not know it refuses, so that nothing passes for simulated that is not.
 */
export class SimulatedCloud implements CloudView {
  private readonly resources = new Map<string, CloudResource>();
  private readonly byName = new Map<string, CloudResource>();

  /**
   * Creates a resource.
   * @throws Error for a type that the simulation does not have
   */
  create(request: CreateRequest): CloudResource {
    const resource = this.simulate(request);
    this.put(resource);
    return resource;
  }

  /**
   * Answers a provider's function.
   * @throws Error for a function that the simulation does not have
   */
  invoke(token: string, args: Props, providerUrn?: string): Props {
    const answer = FUNCTIONS[token];
    if (!answer) throw new Error(`the simulated cloud has no ${token}`);
    return answer(args, this, providerUrn);
  }

  byUrn(urn: string): CloudResource | undefined {
    return this.byName.get(urn);
  }

  find(type: string, id: unknown): CloudResource | undefined {
    return this.ofType(type).find((resource) => resource.id === id);
  }

  ofType(type: string): CloudResource[] {
    return this.all().filter((resource) => resource.type === type);
  }

  regionOf(providerUrn: string | undefined): string {
    const region = providerUrn && this.byUrn(providerUrn)?.inputs["region"];
    return typeof region === "string" ? region : "us-east-1";
  }

  eksClusterOf(providerUrn: string | undefined): EksCluster | undefined {
    const kubeconfig = providerUrn && this.byUrn(providerUrn)?.inputs["kubeconfig"];
    if (typeof kubeconfig !== "string") return undefined;
    return eksClusters(this).find(({ facts }) => kubeconfig.includes(facts["endpoint"] as string));
  }

  /** All that there is. */
  protected all(): CloudResource[] {
    return [...this.resources.values()];
  }

  /** Makes up a resource, without keeping it. */
  protected simulate(request: CreateRequest, seed = request.urn): CloudResource {
    const model = modelOf(request.type);
    const { id, outputs } = model.simulate({ ...request, seed }, this);
    const asked = withDocuments(model, request.inputs);
    return { ...request, seed, id, outputs: { ...asked, ...this.tagsOf(request), ...outputs } };
  }

  /** What tells a resource from all others. */
  protected identify({ urn, id }: CloudResource): string {
    return `${urn} ${id}`;
  }

  protected put(resource: CloudResource): void {
    this.resources.set(this.identify(resource), resource);
    this.byName.set(resource.urn, resource);
  }

  protected drop(resource: CloudResource): void {
    this.resources.delete(this.identify(resource));
    if (this.byName.get(resource.urn)?.id === resource.id) this.byName.delete(resource.urn);
  }

  /** A provider's default tags are on what it makes, beside the resource's own. */
  private tagsOf({ type, inputs, provider: urn }: CreateRequest): Props {
    const configured = urn && this.byUrn(urn)?.inputs["defaultTags"];
    // A provider's configuration is text; what is structured in it is JSON.
    if (!type.startsWith("aws:") || typeof configured !== "string") return {};
    const { tags } = JSON.parse(configured) as { tags?: Props };
    return { tagsAll: { ...tags, ...(inputs["tags"] as Props | undefined) } };
  }
}
