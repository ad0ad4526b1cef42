/** Numbers in code that the program does not register, and what they are. */
import { amiParameter } from "../../../../components/node-user-data";
import { DEFAULT_KUBERNETES } from "../../../../components/catalog";

export const EXAMPLES: Readonly<Record<string, string>> = {
  "203.0.113.7/32": "an address set aside for documentation",
  "allowedCidrs[0]": "a place in a list",
  "allowedCidrs[1]": "a place in a list",
  "9090:8080": "another port of the reader's machine, and Jenkins's own",
  "8080:32000/TCP": "how kubectl writes Jenkins's port and node port",
  "http://NODE:32000": "the chapter's address",
  "http://NODE_ID:32000": "the chapter's mistake",
  "169.254.169.254": "the metadata service of EC2",
  "extensions/v1beta1": "an API version that is gone",
  "t3.medium": "a type that is too small for the chapter",
  "t4g.large": "a type of the other architecture",
  elbv2: "a command of the AWS CLI",
  "0.0.0.0/0": "the world",
  "301": "an answer of HTTP",

  EC2: "a service of AWS, in a message of its SDK",
  "aws-K8S-": "how the VPC CNI begins an interface's description",
  PULUMI_K8S_DELETE_UNREACHABLE: "a variable of the Kubernetes provider",
  "502": "an answer of HTTP",
  "503": "an answer of HTTP",
  "404": "an answer of HTTP",
  "ec2.amazonaws.com": "a service of AWS",
  [amiParameter(DEFAULT_KUBERNETES)]: "where AWS publishes an AMI",
};
