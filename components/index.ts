export { Autoscaler, type AutoscalerArgs, type AutoscalerPermissions } from "./autoscaler";
export { EksCluster } from "./eks-cluster";
export type { EksClusterArgs } from "./eks-cluster-args";
export type { IngressController } from "./ingress-controllers";
export { IngressStack, type IngressStackArgs } from "./ingress-stack";
export {
  JenkinsService,
  type JenkinsServiceArgs,
  type JenkinsServiceType,
} from "./jenkins-service";
export type { TokenCredentials } from "./kubeconfig";
export type { NodeOptions } from "./node-options";
export { SockShop, type SockShopArgs } from "./sock-shop";
export { EKS_CLUSTER_INFO, type EksClusterInfo, type TargetCluster } from "./target-cluster";
export { WorkloadRole, type WorkloadRoleArgs } from "./workload-role";
export { ArgumentsError, type ArgumentProblem } from "./validation";
