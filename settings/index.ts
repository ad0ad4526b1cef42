export { expandHome } from "./kubeconfig";
export { readSettings, type ClusterSource, type Settings } from "./settings";
export type {
  AutoscalerPermissions,
  CreateSettings,
  IngressController,
  JenkinsServiceType,
  NodeSettings,
} from "./schema";
export {
  CHARTS,
  DEFAULT_KUBERNETES,
  JENKINS_IMAGE,
  KUBERNETES,
  SOCK_SHOP_IMAGES,
  type ChartPin,
} from "./versions";
export {
  CLUSTER_AUTOSCALER,
  INGRESS_CONTROLLER,
  JENKINS,
  quantities,
  SOCK_SHOP,
  type Confinement,
  type SockShopService,
} from "./workloads";
