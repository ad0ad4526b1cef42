/** Speaks to a provider as the engine does: Pulumi's ResourceProvider protocol, without an engine. */
import { randomBytes } from "node:crypto";
import * as grpc from "@grpc/grpc-js";
import { type Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";

/** Properties as plain values. */
export type Props = Record<string, unknown>;

/** A resource in the state that an engine would keep. */
export interface State {
  readonly id: string;
  readonly inputs: Props;
  readonly outputs: Props;
}

/** A provider's answer about a change. */
export interface Difference {
  readonly changes: boolean;
  readonly replaces: readonly string[];
  readonly deleteFirst: boolean;
}

/** A provider's answer about a resource's inputs. */
export interface Checked {
  readonly inputs: Props;
  readonly failures: readonly string[];
}

function struct(values: Props): Struct {
  return Struct.fromJavaScript(
    JSON.parse(JSON.stringify(values)) as Record<string, JavaScriptValue>,
  );
}

function props(found: Struct | undefined): Props {
  return found?.toJavaScript() ?? {};
}

function differenceIn(response: messages.DiffResponse): Difference {
  return {
    changes: response.getChanges() === messages.DiffResponse.DiffChanges.DIFF_SOME,
    replaces: response.getReplacesList(),
    deleteFirst: response.getDeletebeforereplace(),
  };
}

/** Adds what every request about a resource has. */
function addressed<T extends { setUrn(urn: string): unknown }>(request: T, urn: string): T {
  request.setUrn(urn);
  return request;
}

/** A provider, and the connection to it. */
export class ProviderClient {
  private readonly client: ResourceProviderClient;

  constructor(port: number) {
    const unlimited = { "grpc.max_receive_message_length": -1 };
    const insecure = grpc.credentials.createInsecure();
    this.client = new ResourceProviderClient(`127.0.0.1:${port}`, insecure, unlimited);
  }

  close(): void {
    this.client.close();
  }

  async configure(urn: string, args: Props): Promise<void> {
    const request = new messages.ConfigureRequest();
    request.setUrn(urn);
    request.setArgs(struct(args));
    // A release keeps secrets in its state, and fails without them.
    request.setAcceptsecrets(true);
    for (const [key, value] of Object.entries(args)) {
      request.getVariablesMap().set(`kubernetes:config:${key}`, String(value));
    }
    await this.call("configure", request);
  }

  async diffConfig(urn: string, before: Props, after: Props): Promise<Difference> {
    const request = addressed(new messages.DiffRequest(), urn);
    request.setOlds(struct(before));
    request.setOldInputs(struct(before));
    request.setNews(struct(after));
    return differenceIn(await this.call<messages.DiffResponse>("diffConfig", request));
  }

  async check(urn: string, before: Props | undefined, after: Props): Promise<Checked> {
    const request = addressed(new messages.CheckRequest(), urn);
    if (before) request.setOlds(struct(before));
    request.setNews(struct(after));
    request.setRandomseed(randomBytes(32));
    const response = await this.call<messages.CheckResponse>("check", request);
    const failures = response
      .getFailuresList()
      .map((failure) => `${failure.getProperty()}: ${failure.getReason()}`);
    return { inputs: props(response.getInputs()), failures };
  }

  async diff(urn: string, state: State, inputs: Props): Promise<Difference> {
    const request = addressed(new messages.DiffRequest(), urn);
    request.setId(state.id);
    request.setOlds(struct(state.outputs));
    request.setOldInputs(struct(state.inputs));
    request.setNews(struct(inputs));
    return differenceIn(await this.call<messages.DiffResponse>("diff", request));
  }

  async create(urn: string, inputs: Props): Promise<State> {
    const request = addressed(new messages.CreateRequest(), urn);
    request.setProperties(struct(inputs));
    const response = await this.call<messages.CreateResponse>("create", request);
    return { id: response.getId(), inputs, outputs: props(response.getProperties()) };
  }

  async update(urn: string, state: State, inputs: Props): Promise<State> {
    const request = addressed(new messages.UpdateRequest(), urn);
    request.setId(state.id);
    request.setOlds(struct(state.outputs));
    request.setOldInputs(struct(state.inputs));
    request.setNews(struct(inputs));
    const response = await this.call<messages.UpdateResponse>("update", request);
    return { id: state.id, inputs, outputs: props(response.getProperties()) };
  }

  /** Reads a resource; without state by its id alone, as an import does. */
  async read(urn: string, id: string, state?: State): Promise<State | undefined> {
    const request = addressed(new messages.ReadRequest(), urn);
    request.setId(id);
    if (state) {
      request.setProperties(struct(state.outputs));
      request.setInputs(struct(state.inputs));
    }
    const response = await this.call<messages.ReadResponse>("read", request);
    if (response.getId() === "") return undefined;
    const inputs = props(response.getInputs());
    return { id: response.getId(), inputs, outputs: props(response.getProperties()) };
  }

  async delete(urn: string, state: State): Promise<void> {
    const request = addressed(new messages.DeleteRequest(), urn);
    request.setId(state.id);
    request.setProperties(struct(state.outputs));
    request.setOldInputs(struct(state.inputs));
    await this.call<Empty>("delete", request);
  }

  private call<Response>(method: string, request: unknown): Promise<Response> {
    type Call = (request: unknown, done: (error: Error | null, answer: Response) => void) => void;
    const client = this.client as unknown as Record<string, Call>;
    return new Promise((resolve, reject) => {
      client[method]!(request, (error, answer) => {
        if (error) reject(new Error((error as grpc.ServiceError).details));
        else resolve(answer);
      });
    });
  }
}

/** The outcome of one step for a resource. */
export type Outcome =
  | "created"
  | "unchanged"
  | "updated"
  | "replaced, the old one first"
  | "replaced, the new one first"
  | "deleted"
  | `refused: ${string}`;

/** Does with a resource what the engine does, one step after the other. */
export class Resource {
  state: State | undefined;

  constructor(
    private readonly client: ProviderClient,
    readonly urn: string,
  ) {}

  /** Brings the resource to the inputs, or deletes it; a refusal is an outcome too. */
  async bring(inputs: Props | undefined): Promise<Outcome> {
    try {
      return await (inputs ? this.up(inputs) : this.away());
    } catch (error) {
      return `refused: ${(error as Error).message}`;
    }
  }

  private async up(given: Props): Promise<Outcome> {
    const { client, urn, state } = this;
    const { inputs, failures } = await client.check(urn, state?.inputs, given);
    if (failures.length > 0) return `refused: ${failures.join("; ")}`;
    if (!state) {
      this.state = await client.create(urn, inputs);
      return "created";
    }
    const difference = await client.diff(urn, state, inputs);
    if (!difference.changes) return "unchanged";
    if (difference.replaces.length === 0) {
      this.state = await client.update(urn, state, inputs);
      return "updated";
    }
    return this.replace(state, given, difference.deleteFirst);
  }

  private async replace(old: State, given: Props, isDeletedFirst: boolean): Promise<Outcome> {
    const { client, urn } = this;
    // As the engine does for a replacement: a check without the old inputs.
    const { inputs } = await client.check(urn, undefined, given);
    if (isDeletedFirst) await client.delete(urn, old);
    this.state = await client.create(urn, inputs);
    if (isDeletedFirst) return "replaced, the old one first";
    await client.delete(urn, old);
    return "replaced, the new one first";
  }

  private async away(): Promise<Outcome> {
    await this.client.delete(this.urn, this.state!);
    this.state = undefined;
    return "deleted";
  }
}
