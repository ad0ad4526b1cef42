import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { POLICY_PROPERTIES } from "../../policies/policy-properties";
import { analyseStack } from "../../policies/resources";
import { allow, doc, ids, records } from "./support/records";

const sdk = dirname(require.resolve("@pulumi/aws/package.json"));

/** Properties by name that hold no IAM policy, or one that cannot give anything; with the reason. */
const LEFT_OUT: Record<string, string> = {
  "cfg/organizationCustomPolicyRule policyText": "Guard rules of AWS Config",
  "cfg/organizationCustomPolicyRule policyRuntime": "the name of a language",
  "cloudformation/stack policyBody": "which updates of the stack are allowed",
  "cloudwatch/logAccountPolicy policyDocument": "data protection, subscription or index of logs",
  "cloudwatch/logDataProtectionPolicy policyDocument": "what is masked in logs",
  "cloudwatch/logIndexPolicy policyDocument": "which fields are indexed",
  "bedrock/agentDataSource dataDeletionPolicy": "a word",
  "dlm/lifecyclePolicy defaultPolicy": "a word",
  "ec2/fleet excessCapacityTerminationPolicy": "a word",
  "ec2/spotFleetRequest excessCapacityTerminationPolicy": "a word",
  "ec2/vpcEndpoint policy": "only narrows: without it the endpoint lets all through",
  "ec2/vpcEndpointPolicy policy": "only narrows: without it the endpoint lets all through",
  "ecr/lifecyclePolicy policy": "which images expire",
  "ecr/repositoryCreationTemplate lifecyclePolicy": "which images expire",
  "eks/capability deletePropagationPolicy": "a word",
  "eks/podIdentityAssociation policy": "a session policy: it only narrows",
  "emr/instanceGroup autoscalingPolicy": "when the group scales",
  "fsx/lustreFileSystem autoImportPolicy": "a word",
  "fsx/ontapVolume snapshotPolicy": "a word",
  "gamelift/fleet newGameSessionProtectionPolicy": "a word",
  "gamelift/gameServerGroup gameServerProtectionPolicy": "a word",
  "iot/policyAttachment policy": "the name of a policy",
  "kendra/index userContextPolicy": "a word",
  "mailmanager/ingressPoint tlsPolicy": "a word",
  "networkmanager/coreNetwork basePolicyDocument": "routes between networks",
  "networkmanager/coreNetworkPolicyAttachment policyDocument": "routes between networks",
  "odb/network kmsPolicyDocument": "only narrows what the network's endpoint lets through",
  "odb/network s3PolicyDocument": "only narrows what the network's endpoint lets through",
  "odb/network stsPolicyDocument": "only narrows what the network's endpoint lets through",
  "opensearch/serverlessAccessPolicy policy": "a format of its own, without IAM's statements",
  "opensearch/serverlessLifecyclePolicy policy": "how long indexes are kept",
  "opensearch/serverlessSecurityPolicy policy": "encryption and network of collections",
  "organizations/policy content": "service control policies: they only narrow",
  "ram/permission policyTemplate": "names no principal: who gets it is the share's",
  "rolesanywhere/profile sessionPolicy": "a session policy: it only narrows",
  "route53/trafficPolicy document": "answers of a DNS name",
  "ses/receiptFilter policy": "Allow or Block",
  "ses/receiptRule tlsPolicy": "a word",
  "sns/dataProtectionPolicy policy": "what is masked in messages",
  "sns/topic archivePolicy": "how long messages are kept",
  "sns/topic deliveryPolicy": "retries",
  "sns/topicSubscription deliveryPolicy": "retries",
  "sns/topicSubscription filterPolicy": "which messages are delivered",
  "sns/topicSubscription redrivePolicy": "where undelivered messages go",
  "sns/topicSubscription replayPolicy": "which messages are sent again",
  "sqs/queue redriveAllowPolicy": "which queues may use it for dead letters",
  "sqs/queue redrivePolicy": "where undelivered messages go",
  "sqs/redriveAllowPolicy redriveAllowPolicy": "which queues may use it for dead letters",
  "sqs/redrivePolicy redrivePolicy": "where undelivered messages go",
  "storagegateway/nfsFileShare notificationPolicy": "when files are announced",
  "storagegateway/smbFileShare notificationPolicy": "when files are announced",
  "transfer/access policy": "a session policy: it only narrows",
  "transfer/user policy": "a session policy: it only narrows",
  "transfer/webApp webAppEndpointPolicy": "a word",
  "verifiedaccess/endpoint policyDocument": "Cedar",
  "verifiedaccess/group policyDocument": "Cedar",
  "workspacesweb/browserSettings browserPolicy": "settings of a browser",
  "datazone/policyGrant policyType": "a word",
};

/** The properties of nested objects, and why each is in the table or not. */
const NESTED: Record<string, string> = {
  "DataSetRowLevelPermissionDataSet permissionPolicy": "a word",
  "MultiRegionAccessPointPolicyDetails policy": "in the table",
  "NetworkManagedServiceKmsAccess kmsPolicyDocument": "an output",
  "NetworkManagedServiceS3Access s3PolicyDocument": "an output",
  "NetworkManagedServiceStsAccess stsPolicyDocument": "an output",
  "RoleInlinePolicy policy": "in the table",
  "RuleSourceCustomPolicyDetails policyText": "Guard rules of AWS Config",
  "S3AccessPointAttachmentS3AccessPoint policy": "in the table",
};

/** Names that end so are of an id, a name, an ARN, a kind: not of a document. */
const NO_DOCUMENT =
  /(Ids?|Arns?|Names?|Types?|Url|Number|RevisionId|Revision|Label|Scope|HeaderValue|Compliance|Engine|RoutingPolicy|sslPolicy|alpnPolicy|securityPolicy|permissionsBoundary)$|^permission|^terminationPolicies$|^blockPublicPolicy$/;

interface Property {
  type: string;
  name: string;
}

/** The inputs of the SDK's resources that are text or a document and speak of a policy. */
function listCandidates(): Property[] {
  return readdirSync(sdk, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !/^(types|node_modules|scripts)$/.test(entry.name))
    .flatMap(({ name: module }) =>
      readdirSync(join(sdk, module))
        .filter((file) => file.endsWith(".d.ts") && !/^(get|index)/.test(file))
        .flatMap((file) => {
          const text = readFileSync(join(sdk, module, file), "utf8");
          const inputs = /export interface \w+Args \{([^]*?)\n\}/.exec(text)?.[1] ?? "";
          const type = `${module}/${file.replace(".d.ts", "")}`;
          return [
            ...inputs.matchAll(/\n {4}\/\*\*([^]*?)\*\/\n {4}(\w+)\??: pulumi\.Input<([^\n]+);/g),
          ]
            .filter(([, comment = "", name = "", held = ""]) => {
              const isText = /^string|PolicyDocument/.test(held);
              const isNamed = /polic(y|ies)/i.test(name);
              const isDescribed = /^(content|document)$/.test(name) && /policy/i.test(comment);
              return isText && (isNamed || isDescribed) && !NO_DOCUMENT.test(name);
            })
            .map(([, , name = ""]) => ({ type, name }));
        }),
    );
}

const token = (type: string): string => {
  const file = type.slice(type.indexOf("/") + 1);
  return `aws:${type}:${file.charAt(0).toUpperCase()}${file.slice(1)}`;
};

const BAD = {
  identity: doc(allow("ec2:TerminateInstances")),
  trust: doc({ Effect: "Allow", Principal: "*", Action: "sts:AssumeRole" }),
  resource: doc({ Effect: "Allow", Principal: "*", Action: "sqs:SendMessage", Resource: "*" }),
};
const RULE = { identity: "unscoped-write", trust: "trust-anyone", resource: "resource-public" };

/** Properties that hold a value at a path such as `details.policy` or `policies[].policyDocument`. */
function holding(path: string, value: unknown): Record<string, unknown> {
  const [first = "", ...rest] = path.split(".");
  const inner = rest.length === 0 ? value : holding(rest.join("."), value);
  return first.endsWith("[]") ? { [first.slice(0, -2)]: [inner] } : { [first]: inner };
}

describe("policies: properties that hold a policy", () => {
  it("are all of @pulumi/aws, but for those that are left out with a reason", () => {
    const candidates = listCandidates();
    assert.ok(candidates.length > 100, `${candidates.length}`);
    const unknown = candidates.filter(({ type, name }) => {
      const known = POLICY_PROPERTIES.get(token(type)) ?? [];
      return !known.some(({ path }) => path === name) && !(`${type} ${name}` in LEFT_OUT);
    });
    assert.deepEqual(
      unknown.map(({ type, name }) => `${type} ${name}`),
      [],
    );
  });

  it("are known within objects too", () => {
    const text = readFileSync(join(sdk, "types/input.d.ts"), "utf8");
    const found = [...text.matchAll(/\n {4}interface (\w+) \{([^]*?)\n {4}\}/g)].flatMap(
      ([, name = "", body = ""]) =>
        [
          ...body.matchAll(
            /\n {8}(policy(?:Text|Body|Document)?|\w*PolicyDocument|(?:inline|access|resource|session|permission)Policy)\??: pulumi\.Input<(string[^\n]*);/gi,
          ),
        ].map(([, property = ""]) => `${name} ${property}`),
    );
    assert.deepEqual(found.sort(), Object.keys(NESTED).sort());
  });

  it("exist in @pulumi/aws under their names", () => {
    const types = [...POLICY_PROPERTIES].filter(([type]) => type.startsWith("aws:"));
    assert.ok(types.length > 70);
    for (const [type, properties] of types) {
      // The files of a few classes have other capitals than their tokens.
      const [module = "", name = ""] = (type.split(":")[1] ?? "").split("/");
      const wanted = `${name.toLowerCase()}.d.ts`;
      const file = readdirSync(join(sdk, module)).find((f) => f.toLowerCase() === wanted) ?? wanted;
      const text = readFileSync(join(sdk, module, file), "utf8");
      for (const { path } of properties) {
        const first = path.split(/[.[]/)[0] ?? "";
        assert.match(text, new RegExp(`\\n {4}${first}\\??: pulumi\\.Input`), `${type} ${first}`);
      }
    }
  });

  for (const [type, properties] of POLICY_PROPERTIES) {
    for (const { path, kind } of properties) {
      it(`${type} ${path}: a document is judged as ${kind}, as text and as an object`, () => {
        for (const document of [BAD[kind], JSON.stringify(BAD[kind])]) {
          const found = analyseStack(
            records([{ type, name: "it", props: holding(path, document) }]),
          );
          assert.deepEqual(ids(found), [RULE[kind]]);
          assert.equal(found[0]?.property, path.replace("[]", "[0]"));
        }
      });
    }
  }
});
