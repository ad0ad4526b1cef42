import { EksCluster, JenkinsService, WorkloadRole } from "eks-exercises-components";
import * as pulumi from "@pulumi/pulumi";

const allowedCidrs = new pulumi.Config().requireObject<string[]>("allowedCidrs");

const cluster = new EksCluster("shop", { allowedCidrs });

const jenkins = new JenkinsService(
  "jenkins",
  { cluster: cluster.eks, name: "alice", service: "LoadBalancer", allowedCidrs },
  { providers: cluster.providers },
);

const reports = new WorkloadRole("reports", {
  cluster: cluster.eks,
  serviceAccount: { namespace: "reports", name: "writer" },
  policy: JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: "s3:PutObject",
        Resource: "arn:aws:s3:::reports-of-alice/daily/*",
      },
    ],
  }),
});

export const connect = cluster.connectCommand;
export const jenkinsUrl = jenkins.url;
export const reportsRoleArn = reports.arn;
