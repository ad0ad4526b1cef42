/** The chapter's checks, and which of them apply to a stack. */
import type { Check, SkippedCheck } from "../check";
import type { Target } from "../target";
import { endpointAccess, groupsClosed } from "./access";
import { autoscalerLog, autoscalerRuns, autoscalerVersion } from "./autoscaler";
import { autoscalerIdentity, nodeRoleCannotScale } from "./autoscaler-rights";
import { apiVersion, clusterActive, nodeGroupSize } from "./cluster";
import { connected } from "./connection";
import { controllerReady, ingressAddress, ingressClass, ingressRoutes } from "./ingress";
import { sameShop } from "./ingress-shop";
import { jenkinsNamespace, jenkinsPod, jenkinsReady } from "./jenkins";
import { balancerClosed, balancerInAws, jenkinsAtBalancer } from "./jenkins-balancer";
import { jenkinsForwarded, jenkinsOnNodes, nodePortClosed } from "./jenkins-reach";
import { jenkinsEndpoints, jenkinsService } from "./jenkins-service";
import { nodeImage, nodesReady } from "./nodes";
import { clusterRole, nodeRole } from "./roles";
import { scaledDown } from "./scale-down";
import { shopDeployments, shopPage, shopUrl } from "./shop";

/** Those that ask AWS: they mean nothing on a cluster that is not of EKS. */
const OF_AWS: readonly Check[] = [
  clusterActive,
  nodeGroupSize,
  nodeImage,
  endpointAccess,
  groupsClosed,
  clusterRole,
  nodeRole,
  nodePortClosed,
  balancerInAws,
];

/** The checks of a stack, in the chapter's order, and those that it is not up to. */
export function selectChecks({ settings, eks }: Target): {
  checks: Check[];
  skipped: SkippedCheck[];
} {
  const { cluster, sockShop, autoscaler, jenkins, ingress } = settings;
  const own = cluster.kind === "create" ? clusterChecks() : [];
  const all: Check[] = [
    connected,
    ...own,
    ...(sockShop ? [shopDeployments, shopPage, shopUrl] : []),
    ...(autoscaler
      ? [
          autoscalerRuns,
          autoscalerVersion,
          autoscalerIdentity,
          nodeRoleCannotScale,
          autoscalerLog,
          scaledDown,
        ]
      : []),
    ...(jenkins ? jenkinsChecks(jenkins.service) : []),
    ...(ingress ? [controllerReady, ingressClass, ingressRoutes, ingressAddress, sameShop] : []),
  ];
  if (eks) return { checks: all, skipped: [] };
  const skipped: SkippedCheck[] = [];
  const checks = all.filter((check) => {
    const why = OF_AWS.includes(check)
      ? "it asks AWS, and this cluster is not of EKS"
      : check === ingressAddress && ingress?.controller !== "alb"
        ? "without a load balancer an Ingress gets no address; the controller itself is asked for the shop"
        : undefined;
    if (why !== undefined) skipped.push({ check, why });
    return why === undefined;
  });
  return { checks, skipped };
}

function clusterChecks(): Check[] {
  return [
    clusterActive,
    apiVersion,
    nodeGroupSize,
    nodesReady,
    nodeImage,
    endpointAccess,
    groupsClosed,
    clusterRole,
    nodeRole,
  ];
}

function jenkinsChecks(service: "ClusterIP" | "NodePort" | "LoadBalancer" | "none"): Check[] {
  const always = [jenkinsNamespace, jenkinsPod, jenkinsReady, jenkinsService(service)];
  switch (service) {
    case "none":
      return always;
    case "ClusterIP":
      return [...always, jenkinsEndpoints, jenkinsForwarded];
    case "NodePort":
      return [...always, jenkinsEndpoints, jenkinsForwarded, nodePortClosed, jenkinsOnNodes];
    case "LoadBalancer":
      return [
        ...always,
        jenkinsEndpoints,
        jenkinsForwarded,
        balancerInAws,
        balancerClosed,
        jenkinsAtBalancer,
      ];
  }
}
