import { matchesAny } from "./glob";
import { type Statement } from "./types";

/** A controller whose policy, as its makers publish it, is broad in places that are theirs to narrow. */
interface Documented {
  name: string;
  source: string;
  /** Actions that the published policy holds: a document with all of them is that policy. */
  signature: readonly string[];
  /** The writes that it holds on every resource. */
  broad: ReadonlySet<string>;
}

const CONTROLLERS: readonly Documented[] = [
  {
    name: "Image pull",
    source: "the managed policy AmazonEC2ContainerRegistryPullOnly",
    signature: ["ecr:batchgetimage", "ecr:getdownloadurlforlayer", "ecr:getauthorizationtoken"],
    broad: new Set(["ecr:batchimportupstreamimage"]),
  },
  {
    name: "AWS Load Balancer Controller",
    source: "kubernetes-sigs/aws-load-balancer-controller, docs/install/iam_policy.json",
    signature: [
      "elasticloadbalancing:describetargethealth",
      "elasticloadbalancing:registertargets",
      "elasticloadbalancing:createloadbalancer",
      "ec2:describesecuritygroups",
    ],
    broad: new Set([
      "ec2:authorizesecuritygroupingress",
      "ec2:revokesecuritygroupingress",
      "ec2:createsecuritygroup",
      "elasticloadbalancing:createlistener",
      "elasticloadbalancing:deletelistener",
      "elasticloadbalancing:createrule",
      "elasticloadbalancing:deleterule",
      "elasticloadbalancing:createtargetgroup",
      "elasticloadbalancing:addtags",
      "elasticloadbalancing:removetags",
      "elasticloadbalancing:setwebacl",
      "elasticloadbalancing:modifylistener",
      "elasticloadbalancing:addlistenercertificates",
      "elasticloadbalancing:removelistenercertificates",
      "elasticloadbalancing:modifyrule",
      "elasticloadbalancing:setrulepriorities",
      "elasticloadbalancing:registertargets",
      "elasticloadbalancing:deregistertargets",
      "wafv2:associatewebacl",
      "wafv2:disassociatewebacl",
      "waf-regional:associatewebacl",
      "waf-regional:disassociatewebacl",
      "shield:createprotection",
      "shield:deleteprotection",
      "cognito-idp:describeuserpoolclient",
    ]),
  },
  {
    name: "Amazon VPC CNI",
    source: "the managed policy AmazonEKS_CNI_Policy",
    signature: [
      "ec2:assignprivateipaddresses",
      "ec2:attachnetworkinterface",
      "ec2:createnetworkinterface",
      "ec2:describenetworkinterfaces",
    ],
    broad: new Set([
      "ec2:assignprivateipaddresses",
      "ec2:assignipv6addresses",
      "ec2:attachnetworkinterface",
      "ec2:createnetworkinterface",
      "ec2:deletenetworkinterface",
      "ec2:detachnetworkinterface",
      "ec2:modifynetworkinterfaceattribute",
      "ec2:unassignprivateipaddresses",
      "ec2:unassignipv6addresses",
      "ec2:createtags",
    ]),
  },
  {
    name: "Amazon EBS CSI driver",
    source: "the managed policy AmazonEBSCSIDriverPolicy",
    signature: ["ec2:attachvolume", "ec2:detachvolume", "ec2:createvolume", "ec2:describevolumes"],
    broad: new Set([
      "ec2:createsnapshot",
      "ec2:attachvolume",
      "ec2:detachvolume",
      "ec2:modifyvolume",
      "ec2:createvolume",
      "ec2:enablefastsnapshotrestores",
      "ec2:copyvolumes",
      "ec2:deletetags",
      "ec2:locksnapshot",
    ]),
  },
  {
    name: "Lambda function in a VPC",
    source: "the managed policy AWSLambdaVPCAccessExecutionRole",
    signature: [
      "ec2:createnetworkinterface",
      "ec2:deletenetworkinterface",
      "ec2:describenetworkinterfaces",
      "logs:putlogevents",
    ],
    broad: new Set([
      "ec2:createnetworkinterface",
      "ec2:deletenetworkinterface",
      "ec2:assignprivateipaddresses",
      "ec2:unassignprivateipaddresses",
    ]),
  },
  {
    name: "ExternalDNS",
    source: "kubernetes-sigs/external-dns, docs/tutorials/aws.md",
    signature: ["route53:changeresourcerecordsets", "route53:listhostedzones"],
    broad: new Set(["route53:changeresourcerecordsets"]),
  },
  {
    name: "Karpenter",
    source: "aws/karpenter-provider-aws, CloudFormation of the getting-started guide",
    signature: ["ec2:createfleet", "ec2:runinstances", "pricing:getproducts", "ssm:getparameter"],
    broad: new Set([
      "ec2:createfleet",
      "ec2:runinstances",
      "ec2:createlaunchtemplate",
      "ssm:getparameter",
    ]),
  },
];

/** The actions that the published policies of these controllers hold on every resource. */
export function listPublished(controllers: readonly Documented[]): ReadonlySet<string> {
  return new Set(controllers.flatMap((controller) => [...controller.broad]));
}

/** The controllers whose published policy this document is, by the actions that it allows. */
export function documentedAs(statements: readonly Statement[]): Documented[] {
  const allowed = statements.flatMap((s) => (s.effect === "Allow" ? s.actions : []));
  const named = allowed.filter((action) => action !== "*");
  return CONTROLLERS.filter((controller) =>
    controller.signature.every((action) => matchesAny(named, action)),
  );
}
