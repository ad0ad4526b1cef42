/** Records what a program registers, and has the simulated cloud answer for it. */
import * as pulumi from "@pulumi/pulumi";
import type {
  RegisterResourceOutputsRequest,
  RegisterResourceRequest,
} from "@pulumi/pulumi/proto/resource_pb";
import type { CreateRequest, Props } from "../cloud";
import type { RecordedOptions, RecordedResource, RunRequest, RunResult } from "./records";
import { MASK, UNKNOWN, plain, redact, secretNames } from "./wire";

type Callback = (error: unknown, response: unknown) => void;

/** The mock runtime's monitor, whose methods its type declarations leave untyped. */
interface Monitor {
  newUrn(parent: string, type: string, name: string): string;
  registerResource(request: RegisterResourceRequest, callback: Callback): Promise<void>;
  registerResourceOutputs(request: RegisterResourceOutputsRequest, callback: Callback): void;
}

/** What is secret though nothing in the wire format says so. */
const SECRET_OUTPUTS: Readonly<Record<string, readonly string[]>> = {
  "eks:index:Cluster": ["kubeconfig", "kubeconfigJson"],
};

const ROOT_TYPE = "pulumi:pulumi:Stack";

/** Listens between a program and Pulumi's mock runtime. */
export class Recorder {
  private readonly resources = new Map<string, RecordedResource>();
  private readonly awsProviders = new Map<string, string>();
  private readonly warnings: string[] = [];
  private current: RegisterResourceRequest | undefined;

  constructor(private readonly request: RunRequest) {}

  /** Severity 2 is a warning in Pulumi's engine protocol. */
  readonly log = (severity: number, message: string): void => {
    if (severity === 2) this.warnings.push(message);
  };

  async install(): Promise<void> {
    const { project, stack, organization, preview = false, config, secretKeys } = this.request;
    await pulumi.runtime.setMocks(
      { newResource: (args) => this.newResource(args), call: (args) => this.call(args) },
      project,
      stack,
      preview,
      organization,
    );
    pulumi.runtime.setAllConfig({ ...config }, secretKeys && [...secretKeys]);
    const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
    const register = monitor.registerResource.bind(monitor);
    const registerOutputs = monitor.registerResourceOutputs.bind(monitor);
    monitor.newUrn = (parent, type, name) => this.urn(parent, type, name);
    // The mocks are asked within the call, so that the request is theirs.
    monitor.registerResource = (request, callback) => {
      this.current = request;
      return register(request, callback);
    };
    monitor.registerResourceOutputs = (request, callback) => {
      const resource = this.resources.get(request.getUrn());
      if (resource) resource.registeredOutputs = request.getOutputs()?.toJavaScript() ?? {};
      registerOutputs(request, callback);
    };
  }

  result(): Omit<RunResult, "errors"> {
    const all = [...this.resources.values()];
    const root = all.find((resource) => resource.type === ROOT_TYPE);
    const wire = root?.registeredOutputs ?? {};
    return {
      resources: all.map((resource) =>
        resource.registeredOutputs
          ? { ...resource, registeredOutputs: redact(resource.registeredOutputs) }
          : resource,
      ),
      outputs: redact(wire),
      warnings: this.warnings,
      state: { outputs: plain(wire), secretOutputNames: secretNames(wire) },
    };
  }

  /** URNs as the engine makes them; the mock runtime's own leave out grandparents. */
  private urn(parent: string, type: string, name: string): string {
    const parentType = parent.split("::")[2] ?? "";
    const qualified =
      parentType === "" || parentType === ROOT_TYPE ? type : `${parentType}$${type}`;
    return `urn:pulumi:${this.request.stack}::${this.request.project}::${qualified}::${name}`;
  }

  private newResource(args: pulumi.runtime.MockResourceArgs): pulumi.runtime.MockResourceResult {
    if (args.type === "pulumi:pulumi:StackReference") {
      return { id: args.name, state: this.readStack(args.name) };
    }
    const request = this.current!;
    const wire: Props = request.getObject()?.toJavaScript() ?? {};
    const urn = this.urn(request.getParent(), args.type, args.name);
    const provider = this.providerOf(request, urn);
    const created = this.createInCloud({
      urn,
      type: args.type,
      name: args.name,
      inputs: plain(wire),
      provider,
    });
    const secrets = new Set([
      ...secretNames(wire),
      ...request.getAdditionalsecretoutputsList(),
      ...(SECRET_OUTPUTS[args.type] ?? []),
    ]);
    this.resources.set(urn, {
      urn,
      type: args.type,
      name: args.name,
      id: created.id,
      parent: request.getParent() || undefined,
      inputs: redact(wire),
      outputs: redactKeys(created.state, secrets),
      dependencies: request.getDependenciesList(),
      propertyDependencies: propertyDependencies(request),
      provider,
      options: optionsOf(request),
    });
    return { id: created.id, state: withSecrets(created.state, secrets) };
  }

  /**
   * URN of the provider. A remote component has one for each package that it makes resources of;
   * like the engine, this takes AWS's from the nearest component above that was given one.
   */
  private providerOf(request: RegisterResourceRequest, urn: string): string | undefined {
    const given =
      request.getProvidersMap().get("aws") ?? this.awsProviders.get(request.getParent());
    if (given) this.awsProviders.set(urn, given);
    const isRemote = request.getType().startsWith("eks:");
    const reference = request.getProvider() || (isRemote ? given : undefined);
    // A reference is a URN and an id.
    return reference ? reference.split("::").slice(0, -1).join("::") : undefined;
  }

  private createInCloud(request: CreateRequest): { id: string; state: Props } {
    const isComponent =
      request.type === ROOT_TYPE || request.type.startsWith("eks-exercises-components:index:");
    if (isComponent) return { id: "", state: {} };
    if (this.request.preview) return { id: "", state: known(request.inputs) };
    const { id, outputs } = this.request.cloud.create(request);
    return { id, state: outputs };
  }

  private call(args: pulumi.runtime.MockCallArgs): Props {
    try {
      return this.answer(args);
    } catch (error) {
      // A program sees what went wrong in a call by gRPC's `details`, not by the message.
      const details = error instanceof Error ? error.message : String(error);
      throw Object.assign(new Error(details), { details });
    }
  }

  private answer(args: pulumi.runtime.MockCallArgs): Props {
    if (args.token === "pulumi:pulumi:readStackOutputs") {
      return this.readStack((args.inputs as { name: string }).name);
    }
    const provider = args.provider?.split("::").slice(0, -1).join("::");
    return this.request.cloud.invoke(args.token, args.inputs as Props, provider);
  }

  private readStack(name: string): Props {
    const found = this.request.stacks?.get(name);
    // As the engine says it.
    if (!found) throw new Error(`unknown stack "${name}"`);
    return { name, ...found };
  }
}

function propertyDependencies(request: RegisterResourceRequest): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  request.getPropertydependenciesMap().forEach((deps, key) => {
    found[key] = deps.getUrnsList();
  });
  return found;
}

function optionsOf(request: RegisterResourceRequest): RecordedOptions {
  return {
    protect: request.getProtect() ?? false,
    retainOnDelete: request.getRetainondelete() ?? false,
    deleteBeforeReplace: request.getDeletebeforereplace(),
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    deleteTimeout: request.getCustomtimeouts()?.getDelete() ?? "",
  };
}

/** What the program gets: as from the engine, what is secret as an input is secret as an output. */
function withSecrets(outputs: Props, secrets: ReadonlySet<string>): Props {
  const entries = Object.entries(outputs).map(([key, value]): [string, unknown] => [
    key,
    secrets.has(key) ? pulumi.secret(value) : value,
  ]);
  return Object.fromEntries(entries);
}

function redactKeys(outputs: Props, secrets: ReadonlySet<string>): Props {
  const wire = Object.entries(outputs).map(([key, value]) => [
    key,
    secrets.has(key) ? MASK : value,
  ]);
  return Object.fromEntries(wire) as Props;
}

/** In a preview, the inputs that are known are the outputs that are known. */
function known(inputs: Props): Props {
  return Object.fromEntries(
    Object.entries(inputs).filter(([, value]) => !JSON.stringify(value ?? null).includes(UNKNOWN)),
  );
}
