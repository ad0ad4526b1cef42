import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { JENKINS, JENKINS_IMAGE, quantities } from "./catalog";
import { componentType, withFormerType } from "./component-type";
import {
  allowNodeIngress,
  loadBalancerAnnotations,
  loadBalancerHost,
  MAX_NODE_PORT,
  MAX_RULES,
  MIN_NODE_PORT,
  nodeUrl,
  takeNodeRules,
} from "./exposure";
import { readFact, requireFacts, type EksClusterInfo } from "./target-cluster";
import { Arguments } from "./validation";

/** Types of the Service in front of Jenkins. */
export const JenkinsServiceType = {
  /** Reached from within the cluster, or by port-forward. */
  ClusterIP: "ClusterIP",
  /** Reached at a port of each node. */
  NodePort: "NodePort",
  /** Reached at a load balancer: on EKS a Network Load Balancer. */
  LoadBalancer: "LoadBalancer",
  /** No Service: namespace and pod only. */
  none: "none",
} as const;
export type JenkinsServiceType = (typeof JenkinsServiceType)[keyof typeof JenkinsServiceType];

/** Arguments of JenkinsService. */
export interface JenkinsServiceArgs {
  /**
   * The EKS cluster: with type NodePort `nodeSecurityGroupId`, and for the URL `clusterName` and
   * `nodeGroupName`. Leave it out on a cluster that is not EKS, such as kind.
   */
  cluster?: pulumi.Input<EksClusterInfo>;
  /** Your name, a DNS label: the namespace is `<name>-bc-svc`. */
  name: pulumi.Input<string>;
  /** Type of the Service: ClusterIP, NodePort, LoadBalancer or none. Default: ClusterIP. */
  service?: JenkinsServiceType;
  /** Port of each node, from 30000 to 32767, with type NodePort. Default: 32000. */
  nodePort?: pulumi.Input<number>;
  /**
   * IPv4 CIDR blocks that may reach Jenkins, such as ["203.0.113.7/32"] for one address. Required
   * with type LoadBalancer, and with NodePort on EKS; 0.0.0.0/0 admits everybody.
   */
  allowedCidrs?: pulumi.Input<string>[];
  /** Tags of the load balancer, which no provider tags. Default: none. */
  tags?: Record<string, pulumi.Input<string>>;
  /** Image of Jenkins, with its tag; it must run as uid 1000. Default: the pinned LTS release. */
  image?: pulumi.Input<string>;
}

const LABELS = { app: "jenkins" };
const PORT = 8080;
const DEFAULT_NODE_PORT = 32000;

/**
 * Jenkins as exercises 3 to 5 have it:
 *
 * 1. the namespace `<name>-bc-svc`;
 * 2. the bare pod `jenkins`;
 * 3. the Service `jenkins`, of the given type, or none;
 * 4. with type NodePort on EKS, a rule for each allowed block, on that port of the nodes.
 *
 * A change of the Service's type replaces the Service, as the exercises do by hand: it is deleted
 * and recreated, so that nothing of the old type (a node port, say) stays. Pod and namespace are
 * not touched. Costs nothing, but a load balancer: $0.0225 an hour, and its addresses.
 */
export class JenkinsService extends pulumi.ComponentResource {
  /** Name of the namespace. */
  readonly namespace: pulumi.Output<string>;
  /** URL of Jenkins: with ClusterIP, once the port is forwarded. Undefined without a Service. */
  readonly url?: pulumi.Output<string>;
  /** Command that forwards the port to this machine; with ClusterIP only. */
  readonly portForward?: pulumi.Output<string>;
  /** Command that shows the password of the first log-in. */
  readonly passwordCommand: pulumi.Output<string>;

  constructor(name: string, args: JenkinsServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    const component = `JenkinsService "${name}"`;
    validate(component, args);
    super(componentType("JenkinsService"), name, {}, withFormerType("JenkinsService", opts));
    const namespace = new k8s.core.v1.Namespace(
      `${name}-namespace`,
      { metadata: { name: pulumi.interpolate`${args.name}-bc-svc` } },
      { parent: this },
    );
    this.namespace = namespace.metadata.name;
    const pod = this.pod(name, args);
    const { service: type = "ClusterIP", nodePort = DEFAULT_NODE_PORT } = args;
    const service = type === "none" ? undefined : this.service(name, type, nodePort, args, pod);
    if (type === "NodePort" && args.cluster) {
      this.admit(name, nodePort, readFact(component, args.cluster, "nodeSecurityGroupId"), args);
    }
    this.url = service && this.serviceUrl(component, service, nodePort, args);
    this.portForward =
      type === "ClusterIP"
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

  private pod(name: string, args: JenkinsServiceArgs): k8s.core.v1.Pod {
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
              image: args.image ?? JENKINS_IMAGE,
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

  private service(
    name: string,
    type: Exclude<JenkinsServiceType, "none">,
    nodePort: pulumi.Input<number>,
    args: JenkinsServiceArgs,
    pod: k8s.core.v1.Pod,
  ): k8s.core.v1.Service {
    const isLoadBalancer = type === "LoadBalancer";
    return new k8s.core.v1.Service(
      `${name}-service`,
      {
        metadata: {
          name: "jenkins",
          namespace: this.namespace,
          labels: LABELS,
          annotations: isLoadBalancer ? loadBalancerAnnotations(args.tags ?? {}) : undefined,
        },
        spec: {
          type,
          selector: LABELS,
          ports: [
            {
              port: PORT,
              targetPort: PORT,
              protocol: "TCP",
              nodePort: type === "NodePort" ? nodePort : undefined,
            },
          ],
          loadBalancerSourceRanges: isLoadBalancer ? args.allowedCidrs : undefined,
        },
      },
      {
        parent: this,
        dependsOn: [pod],
        replaceOnChanges: ["spec.type"],
        deleteBeforeReplace: true,
        // The Service stays until AWS has accepted the deletion of its load balancer.
        customTimeouts: { delete: "20m" },
      },
    );
  }

  private admit(
    name: string,
    port: pulumi.Input<number>,
    nodeSecurityGroupId: pulumi.Output<string>,
    args: JenkinsServiceArgs,
  ): void {
    const description = "Jenkins, from your address";
    const { allowedCidrs = [] } = args;
    const rule = { nodeSecurityGroupId, port, allowedCidrs, description };
    allowNodeIngress(`${name}-admit`, rule, this);
  }

  private serviceUrl(
    component: string,
    service: k8s.core.v1.Service,
    nodePort: pulumi.Input<number>,
    args: JenkinsServiceArgs,
  ): pulumi.Output<string> {
    if (args.service === "NodePort") return nodeUrl(component, args.cluster, nodePort, this);
    if (args.service === "LoadBalancer") {
      return service.status.apply((status) => `http://${loadBalancerHost(status)}:${PORT}`);
    }
    return pulumi.output(`http://localhost:${PORT}`);
  }
}

function validate(component: string, args: JenkinsServiceArgs): void {
  const check = new Arguments(component);
  const { service, cluster, allowedCidrs } = args;
  check.choice("service", service, Object.values(JenkinsServiceType));
  const isLabel = (text: string) =>
    /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(text) && text.length < 57;
  const label = "a DNS label: a-z, 0-9 and -, at most 56 characters";
  if (args.name === undefined) check.add("name", undefined, label);
  check.check("name", args.name, isLabel, label);
  check.wholeNumber("nodePort", args.nodePort, MIN_NODE_PORT, MAX_NODE_PORT);
  if (service === "NodePort" && cluster) {
    requireFacts(check, cluster, ["clusterName", "nodeSecurityGroupId"]);
    check.callers("allowedCidrs", allowedCidrs, takeNodeRules(cluster, allowedCidrs));
  } else if (service === "LoadBalancer") {
    check.callers("allowedCidrs", allowedCidrs, { most: MAX_RULES });
  }
  check.throwIfAny();
}
