import { type ValueKind } from "./condition-values";

/**
 * The keys that name the caller, or the source that a caller comes by, and what their values have to
 * name. Every other key (a header, a tag, a protocol, a time) can be met by anyone: it guards nothing.
 * The list is that of S3's Block Public Access, with the keys by which the services name the same.
 */
const GUARDS: Readonly<Record<ValueKind, string>> = {
  account:
    "aws:PrincipalAccount aws:SourceAccount aws:SourceOwner aws:VpceAccount kms:CallerAccount " +
    "s3:DataAccessPointAccount s3-outposts:DataAccessPointAccount s3express:DataAccessPointAccount " +
    "vpc-lattice-svcs:SourceVpcOwnerAccount",
  address: "aws:SourceIp",
  arn:
    "aws:PrincipalArn aws:SourceArn aws:SourceVpcArn aws:FederatedProvider aws:SourceInstanceArn " +
    "ec2:SourceInstanceARN ssm:SourceInstanceARN lambda:SourceFunctionArn s3:DataAccessPointArn " +
    "s3-outposts:DataAccessPointArn s3express:DataAccessPointArn elasticfilesystem:AccessPointArn " +
    "vpc-lattice-svcs:ServiceNetworkArn",
  endpoint: "sns:Endpoint",
  id:
    "aws:SourceVpc aws:SourceVpce aws:Ec2InstanceSourceVpc vpc-lattice-svcs:SourceVpc " +
    "lambda:EventSourceToken",
  organisation:
    "aws:PrincipalOrgID aws:PrincipalOrgPaths aws:SourceOrgID aws:SourceOrgPaths aws:VpceOrgID " +
    "aws:VpceOrgPaths",
  true: "elasticfilesystem:AccessedViaMountTarget",
  "user-id": "aws:userid",
};

const guards = new Map<string, ValueKind>(
  Object.entries(GUARDS).flatMap(([kind, keys]) =>
    keys.split(" ").map((key): [string, ValueKind] => [key.toLowerCase(), kind as ValueKind]),
  ),
);

/** Every key that names callers or sources, in lower case. */
export function guardKeys(): string[] {
  return [...guards.keys()];
}

/** What the values of a key that names callers or sources are; undefined of every other key. */
export function guardKind(lowerCaseKey: string): ValueKind | undefined {
  return guards.get(lowerCaseKey);
}

/** The keys by which a service alone says on whose behalf it comes. */
const OF_SERVICES: readonly (readonly [RegExp, ValueKind])[] = [
  // The ARN of a trail, a log group, a function: services put it into the context themselves.
  [/^kms:encryptioncontext:.*arn$/, "arn"],
  // SES, before it had aws:SourceAccount.
  [/^aws:referer$/, "account"],
];

/** As guardKind, for a statement that trusts services only. */
export function sourceKind(lowerCaseKey: string): ValueKind | undefined {
  return guards.get(lowerCaseKey) ?? OF_SERVICES.find(([key]) => key.test(lowerCaseKey))?.[1];
}

/** The global keys that say what a request acts on; the others say who, when, from where or how. */
const GLOBAL_NARROWING = /^aws:(resourcetag|requesttag)\//;

/**
 * Services' keys that describe a request (its caller, headers, sizes, switches, parameters) and no
 * resource; each is a regular expression for what follows the service's prefix.
 */
const DESCRIBING: Readonly<Record<string, string>> = {
  dynamodb: "attributes|select|return.*|enclosing.*|fulltablescan",
  ec2:
    "region|availabilityzone(id)?|sourceinstancearn|roledelivery|osuser|attribute(/.*)?|metadatahttp.*|" +
    "permission|location|instancemarkettype|tenancy",
  "ec2-instance-connect": ".*",
  ecs: "privileged|enable-.*|propagate-tags|account-setting",
  glue: "roleassumedby|credentialissuingservice",
  iam: "fido-.*|registersecuritykey|servicespecificcredential.*|delegationduration|notificationchannel",
  kms:
    "calleraccount|key(origin|spec|usage|agreementalgorithm)|customermasterkey.*|multiregion.*|granto.*|" +
    "grantconstrainttype|bypass.*|encryptionalgorithm|signingalgorithm|macalgorithm|messagetype|recipient.*|" +
    "wrapping.*|reencrypt.*|rotation.*|schedule.*|trailing.*|datakeypairspec|expirationmodel|" +
    "(primary|replica)region",
  lambda: "functionurlauthtype|invokedviafunctionurl|principal",
  s3: "(?!existingobjecttag/|dataaccesspointarn|accessgrants).*",
  s3express: "(?!sessionmode).*",
  saml: ".*",
  secretsmanager:
    "versionstage|versionid|force.*|blockpublic.*|recovery.*|description|addreplicaregions|" +
    "rotateimmediately|modifyrotationrules",
  sns: "protocol",
  ssm:
    "sessiondocumentaccesscheck|overwrite|autoapprove|recursive|policies|document(categories|type|version)|" +
    "inventorytypename|synctype",
  sts: ".*",
};

const describing = new Map(
  Object.entries(DESCRIBING).map(([service, names]) => [service, new RegExp(`^(${names})$`)]),
);

function describesRequest(lowerCaseKey: string): boolean {
  const colon = lowerCaseKey.indexOf(":");
  return describing.get(lowerCaseKey.slice(0, colon))?.test(lowerCaseKey.slice(colon + 1)) ?? false;
}

/** The one switch that says for whom: a grant that a service of AWS asks for. */
const NARROWING_SWITCH = "kms:grantisforawsresource";

/** Whether a key of an identity policy's condition names what the request may act on. */
export function namesResource(lowerCaseKey: string, operator: string): boolean {
  if (/^(bool|numeric|date|ipaddress|notipaddress)/.test(operator)) {
    return lowerCaseKey === NARROWING_SWITCH;
  }
  if (lowerCaseKey.startsWith("aws:")) return GLOBAL_NARROWING.test(lowerCaseKey);
  return !describesRequest(lowerCaseKey);
}

/**
 * Tags that a tool sets on what it has made, and nobody else uses: that such a tag is there, whatever its
 * value, distinguishes the tool's own resources from all others. A team's `Name` or `env` does not.
 */
const OF_A_TOOL = /(resourcetag|requesttag)\/(.*[./:].*|(aws|amazon|csi).*|.*managed)$/;

/** Whether a key is a tag that distinguishes its resources by being there. */
export function isToolTag(lowerCaseKey: string): boolean {
  return OF_A_TOOL.test(lowerCaseKey);
}
