/**
 * Actions whose names do not tell what they are worth, in lower case. A test holds each against AWS's
 * list of actions. Written from AWS's own descriptions of the actions.
 */

/** They answer with a credential, or make or set one. */
export const CREDENTIALS: ReadonlySet<string> = new Set([
  "athena:getsessionendpoint",
  "bedrock-agentcore:getresourceapikey",
  "bedrock-agentcore:getresourceoauth2token",
  "bedrock-agentcore:getworkloadaccesstoken",
  "bedrock-agentcore:getworkloadaccesstokenforuserid",
  "codeartifact:getauthorizationtoken",
  "codepipeline:pollforjobs",
  "cognito-identity:getcredentialsforidentity",
  "cognito-identity:getopenidtoken",
  "cognito-identity:getopenidtokenfordeveloperidentity",
  "cognito-idp:describeuserpoolclient",
  "connect:getfederationtoken",
  "dsql:dbconnect",
  "dsql:dbconnectadmin",
  "ec2:getpassworddata",
  "ec2-instance-connect:sendserialconsolesshpublickey",
  "ec2-instance-connect:sendsshpublickey",
  "elasticmapreduce:getclustersessioncredentials",
  "emr-containers:getmanagedendpointsessioncredentials",
  "gamelift:getcomputeauthtoken",
  "gamelift:getinstanceaccess",
  "gamelift:requestuploadcredentials",
  "iam:createaccesskey",
  "iam:createloginprofile",
  "iam:createservicespecificcredential",
  "iam:resetservicespecificcredential",
  "iam:updateaccesskey",
  "iam:updateloginprofile",
  "lightsail:createbucketaccesskey",
  "lightsail:downloaddefaultkeypair",
  "lightsail:getbucketaccesskeys",
  "lightsail:getinstanceaccessdetails",
  "lightsail:getkeypair",
  "lightsail:getrelationaldatabasemasteruserpassword",
  "mediapackage:rotatechannelcredentials",
  "mediapackage:rotateingestendpointcredentials",
  "rds-db:connect",
  "redshift:createclusteruser",
  "redshift:getclustercredentials",
  "redshift:getclustercredentialswithiam",
  "redshift-serverless:getcredentials",
  "snowball:getjobunlockcode",
  "storagegateway:describechapcredentials",
  "sts:assumerolewithsaml",
  "sts:assumerolewithwebidentity",
  "sts:assumeroot",
  "sts:getfederationtoken",
]);

/** They read what is kept because it is secret. */
export const SECRETS: ReadonlySet<string> = new Set([
  "appsync:listapikeys",
  "secretsmanager:batchgetsecretvalue",
  "secretsmanager:getsecretvalue",
  "ssm:getparameter",
  "ssm:getparameterhistory",
  "ssm:getparameters",
  "ssm:getparametersbypath",
]);

/** They read customers' data, or copy it to where it can be read. */
export const DATA: ReadonlySet<string> = new Set([
  "athena:getqueryresults",
  "codecommit:gitpull",
  "dynamodb:batchgetitem",
  "dynamodb:exporttabletopointintime",
  "dynamodb:getitem",
  "dynamodb:getrecords",
  "dynamodb:partiqlselect",
  "dynamodb:query",
  "dynamodb:scan",
  "ebs:getsnapshotblock",
  "ebs:listsnapshotblocks",
  "kinesis:getrecords",
  "kinesisvideo:getmedia",
  "lambda:getfunction",
  "logs:getlogevents",
  "logs:filterlogevents",
  "redshift-data:getstatementresult",
  "s3:getobject",
  "s3:getobjectversion",
  "sqs:receivemessage",
]);

/** Writers of logs, traces and metrics: broad, but what they can do to others is little. */
export const MINOR: ReadonlySet<string> = new Set([
  "aps:remotewrite",
  "cloudwatch:putmetricdata",
  "logs:createloggroup",
  "logs:createlogstream",
  "logs:putlogevents",
  "logs:putretentionpolicy",
  "xray:puttelemetryrecords",
  "xray:puttracesegments",
]);

/** The writes that a cluster autoscaler needs, and the others that change the size of a group. */
export const AUTOSCALING: ReadonlySet<string> = new Set([
  "autoscaling:setdesiredcapacity",
  "autoscaling:terminateinstanceinautoscalinggroup",
  "autoscaling:updateautoscalinggroup",
  "autoscaling:detachinstances",
  "autoscaling:setinstanceprotection",
]);

/** One's own second factor: a device is nobody's until it is enabled, and cannot be deleted while it is. */
export const SELF_SERVICE: ReadonlySet<string> = new Set([
  "iam:createvirtualmfadevice",
  "iam:deletevirtualmfadevice",
]);

/**
 * Actions that are about one of their resource types, whatever the others are: what is copied, restored or
 * commanded. The other types are made by the action, or say how.
 */
export const TARGETS: ReadonlyMap<string, readonly string[]> = new Map([
  ["dynamodb:restoretablefrombackup", ["backup"]],
  ["ec2:createimage", ["instance"]],
  ["ec2:createinstanceexporttask", ["instance"]],
  ["ec2:createreplacerootvolumetask", ["instance"]],
  ["ec2:createsnapshot", ["volume"]],
  ["ec2:createsnapshots", ["instance"]],
  ["fsx:createfilesystemfrombackup", ["backup"]],
  ["fsx:createvolumefrombackup", ["backup"]],
  ["kms:deletealias", ["alias"]],
  ["kms:updatealias", ["alias"]],
  ["rds:createdbclustersnapshot", ["cluster"]],
  ["rds:createdbinstancereadreplica", ["db"]],
  ["rds:createdbsnapshot", ["db"]],
  ["rds:restoredbclusterfromsnapshot", ["snapshot", "cluster-snapshot"]],
  ["rds:restoredbclustertopointintime", ["cluster"]],
  ["rds:restoredbinstancefromdbsnapshot", ["snapshot", "cluster-snapshot"]],
  ["rds:restoredbinstancetopointintime", ["db"]],
  ["redshift:restorefromclustersnapshot", ["snapshot"]],
  ["redshift:restoretablefromclustersnapshot", ["snapshot"]],
  ["redshift-serverless:restorefromsnapshot", ["snapshot"]],
  ["redshift-serverless:restoretablefromsnapshot", ["snapshot"]],
  ["ssm:createassociation", ["instance", "managed-instance"]],
  ["ssm:createassociationbatch", ["instance", "managed-instance"]],
  ["ssm:sendcommand", ["instance", "managed-instance"]],
  ["ssm:startsession", ["instance", "managed-instance", "task"]],
  ["sso:createaccountassignment", ["Account", "PermissionSet"]],
  ["sso:deleteaccountassignment", ["Account", "PermissionSet"]],
]);
