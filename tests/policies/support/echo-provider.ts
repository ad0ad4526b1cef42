import * as grpc from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";

/** The engine's sentinel for a string that is not known before the update. */
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

type Call<T> = grpc.ServerUnaryCall<T, unknown>;
type Done<T> = grpc.sendUnaryData<T>;
type Props = Record<string, JavaScriptValue>;

function struct(props: Props): Struct {
  return Struct.fromJavaScript(props);
}

/** The outputs of a resource: its inputs, and an ARN that is known only once it has been made. */
function outputs(urn: string, inputs: Props, isPreview: boolean): Props {
  const name = urn.split("::").at(-1) ?? "";
  return {
    ...inputs,
    ...(inputs.arn === undefined && {
      arn: isPreview ? UNKNOWN : `arn:aws:iam::111122223333:role/${name}`,
    }),
  };
}

const service = {
  getPluginInfo: (_: Call<unknown>, done: Done<PluginInfo>) => {
    const info = new PluginInfo();
    info.setVersion("7.48.0");
    done(null, info);
  },
  getSchema: (_: Call<unknown>, done: Done<messages.GetSchemaResponse>) => {
    const response = new messages.GetSchemaResponse();
    response.setSchema(JSON.stringify({ name: "aws", version: "7.48.0", resources: {} }));
    done(null, response);
  },
  checkConfig: (call: Call<messages.CheckRequest>, done: Done<messages.CheckResponse>) => {
    const response = new messages.CheckResponse();
    response.setInputs(call.request.getNews());
    done(null, response);
  },
  diffConfig: (_: Call<unknown>, done: Done<messages.DiffResponse>) =>
    done(null, new messages.DiffResponse()),
  configure: (_: Call<unknown>, done: Done<messages.ConfigureResponse>) => {
    const response = new messages.ConfigureResponse();
    response.setAcceptsecrets(true);
    response.setSupportspreview(true);
    done(null, response);
  },
  check: (call: Call<messages.CheckRequest>, done: Done<messages.CheckResponse>) => {
    const response = new messages.CheckResponse();
    response.setInputs(call.request.getNews());
    done(null, response);
  },
  diff: (_: Call<unknown>, done: Done<messages.DiffResponse>) =>
    done(null, new messages.DiffResponse()),
  create: (call: Call<messages.CreateRequest>, done: Done<messages.CreateResponse>) => {
    const inputs = call.request.getProperties()?.toJavaScript() ?? {};
    const isPreview = call.request.getPreview();
    const response = new messages.CreateResponse();
    response.setId(isPreview ? "" : (call.request.getUrn().split("::").at(-1) ?? "id"));
    response.setProperties(struct(outputs(call.request.getUrn(), inputs, isPreview)));
    done(null, response);
  },
  delete: (_: Call<unknown>, done: Done<Empty>) => done(null, new Empty()),
  cancel: (_: Call<unknown>, done: Done<Empty>) => done(null, new Empty()),
  attach: (_: Call<unknown>, done: Done<Empty>) => done(null, new Empty()),
};

/** A provider that makes nothing and answers with what it was given: the engine takes it for aws. */
export async function serveEcho(): Promise<{ port: number; stop: () => void }> {
  const server = new grpc.Server();
  server.addService(ResourceProviderService, service);
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    ),
  );
  return { port, stop: () => server.forceShutdown() };
}
