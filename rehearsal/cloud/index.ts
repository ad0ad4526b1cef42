import { AWS_ANSWERS, AWS_RESOURCES } from "./aws";
import { EKS_RESOURCES } from "./eks";
import { hex } from "./ids";
import { KUBERNETES_RESOURCES } from "./kubernetes";
import type { CloudResource, CreateRequest, Handler, Props, Surroundings } from "./types";

export type { CloudResource, CreateRequest, Props } from "./types";

const provider: Handler = ({ urn }) => ({ id: hex(urn, 32) });

const HANDLERS: Readonly<Record<string, Handler>> = {
  ...AWS_RESOURCES,
  ...EKS_RESOURCES,
  ...KUBERNETES_RESOURCES,
  "pulumi:providers:aws": provider,
  "pulumi:providers:kubernetes": provider,
};

/**
 * A simulation of AWS, EKS and Kubernetes: it answers with plausible ids, ARNs, addresses and
 * outputs, always the same for the same program. It knows nothing of Pulumi's runtime. What it does
 * not know it refuses, so that nothing passes for simulated that is not.
 */
export class SimulatedCloud implements Surroundings {
  private readonly resources = new Map<string, CloudResource>();

  /**
   * Creates a resource.
   * @throws Error for a type that the simulation does not have
   */
  create(request: CreateRequest): CloudResource {
    const handler = HANDLERS[request.type];
    if (!handler) throw new Error(`the simulated cloud has no ${request.type}`);
    const { id, outputs } = handler(request, this);
    const tags = this.tagsOf(request);
    const resource = { ...request, id, outputs: { ...request.inputs, ...tags, ...outputs } };
    this.resources.set(request.urn, resource);
    return resource;
  }

  /**
   * Answers a provider's function.
   * @throws Error for a function that the simulation does not have
   */
  invoke(token: string, args: Props, providerUrn?: string): Props {
    const answer = AWS_ANSWERS[token];
    if (!answer) throw new Error(`the simulated cloud has no ${token}`);
    return answer(args, this, providerUrn);
  }

  byUrn(urn: string): CloudResource | undefined {
    return this.resources.get(urn);
  }

  ofType(type: string): CloudResource[] {
    return [...this.resources.values()].filter((resource) => resource.type === type);
  }

  regionOf(providerUrn: string | undefined): string {
    const region = providerUrn && this.byUrn(providerUrn)?.inputs["region"];
    return typeof region === "string" ? region : "us-east-1";
  }

  eksClusterOf(providerUrn: string | undefined): CloudResource | undefined {
    const kubeconfig = providerUrn && this.byUrn(providerUrn)?.inputs["kubeconfig"];
    return this.ofType("eks:index:Cluster").find(
      ({ outputs }) => outputs["kubeconfigJson"] === kubeconfig,
    );
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
