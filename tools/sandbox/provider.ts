/** The simulated cloud behind Pulumi's own provider protocol, for the packages aws and kubernetes. */
import { createHash } from "node:crypto";
import * as grpc from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import type { CreateRequest, Props } from "../cloud";
import { nameInUrn, typeInUrn } from "../cloud/queries";
import { findModel } from "../cloud/registry";
import { failuresOf, withDocuments, type Rules } from "../cloud/rules";
import { UnreachableError } from "../cloud/stateful-cloud";
import { changesOf } from "./diff";
import { checked, diffed, isUnknown, props, revealed, struct, unary, unknownIn } from "./messages";
import type { Operations } from "./operations";
import { plannedOutputs } from "./planned";
import { changesOfProvider } from "./provider-config";
import { canDeleteUnreachable, unreachable } from "./unreachable";

/** How long a deletion waits where the program says nothing, in seconds, as the real ones do. */
const DELETE_TIMEOUT = 20 * 60;

/** A provider for one package, to be served to the engine. */
export class Provider {
  /** Providers by the engine's connection: each has one of its own. */
  private readonly configured = new Map<string, string>();

  constructor(
    private readonly version: string,
    private readonly operations: Operations,
  ) {}

  /**
   * Serves it on a port of this machine that is free.
   * @param more further methods of the protocol
   */
  async serve(server: grpc.Server, more: grpc.UntypedServiceImplementation = {}): Promise<number> {
    server.addService(ResourceProviderService, { ...this.implementation(), ...more });
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
        diffed(
          changesOfProvider(
            typeInUrn(request.getUrn()),
            props(request.getOldInputs()),
            props(request.getNews()),
          ),
          false,
        ),
      ),
      configure: unary((request: messages.ConfigureRequest, peer) => this.configure(request, peer)),
      invoke: unary((request: messages.InvokeRequest, peer) => this.invoke(request, peer)),
      check: unary((request: messages.CheckRequest, peer) => this.check(request, peer)),
      diff: unary((request: messages.DiffRequest) => this.diff(request)),
      create: unary((request: messages.CreateRequest, peer) => this.create(request, peer)),
      read: unary((request: messages.ReadRequest, peer) => this.read(request, peer)),
      update: unary((request: messages.UpdateRequest, peer) => this.update(request, peer)),
      delete: unary((request: messages.DeleteRequest, peer) => this.delete(request, peer)),
    };
  }

  private configure(request: messages.ConfigureRequest, peer: string): messages.ConfigureResponse {
    const urn = request.getUrn();
    if (urn) {
      // While a provider is replaced, the old one and the new one have the same URN.
      const key = `${urn} ${peer}`;
      this.configured.set(peer, key);
      this.operations.cloud.configure(key, revealed(props(request.getArgs())));
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
    const rules = this.operations.cloud.rulesOf(typeInUrn(urn));
    const inputs = withTexts(rules, props(request.getNews()));
    if (rules.taggable) Object.assign(inputs, this.tagged(inputs, peer));
    const seed = createHash("sha256")
      .update(request.getRandomseed_asU8())
      .update(urn)
      .digest("hex");
    autoName(rules, inputs, props(request.getOlds()), `${nameInUrn(urn)}-${seed.slice(0, 7)}`);
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
    const rules = this.operations.cloud.rulesOf(typeInUrn(request.getUrn()));
    const [olds, news] = [props(request.getOldInputs()), props(request.getNews())];
    const made = (news["__defaults"] ?? []) as string[];
    const hasOwnName =
      rules.autoNamed !== undefined &&
      news[rules.autoNamed] !== undefined &&
      !made.includes(rules.autoNamed);
    const { deleteFirst = false } = rules;
    const isFirst = typeof deleteFirst === "function" ? deleteFirst(olds, news) : deleteFirst;
    return diffed(changesOf(olds, news, rules), isFirst || hasOwnName);
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

  /** Also finds what no stack has, by its id alone: `pulumi import`. */
  private read(request: messages.ReadRequest, peer: string): messages.ReadResponse {
    const response = new messages.ReadResponse();
    const [urn, id] = [request.getUrn(), request.getId()];
    const provider = this.configured.get(peer);
    try {
      const found = this.operations.cloud.lookUp({ urn, id, provider });
      if (!found) return response;
      response.setId(found.id);
      response.setProperties(struct(found.outputs));
      response.setInputs(struct(found.inputs));
      return response;
    } catch (error) {
      if (!(error instanceof UnreachableError)) throw error;
      if (canDeleteUnreachable()) return response;
      throw unreachable("read", typeInUrn(urn), error);
    }
  }

  private async update(
    request: messages.UpdateRequest,
    peer: string,
  ): Promise<messages.UpdateResponse> {
    const inputs = props(request.getNews());
    const asked = this.requestOf(request.getUrn(), inputs, peer);
    const { outputs } = request.getPreview()
      ? this.planned(request, inputs)
      : await this.operations.update(asked, request.getId());
    const response = new messages.UpdateResponse();
    response.setProperties(struct(outputs));
    return response;
  }

  private planned(request: messages.UpdateRequest, inputs: Props): { outputs: Props } {
    const [olds, oldInputs] = [props(request.getOlds()), props(request.getOldInputs())];
    const outputs = plannedOutputs(olds, oldInputs, inputs);
    const { unknownOnUpdate = [] } = findModel(typeInUrn(request.getUrn())) ?? {};
    for (const key of unknownOnUpdate) delete outputs[key];
    return { outputs };
  }

  private async delete(request: messages.DeleteRequest, peer: string): Promise<Empty> {
    const timeout = (request.getTimeout() || DELETE_TIMEOUT) * 1000;
    const inputs = props(request.getOldInputs() ?? request.getProperties());
    const asked = this.requestOf(request.getUrn(), inputs, peer);
    try {
      await this.operations.delete(asked, request.getId(), timeout);
    } catch (error) {
      if (!(error instanceof UnreachableError)) throw error;
      const isRelease = asked.type.endsWith(":Release");
      // The variable does nothing for releases: helm_release.go asks for it nowhere.
      if (isRelease || !canDeleteUnreachable()) throw unreachable("delete", asked.type, error);
    }
    return new Empty();
  }

  private requestOf(urn: string, inputs: Props, peer: string): CreateRequest {
    const name = nameInUrn(urn);
    return { urn, type: typeInUrn(urn), name, inputs, provider: this.configured.get(peer) };
  }
}

/** Documents as text; one with something unknown in it is unknown. */
function withTexts(rules: Rules, inputs: Props): Props {
  const texts = withDocuments(rules, inputs);
  for (const key of rules.documents ?? []) {
    if (texts[key] !== inputs[key]) texts[key] = unknownIn(inputs[key]) ?? texts[key];
  }
  return texts;
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
