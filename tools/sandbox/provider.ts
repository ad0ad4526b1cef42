/** The simulated cloud behind Pulumi's own provider protocol, for the packages aws and kubernetes. */
import { createHash } from "node:crypto";
import * as grpc from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import type { CreateRequest, Props } from "../cloud";
import { failuresOf, type Failure, type Rules } from "../cloud/rules";
import { changesOf, topOf, type PathChange } from "./diff";
import type { Operations } from "./operations";

type Handler<Request, Response> = (request: Request, peer: string) => Response | Promise<Response>;

/** What Pulumi's engine sends for a value that is known after the update only. */
const UNKNOWNS = new Set([
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);
const isUnknown = (value: unknown): boolean => typeof value === "string" && UNKNOWNS.has(value);

/** How long a deletion waits where the program says nothing, in seconds, as the real ones do. */
const DELETE_TIMEOUT = 20 * 60;

function props(struct: Struct | undefined): Props {
  return struct?.toJavaScript() ?? {};
}

function struct(values: Props): Struct {
  return Struct.fromJavaScript(
    JSON.parse(JSON.stringify(values)) as Record<string, JavaScriptValue>,
  );
}

/** A provider's configuration with its secrets in plain text: here alone the engine sends them. */
function revealed(values: Props): Props {
  const isSecret = (value: unknown): value is { value: unknown } =>
    (value as Props | null)?.["4dabf18193072939515e22adb298388d"] ===
    "1b47061264138c4ac30d75fd1eb44270";
  const entries = Object.entries(values);
  return Object.fromEntries(
    entries.map(([key, value]) => [key, isSecret(value) ? value.value : value]),
  );
}

function typeOf(urn: string): string {
  return urn.split("::")[2]!.split("$").at(-1)!;
}

/** A provider for one package, to be served to the engine. */
export class Provider {
  /** Provider resources by the engine's connection: each has one of its own. */
  private readonly configured = new Map<string, string>();

  constructor(
    private readonly version: string,
    private readonly operations: Operations,
  ) {}

  /** Serves it on a port of this machine that is free. */
  async serve(server: grpc.Server): Promise<number> {
    server.addService(ResourceProviderService, this.implementation());
    return new Promise((resolve, reject) => {
      const credentials = grpc.ServerCredentials.createInsecure();
      server.bindAsync("127.0.0.1:0", credentials, (error, port) =>
        error ? reject(error) : resolve(port),
      );
    });
  }

  private implementation(): grpc.UntypedServiceImplementation {
    const empty = () => new Empty();
    return {
      getPluginInfo: unary(() => {
        const info = new PluginInfo();
        info.setVersion(this.version);
        return info;
      }),
      attach: unary(empty),
      cancel: unary(() => {
        this.operations.cancel();
        return empty();
      }),
      handshake: unary(() => new messages.ProviderHandshakeResponse()),
      checkConfig: unary((request: messages.CheckRequest) => checked(props(request.getNews()), [])),
      diffConfig: unary((request: messages.DiffRequest) =>
        diffed(changesOf(props(request.getOldInputs()), props(request.getNews()), {}), false),
      ),
      configure: unary((request: messages.ConfigureRequest, peer) => this.configure(request, peer)),
      invoke: unary((request: messages.InvokeRequest, peer) => this.invoke(request, peer)),
      check: unary((request: messages.CheckRequest, peer) => this.check(request, peer)),
      diff: unary((request: messages.DiffRequest) => this.diff(request)),
      create: unary((request: messages.CreateRequest, peer) => this.create(request, peer)),
      read: unary((request: messages.ReadRequest) => this.read(request)),
      update: unary((request: messages.UpdateRequest, peer) => this.update(request, peer)),
      delete: unary((request: messages.DeleteRequest) => this.delete(request)),
    };
  }

  private configure(request: messages.ConfigureRequest, peer: string): messages.ConfigureResponse {
    const urn = request.getUrn();
    if (urn) {
      this.configured.set(peer, urn);
      this.operations.cloud.configure(urn, revealed(props(request.getArgs())));
    }
    const response = new messages.ConfigureResponse();
    response.setSupportspreview(true);
    return response;
  }

  private invoke(request: messages.InvokeRequest, peer: string): messages.InvokeResponse {
    const provider = this.configured.get(peer);
    const answer = this.operations.cloud.invoke(
      request.getTok(),
      props(request.getArgs()),
      provider,
    );
    const response = new messages.InvokeResponse();
    response.setReturn(struct(answer));
    return response;
  }

  private check(request: messages.CheckRequest, peer: string): messages.CheckResponse {
    const urn = request.getUrn();
    const rules = this.operations.cloud.rulesOf(typeOf(urn));
    const inputs = props(request.getNews());
    if (rules.taggable) Object.assign(inputs, this.tagged(inputs, peer));
    const seed = createHash("sha256")
      .update(request.getRandomseed_asU8())
      .update(urn)
      .digest("hex");
    autoName(
      rules,
      inputs,
      props(request.getOlds()),
      `${urn.split("::").at(-1)}-${seed.slice(0, 7)}`,
    );
    return checked(inputs, failuresOf(rules, inputs, isUnknown));
  }

  /** A provider's default tags go under the resource's own, as the real one does in its check. */
  private tagged(inputs: Props, peer: string): Props {
    const provider = this.configured.get(peer);
    const text = provider && this.operations.cloud.byUrn(provider)?.inputs["defaultTags"];
    if (typeof text !== "string" || isUnknown(text)) return {};
    const { tags } = JSON.parse(text) as { tags?: Props };
    return { tags: { ...tags, ...(inputs["tags"] as Props | undefined) } };
  }

  private diff(request: messages.DiffRequest): messages.DiffResponse {
    const rules = this.operations.cloud.rulesOf(typeOf(request.getUrn()));
    const news = props(request.getNews());
    const changes = changesOf(props(request.getOldInputs()), news, rules);
    const made = (news["__defaults"] ?? []) as string[];
    const hasOwnName =
      rules.autoNamed !== undefined &&
      news[rules.autoNamed] !== undefined &&
      !made.includes(rules.autoNamed);
    return diffed(changes, rules.deleteFirst === true || hasOwnName);
  }

  private async create(
    request: messages.CreateRequest,
    peer: string,
  ): Promise<messages.CreateResponse> {
    const inputs = props(request.getProperties());
    const asked = this.requestOf(request.getUrn(), inputs, peer);
    const made = request.getPreview()
      ? { id: "", outputs: inputs }
      : await this.operations.create(asked);
    const response = new messages.CreateResponse();
    response.setId(made.id);
    response.setProperties(struct(made.outputs));
    return response;
  }

  private read(request: messages.ReadRequest): messages.ReadResponse {
    const response = new messages.ReadResponse();
    const found = this.operations.cloud.byKey(request.getUrn(), request.getId());
    if (!found) return response;
    response.setId(found.id);
    response.setProperties(struct(found.outputs));
    response.setInputs(struct(found.inputs));
    return response;
  }

  private async update(
    request: messages.UpdateRequest,
    peer: string,
  ): Promise<messages.UpdateResponse> {
    const inputs = props(request.getNews());
    const asked = this.requestOf(request.getUrn(), inputs, peer);
    const { outputs } = request.getPreview()
      ? planned(props(request.getOlds()), inputs)
      : await this.operations.update(asked, request.getId());
    const response = new messages.UpdateResponse();
    response.setProperties(struct(outputs));
    return response;
  }

  private async delete(request: messages.DeleteRequest): Promise<Empty> {
    const timeout = (request.getTimeout() || DELETE_TIMEOUT) * 1000;
    const inputs = props(request.getOldInputs() ?? request.getProperties());
    const asked = this.requestOf(request.getUrn(), inputs, "");
    await this.operations.delete(asked, request.getId(), timeout);
    return new Empty();
  }

  private requestOf(urn: string, inputs: Props, peer: string): CreateRequest {
    const name = urn.split("::").at(-1)!;
    return { urn, type: typeOf(urn), name, inputs, provider: this.configured.get(peer) };
  }
}

function unary<Request, Response>(handler: Handler<Request, Response>) {
  return (call: grpc.ServerUnaryCall<Request, Response>, done: grpc.sendUnaryData<Response>) => {
    Promise.resolve()
      .then(() => handler(call.request, call.getPeer()))
      .then((response) => done(null, response))
      .catch((error: Error) => done({ code: grpc.status.UNKNOWN, details: error.message }));
  };
}

/** What a preview says of an update. */
function planned(olds: Props, inputs: Props): { outputs: Props } {
  const outputs = { ...olds, ...inputs };
  // A launch template's next version is known when it is made.
  delete outputs["latestVersion"];
  return { outputs };
}

/** A name is made up once, and stays. */
function autoName(rules: Rules, inputs: Props, olds: Props, name: string): void {
  const property = rules.autoNamed;
  if (property === undefined || inputs[property] !== undefined) return;
  if (inputs[`${property}Prefix`] !== undefined) return;
  const isMade = (olds["__defaults"] as string[] | undefined)?.includes(property);
  inputs[property] = isMade ? olds[property] : name;
  inputs["__defaults"] = [property];
}

function checked(inputs: Props, failures: Failure[]): messages.CheckResponse {
  const response = new messages.CheckResponse();
  response.setInputs(struct(inputs));
  for (const { property, reason } of failures) {
    const failure = new messages.CheckFailure();
    failure.setProperty(property);
    failure.setReason(reason);
    response.addFailures(failure);
  }
  return response;
}

function diffed(changes: readonly PathChange[], deleteFirst: boolean): messages.DiffResponse {
  const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
  const response = new messages.DiffResponse();
  response.setChanges(changes.length > 0 ? DIFF_SOME : DIFF_NONE);
  response.setDiffsList([...new Set(changes.map(({ path }) => topOf(path)))]);
  const replacing = changes.filter(({ replaces }) => replaces);
  response.setReplacesList([...new Set(replacing.map(({ path }) => topOf(path)))]);
  response.setDeletebeforereplace(replacing.length > 0 && deleteFirst);
  response.setHasdetaileddiff(true);
  for (const { path, kind, replaces } of changes) {
    const Kind = messages.PropertyDiff.Kind;
    const kinds = replaces
      ? { add: Kind.ADD_REPLACE, delete: Kind.DELETE_REPLACE, update: Kind.UPDATE_REPLACE }
      : { add: Kind.ADD, delete: Kind.DELETE, update: Kind.UPDATE };
    const difference = new messages.PropertyDiff();
    difference.setKind(kinds[kind]);
    difference.setInputdiff(true);
    response.getDetaileddiffMap().set(path, difference);
  }
  return response;
}
