import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { JENKINS, JENKINS_IMAGE, quantities } from "./catalog";
import { allowNodeIngress, loadBalancerAnnotations, loadBalancerHost, nodeUrl } from "./exposure";
import type { TargetCluster } from "./target-cluster";

/** Types of the service in front of Jenkins; `none` removes the service only. */
export const JENKINS_SERVICE_TYPES = ["ClusterIP", "NodePort", "LoadBalancer", "none"] as const;
export type JenkinsServiceType = (typeof JENKINS_SERVICE_TYPES)[number];

/** Arguments of JenkinsService. */
export interface JenkinsServiceArgs {
  /** The cluster to put Jenkins on. */
  cluster: TargetCluster;
  /** Your name: the namespace is `<name>-bc-svc`. */
  name: string;
  /** Type of the service; `none` leaves namespace and pod without one. */
  service: JenkinsServiceType;
  /** Port of each node, from 30000 to 32767; of use with type NodePort only. */
  nodePort: number;
  /** Who may reach a node port or load balancer: IPv4 CIDR blocks; empty means the cluster's own. */
  allowedCidrs: readonly string[];
  /** Tags for a load balancer, which no provider sees being made. */
  tags: Readonly<Record<string, string>>;
}

const LABELS = { app: "jenkins" };
const PORT = 8080;

/**
 * Jenkins as exercises 3 to 5 have it:
 *
 * 1. the namespace `<name>-bc-svc`;
 * 2. the bare pod `jenkins`;
 * 3. the service `jenkins`, of the type asked for, or none;
 * 4. with type NodePort on EKS, a rule that admits you, and nobody else, to that port.
 *
 * A change of the service's type replaces the service, as the exercises do by hand: it is deleted
 * and made anew, so that nothing of the old type (a node port, say) stays. Pod and namespace are
 * not touched. Costs nothing, but a load balancer: $0.0225 an hour, and its addresses.
 */
export class JenkinsService extends pulumi.ComponentResource {
  readonly namespace: pulumi.Output<string>;
  /** Where Jenkins answers; with ClusterIP, once the port is forwarded. Undefined without service. */
  readonly url?: pulumi.Output<string>;
  /** The command that forwards the port to this machine; with ClusterIP only. */
  readonly portForward?: pulumi.Output<string>;
  /** The command that shows the password for the first log-in. */
  readonly passwordCommand: pulumi.Output<string>;

  constructor(name: string, args: JenkinsServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    const providers = args.cluster.providers;
    super("eks-exercises:components:JenkinsService", name, {}, { ...opts, providers });
    const namespace = new k8s.core.v1.Namespace(
      `${name}-namespace`,
      { metadata: { name: `${args.name}-bc-svc` } },
      { parent: this },
    );
    this.namespace = namespace.metadata.name;
    const pod = this.pod(name);
    const service = args.service === "none" ? undefined : this.service(name, args, pod);

    const { eks } = args.cluster;
    if (eks && args.service === "NodePort") {
      const description = "Jenkins, from your address";
      const rule = { eks, port: args.nodePort, allowedCidrs: args.allowedCidrs, description };
      allowNodeIngress(`${name}-admit`, rule, this);
    }
    this.url = service && this.urlOf(service, args);
    this.portForward =
      args.service === "ClusterIP"
        ? pulumi.interpolate`kubectl port-forward --namespace ${this.namespace} service/jenkins ${PORT}:${PORT}`
        : undefined;
    this.passwordCommand = pulumi.interpolate`kubectl exec --namespace ${this.namespace} jenkins -- cat /var/jenkins_home/secrets/initialAdminPassword`;
    this.registerOutputs({
      namespace: this.namespace,
      url: this.url,
      portForward: this.portForward,
      passwordCommand: this.passwordCommand,
    });
  }

  private pod(name: string): k8s.core.v1.Pod {
    const page = { httpGet: { path: "/login", port: PORT } };
    return new k8s.core.v1.Pod(
      `${name}-pod`,
      {
        metadata: { name: "jenkins", namespace: this.namespace, labels: LABELS },
        spec: {
          automountServiceAccountToken: false,
          nodeSelector: { "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64" },
          securityContext: {
            runAsNonRoot: true,
            runAsUser: 1000,
            runAsGroup: 1000,
            fsGroup: 1000,
            seccompProfile: { type: "RuntimeDefault" },
          },
          containers: [
            {
              name: "jenkins",
              image: JENKINS_IMAGE,
              ports: [{ name: "http", containerPort: PORT, protocol: "TCP" }],
              resources: {
                requests: quantities(JENKINS),
                limits: { cpu: "1", memory: `${2 * JENKINS.memoryMiB}Mi` },
              },
              securityContext: {
                allowPrivilegeEscalation: false,
                capabilities: { drop: ["ALL"] },
              },
              // Jenkins unpacks itself at its first start, which takes minutes on a small node.
              startupProbe: { ...page, periodSeconds: 10, failureThreshold: 60, timeoutSeconds: 5 },
              // No liveness probe: while plugins install, Jenkins answers too late, and would be killed.
              readinessProbe: { ...page, periodSeconds: 10, timeoutSeconds: 5 },
              volumeMounts: [{ name: "home", mountPath: "/var/jenkins_home" }],
            },
          ],
          // The image declares its home a volume, which containerd keeps with the container: without
          // one of the pod's own, every restart of the container would begin with an empty Jenkins.
          volumes: [{ name: "home", emptyDir: {} }],
        },
      },
      { parent: this },
    );
  }

  private service(name: string, args: JenkinsServiceArgs, pod: k8s.core.v1.Pod) {
    const type = args.service;
    const isLoadBalancer = type === "LoadBalancer";
    return new k8s.core.v1.Service(
      `${name}-service`,
      {
        metadata: {
          name: "jenkins",
          namespace: this.namespace,
          labels: LABELS,
          annotations: isLoadBalancer ? loadBalancerAnnotations(args.tags) : undefined,
        },
        spec: {
          type,
          selector: LABELS,
          ports: [
            {
              port: PORT,
              targetPort: PORT,
              protocol: "TCP",
              nodePort: type === "NodePort" ? args.nodePort : undefined,
            },
          ],
          loadBalancerSourceRanges:
            isLoadBalancer && args.allowedCidrs.length > 0 ? [...args.allowedCidrs] : undefined,
        },
      },
      {
        parent: this,
        dependsOn: [pod],
        replaceOnChanges: ["spec.type"],
        deleteBeforeReplace: true,
        // The service stays until AWS has accepted the deletion of its load balancer.
        customTimeouts: { delete: "20m" },
      },
    );
  }

  private urlOf(service: k8s.core.v1.Service, args: JenkinsServiceArgs): pulumi.Output<string> {
    switch (args.service) {
      case "NodePort":
        return nodeUrl(args.cluster.eks, args.nodePort, this);
      case "LoadBalancer":
        return service.status.apply((status) => `http://${loadBalancerHost(status)}:${PORT}`);
      case "ClusterIP":
      case "none":
        return pulumi.output(`http://localhost:${PORT}`);
    }
  }
}
