export { Autoscaler, type AutoscalerArgs, type AutoscalerPermissions } from "./autoscaler";
export { EksCluster, type EksClusterArgs } from "./eks-cluster";
export type { IngressController } from "./ingress-controllers";
export { IngressStack, type IngressStackArgs } from "./ingress-stack";
export {
  JenkinsService,
  type JenkinsServiceArgs,
  type JenkinsServiceType,
} from "./jenkins-service";
export { Network, ZONES_FOR_EKS, type NetworkArgs } from "./network";
export { NodeGroup, type NodeGroupArgs, type NodeOptions } from "./node-group";
export { SockShop, type SockShopArgs } from "./sock-shop";
export { EKS_CLUSTER_INFO, type EksClusterInfo, type TargetCluster } from "./target-cluster";
export { WorkloadRole, type WorkloadRoleArgs } from "./workload-role";
