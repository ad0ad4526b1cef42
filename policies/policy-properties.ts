import { type DocumentKind } from "./analyser";

/**
 * The properties that hold a policy document, by type of resource: a line a type, its name first (the
 * module and the class; `iam/role:Role` is written `iam/role`), then the properties. `list[].policy` is
 * the property of each element of a list.
 */
type Table = Record<DocumentKind, string>;

/** @pulumi/aws 7 (7.48). A test holds the table against every property of the package. */
const CLASSIC: Table = {
  identity: `
    iam/groupPolicy policy
    iam/policy policy
    iam/role inlinePolicies[].policy
    iam/rolePolicy policy
    iam/userPolicy policy
    iot/policy policy
    ssoadmin/permissionSetInlinePolicy inlinePolicy`,
  trust: `
    iam/role assumeRolePolicy`,
  resource: `
    acmpca/policy policy
    amp/resourcePolicy policyDocument
    apigateway/domainName policy
    apigateway/restApi policy
    apigateway/restApiPolicy policy
    backup/vaultPolicy policy
    bedrock/agentcoreResourcePolicy policy
    cloudsearch/domainServiceAccessPolicy accessPolicy
    cloudwatch/eventBusPolicy policy
    cloudwatch/logDeliveryDestinationPolicy deliveryDestinationPolicy
    cloudwatch/logDestinationPolicy accessPolicy
    cloudwatch/logResourcePolicy policyDocument
    codeartifact/domainPermissions policyDocument
    codeartifact/repositoryPermissionsPolicy policyDocument
    codebuild/resourcePolicy policy
    dsql/clusterPolicy policy
    dynamodb/resourcePolicy policy
    ecr/registryPolicy policy
    ecr/repositoryCreationTemplate repositoryPolicy
    ecr/repositoryPolicy policy
    ecrpublic/repositoryPolicy policy
    efs/fileSystemPolicy policy
    elasticsearch/domain accessPolicies
    elasticsearch/domainPolicy accessPolicies
    fsx/s3AccessPointAttachment s3AccessPoint.policy
    glacier/vault accessPolicy
    glacier/vaultLock policy
    glue/resourcePolicy policy
    kinesis/resourcePolicy policy
    kms/externalKey policy
    kms/key policy
    kms/keyPolicy policy
    kms/replicaExternalKey policy
    kms/replicaKey policy
    lambda/resourcePolicy policy
    mediastore/containerPolicy policy
    msk/clusterPolicy policy
    networkfirewall/resourcePolicy policy
    oam/sinkPolicy policy
    opensearch/domain accessPolicies
    opensearch/domainPolicy accessPolicies
    opensearchingest/resourcePolicy policy
    organizations/resourcePolicy content
    pinpoint/smsvoicev2ResourcePolicy policy
    redshift/resourcePolicy policy
    redshiftserverless/resourcePolicy policy
    s3/accessPoint policy
    s3/bucket policy
    s3/bucketPolicy policy
    s3/bucketV2 policy
    s3/filesFileSystemPolicy policy
    s3/vectorsVectorBucketPolicy policy
    s3control/accessGrantsInstanceResourcePolicy policy
    s3control/accessPointPolicy policy
    s3control/bucketPolicy policy
    s3control/multiRegionAccessPointPolicy details.policy
    s3control/objectLambdaAccessPointPolicy policy
    s3tables/tableBucketPolicy resourcePolicy
    s3tables/tablePolicy resourcePolicy
    sagemaker/modelPackageGroupPolicy resourcePolicy
    schemas/registryPolicy policy
    secretsmanager/secret policy
    secretsmanager/secretPolicy policy
    ses/identityPolicy policy
    sesv2/emailIdentityPolicy policy
    sns/topic policy
    sns/topicPolicy policy
    sqs/queue policy
    sqs/queuePolicy policy
    vpclattice/authPolicy policy
    vpclattice/resourcePolicy policy
    xray/resourcePolicy policyDocument`,
};

/**
 * @pulumi/aws-native (1.79.0, by its own declarations): `iam:Role` is `aws-native:iam:Role`. Session policies
 * (transfer:User, rolesanywhere:Profile, eks:PodIdentityAssociation) only take away, and are not listed.
 */
const NATIVE: Table = {
  identity: `
    iam:Group policies[].policyDocument
    iam:GroupPolicy policyDocument
    iam:ManagedPolicy policyDocument
    iam:Role policies[].policyDocument
    iam:RolePolicy policyDocument
    iam:User policies[].policyDocument
    iam:UserPolicy policyDocument
    iot:Policy policyDocument
    sso:PermissionSet inlinePolicy`,
  trust: `
    iam:Role assumeRolePolicyDocument`,
  resource: `
    aiops:InvestigationGroup investigationGroupPolicy
    apigateway:DomainNameV2 policy
    apigateway:RestApi policy
    aps:ResourcePolicy policyDocument
    backup:BackupVault accessPolicy
    backup:LogicallyAirGappedBackupVault accessPolicy
    bedrock:ResourcePolicy policyDocument
    bedrockagentcore:ResourcePolicy policy
    cloudtrail:ResourcePolicy resourcePolicy
    codeartifact:Domain permissionsPolicyDocument
    codeartifact:Repository permissionsPolicyDocument
    dsql:Cluster policyDocument
    dynamodb:GlobalTable replicas[].resourcePolicy.policyDocument replicas[].replicaStreamSpecification.resourcePolicy.policyDocument
    dynamodb:Table resourcePolicy.policyDocument streamSpecification.resourcePolicy.policyDocument
    ecr:RegistryPolicy policyText
    ecr:Repository repositoryPolicyText
    ecr:RepositoryCreationTemplate repositoryPolicy
    efs:FileSystem fileSystemPolicy
    events:EventBus policy
    eventschemas:RegistryPolicy policy
    fsx:S3AccessPointAttachment s3AccessPoint.policy
    kinesis:ResourcePolicy resourcePolicy
    kms:Key keyPolicy
    kms:ReplicaKey keyPolicy
    lambda:ResourcePolicy policyDocument
    lex:ResourcePolicy policy
    logs:DeliveryDestination deliveryDestinationPolicy.deliveryDestinationPolicy
    logs:Destination destinationPolicy
    logs:LogGroup resourcePolicyDocument
    logs:ResourcePolicy policyDocument
    mediapackagev2:ChannelPolicy policy
    mediapackagev2:OriginEndpointPolicy policy
    mediatailor:ChannelPolicy policy
    msk:ClusterPolicy policy
    oam:Sink policy
    omics:SequenceStore s3AccessPolicy
    opensearchservice:Domain accessPolicies
    osis:Pipeline resourcePolicy.policy
    paymentcryptography:Key policy
    redshift:Cluster namespaceResourcePolicy
    redshiftserverless:Namespace namespaceResourcePolicy
    rum:AppMonitor resourcePolicy.policyDocument
    s3:AccessPoint policy
    s3:BucketPolicy policyDocument
    s3:MultiRegionAccessPointPolicy policy
    s3express:AccessPoint policy
    s3express:BucketPolicy policyDocument
    s3files:FileSystemPolicy policy
    s3objectlambda:AccessPointPolicy policyDocument
    s3outposts:AccessPoint policy
    s3outposts:BucketPolicy policyDocument
    s3tables:TableBucketPolicy resourcePolicy
    s3tables:TablePolicy resourcePolicy
    s3vectors:VectorBucketPolicy policy
    sagemaker:ModelPackageGroup modelPackageGroupPolicy
    secretsmanager:ResourcePolicy resourcePolicy
    smsvoice:ResourcePolicy policyDocument
    sns:TopicInlinePolicy policyDocument
    sns:TopicPolicy policyDocument
    sqs:QueueInlinePolicy policyDocument
    ssm:ResourcePolicy policy
    vpclattice:AuthPolicy policy
    vpclattice:ResourcePolicy policy
    xray:ResourcePolicy policyDocument`,
};

/** A property of a type that holds a document, or a list of documents. */
export interface PolicyProperty {
  path: string;
  kind: DocumentKind;
}

const KINDS = ["trust", "identity", "resource"] as const;

/** `iam/role` as the engine writes it: `aws:iam/role:Role`. */
function classicToken(name: string): string {
  const file = name.slice(name.indexOf("/") + 1);
  return `aws:${name}:${file.charAt(0).toUpperCase()}${file.slice(1)}`;
}

const properties = new Map<string, PolicyProperty[]>();

function take(table: Table, token: (name: string) => string): void {
  for (const kind of KINDS) {
    for (const line of table[kind].trim().split("\n")) {
      const [name = "", ...paths] = line.trim().split(" ");
      const known = properties.get(token(name)) ?? [];
      properties.set(token(name), [...known, ...paths.map((path) => ({ path, kind }))]);
    }
  }
}

take(CLASSIC, classicToken);
take(NATIVE, (name) => `aws-native:${name}`);

/** Every property that holds a policy document, by type token. */
export const POLICY_PROPERTIES: ReadonlyMap<string, readonly PolicyProperty[]> = properties;
