import assert from "node:assert/strict";
import { UNKNOWN } from "../../policies/analyser";
import { analyseStack } from "../../policies/resources";
import { ids, records } from "./support/records";

const found = (type: string, props: Record<string, unknown>): string[] =>
  ids(analyseStack(records([{ type, name: "it", props }])));

describe("policies: statements that a resource adds to another's policy", () => {
  const permission = (props: object, type = "aws:lambda/permission:Permission"): string[] =>
    found(type, { action: "lambda:InvokeFunction", function: "shop", ...props });

  it("judge a Lambda permission by its principal and its source", () => {
    const topic = "arn:aws:sns:eu-west-1:111122223333:orders";
    assert.deepEqual(permission({ principal: "*" }), ["resource-public"]);
    assert.deepEqual(permission({ principal: "*", principalOrgId: "o-a1b2c3d4e5" }), []);
    assert.deepEqual(permission({ principal: "sns.amazonaws.com" }), [
      "resource-service-no-source",
    ]);
    assert.deepEqual(permission({ principal: "sns.amazonaws.com", sourceArn: topic }), []);
    assert.deepEqual(
      permission({ principal: "s3.amazonaws.com", sourceAccount: "111122223333" }),
      [],
    );
    assert.deepEqual(permission({ principal: "111122223333" }), []);
    assert.deepEqual(permission({ principal: "arn:aws:iam::111122223333:role/caller" }), []);
  });

  it("wait for values that are not known yet", () => {
    assert.deepEqual(permission({ principal: "sns.amazonaws.com", sourceArn: UNKNOWN }), [
      "not-evaluated-yet",
    ]);
    assert.deepEqual(permission({ principal: UNKNOWN }), ["not-evaluated-yet"]);
  });

  it("judge aws-native's permission, a layer and a public URL alike", () => {
    assert.deepEqual(permission({ principal: "*" }, "aws-native:lambda:Permission"), [
      "resource-public",
    ]);
    const layer = "aws:lambda/layerVersionPermission:LayerVersionPermission";
    const action = "lambda:GetLayerVersion";
    assert.deepEqual(found(layer, { action, principal: "*" }), ["resource-public"]);
    assert.deepEqual(found(layer, { action, principal: "*", organizationId: "o-a1b2c3d4e5" }), []);
    const url = "aws:lambda/functionUrl:FunctionUrl";
    assert.deepEqual(found(url, { functionName: "f", authorizationType: "AWS_IAM" }), []);
    assert.deepEqual(found(url, { functionName: "f", authorizationType: "NONE" }), [
      "resource-public",
    ]);
  });

  it("judge who may put events on a bus", () => {
    const bus = "aws:cloudwatch/eventPermission:EventPermission";
    const organisation = {
      type: "StringEquals",
      key: "aws:PrincipalOrgID",
      value: "o-a1b2c3d4e5",
    };
    assert.deepEqual(found(bus, { principal: "*" }), ["resource-public"]);
    assert.deepEqual(found(bus, { principal: "*", condition: organisation }), []);
    assert.deepEqual(found(bus, { principal: "*", condition: UNKNOWN }), ["not-evaluated-yet"]);
    assert.deepEqual(found(bus, { principal: "111122223333" }), []);
    const statement = { Effect: "Allow", Principal: "*", Action: "events:PutEvents" };
    assert.deepEqual(found("aws-native:events:EventBusPolicy", { statement }), ["resource-public"]);
  });
});

describe("policies: EKS access policies", () => {
  const access = (name: string, accessScope: unknown): string[] =>
    found("aws:eks/accessPolicyAssociation:AccessPolicyAssociation", {
      policyArn: `arn:aws:eks::aws:cluster-access-policy/${name}`,
      accessScope,
    });

  it("are an administrator's on the whole cluster", () => {
    for (const name of ["AmazonEKSClusterAdminPolicy", "AmazonEKSAdminPolicy"]) {
      assert.deepEqual(access(name, { type: "cluster" }), ["cluster-admin-access"]);
      assert.deepEqual(access(name, { type: "namespace", namespaces: ["shop"] }), []);
      assert.deepEqual(access(name, UNKNOWN), []);
    }
    assert.deepEqual(access("AmazonEKSViewPolicy", { type: "cluster" }), []);
    assert.deepEqual(
      found("aws-native:eks:AccessEntry", {
        accessPolicies: [
          {
            policyArn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSAdminPolicy",
            accessScope: { type: "cluster" },
          },
        ],
      }),
      ["cluster-admin-access"],
    );
  });
});
