/** Types of @kubernetes/client-node, which is an ES module; the types alone load nothing. */
export type {
  AppsV1Api,
  CoreV1Api,
  DiscoveryV1Api,
  KubeConfig,
  NetworkingV1Api,
  PolicyV1Api,
  V1Deployment,
  V1EndpointSlice,
  V1Ingress,
  V1Node,
  V1Pod,
  V1PodStatus,
  V1Service,
  V1ServiceAccount,
  V1ServicePort,
} from "@kubernetes/client-node" with { "resolution-mode": "import" };
