/** The engine's messages, as plain values, and back. */
import type * as grpc from "@grpc/grpc-js";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { specialSecretSig, specialSigKey, unknownValue } from "@pulumi/pulumi/runtime/rpc";
import type { Props } from "../cloud";
import type { Failure } from "../cloud/rules";
import { topOf, type PathChange } from "./diff";

type Handler<Request, Response> = (request: Request, peer: string) => Response | Promise<Response>;

/**
 * What the engine sends for a value that an update makes known, by its type; text, the first, is all
 * that Pulumi's Node.js SDK names (pulumi/pulumi: sdk/go/common/resource/plugin/rpc.go).
 */
const UNKNOWNS = new Set([
  unknownValue,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** Whether a value becomes known with the update only. */
export const isUnknown = (value: unknown): boolean =>
  typeof value === "string" && UNKNOWNS.has(value);

/** The first unknown value within a value. */
export function unknownIn(value: unknown): unknown {
  if (isUnknown(value)) return value;
  if (typeof value !== "object" || value === null) return undefined;
  return Object.values(value)
    .map(unknownIn)
    .find((found) => found !== undefined);
}

/** gRPC's status of an error that has no other. */
const UNKNOWN_STATUS = 2;

export function props(struct: Struct | undefined): Props {
  return struct?.toJavaScript() ?? {};
}

export function struct(values: Props): Struct {
  return Struct.fromJavaScript(
    JSON.parse(JSON.stringify(values)) as Record<string, JavaScriptValue>,
  );
}

/** A provider's configuration with its secrets in plain text: here alone the engine sends them. */
export function revealed(values: Props): Props {
  const isSecret = (value: unknown): value is { value: unknown } =>
    (value as Props | null)?.[specialSigKey] === specialSecretSig;
  const entries = Object.entries(values);
  return Object.fromEntries(
    entries.map(([key, value]) => [key, isSecret(value) ? value.value : value]),
  );
}

export function unary<Request, Response>(handler: Handler<Request, Response>) {
  return (call: grpc.ServerUnaryCall<Request, Response>, done: grpc.sendUnaryData<Response>) => {
    Promise.resolve()
      .then(() => handler(call.request, call.getPeer()))
      .then((response) => done(null, response))
      .catch((error: Error) => done({ code: UNKNOWN_STATUS, details: error.message }));
  };
}

export function checked(inputs: Props, failures: Failure[]): messages.CheckResponse {
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

export function diffed(
  changes: readonly PathChange[],
  deleteFirst: boolean,
): messages.DiffResponse {
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
