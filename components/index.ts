export type { AccessEntryOptions } from "./access-entries";
export type { AddonOptions } from "./addons";
export { Autoscaler, AutoscalerPermissions, type AutoscalerArgs } from "./autoscaler";
export { EksCluster } from "./eks-cluster";
export type { EksClusterArgs } from "./eks-cluster-args";
export { IngressController } from "./ingress-controllers";
export { IngressStack, type IngressStackArgs } from "./ingress-stack";
export { JenkinsService, JenkinsServiceType, type JenkinsServiceArgs } from "./jenkins-service";
export type { TokenCredentials } from "./kubeconfig";
export { NatGateways } from "./network-options";
export {
  CapacityType,
  NodeSubnets,
  TaintEffect,
  type NodeOptions,
  type NodeTaint,
} from "./node-options";
export { SockShop, type IngressBackend, type SockShopArgs } from "./sock-shop";
export { EKS_CLUSTER_INFO, type EksClusterInfo } from "./target-cluster";
export {
  WorkloadIdentity,
  WorkloadRole,
  type ServiceAccountArgs,
  type WorkloadRoleArgs,
} from "./workload-role";
export { ArgumentsError, type ArgumentProblem } from "./validation";
