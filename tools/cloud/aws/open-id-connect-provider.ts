import { ACCOUNT } from "../ids";
import { awsProvider, type ResourceModel } from "../model";
import { T } from "../queries";
import { requireUnique } from "../refusals";

export const openIdConnectProvider: ResourceModel = {
  type: T.oidc,
  sources: {
    schema: awsProvider("iam/openid_connect_provider"),
    create:
      "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html",
  },
  required: ["url", "clientIdLists"],
  immutable: ["url"],
  taggable: true,
  simulate: ({ inputs }) => {
    const host = (inputs["url"] as string).replace("https://", "");
    const id = `arn:aws:iam::${ACCOUNT}:oidc-provider/${host}`;
    return { id, outputs: { arn: id, url: host } };
  },
  refuseCreate(request, view) {
    const message = `EntityAlreadyExists: Provider with url ${String(request.inputs["url"])} already exists.`;
    requireUnique(view, request, ["url"], message);
  },
};
