/** How long the real ones take: seconds to create and to delete, as documented or commonly seen. */

/** Seconds to create, and to delete, by type. */
const SECONDS: Readonly<Record<string, readonly [create: number, remove: number]>> = {
  "aws:ec2/vpc:Vpc": [12, 1],
  "aws:ec2/subnet:Subnet": [11, 1],
  "aws:ec2/internetGateway:InternetGateway": [2, 12],
  "aws:ec2/securityGroup:SecurityGroup": [3, 2],
  "aws:ec2/launchTemplate:LaunchTemplate": [6, 1],
  "aws:kms/key:Key": [8, 1],
  "aws:eks/cluster:Cluster": [540, 150],
  "aws:eks/nodeGroup:NodeGroup": [120, 240],
  "aws:eks/addon:Addon": [25, 15],
  "kubernetes:core/v1:Pod": [40, 30],
  "kubernetes:apps/v1:Deployment": [40, 5],
  "kubernetes:core/v1:Service": [10, 2],
  "kubernetes:networking.k8s.io/v1:Ingress": [20, 5],
  "kubernetes:helm.sh/v3:Release": [45, 10],
};

/** A load balancer takes its time, both ways. */
const BALANCER: readonly [number, number] = [120, 60];
const OTHERS: readonly [number, number] = [1, 1];

/** How long network interfaces stay behind, in seconds. */
const LINGER = 90;

/** How fast the simulated time goes. */
export interface Clock {
  /** Seconds of AWS in one second here; undefined when nothing takes time. */
  readonly scale?: number;
  /** How long interfaces linger here, in milliseconds. */
  readonly linger: number;
}

/**
 * Reads SANDBOX_LATENCY: `real` is 60 times as fast as AWS, `real/N` is N times as fast.
 * @throws Error for anything else
 */
export function clockOf(setting: string | undefined): Clock {
  if (!setting) return { linger: 150 };
  const match = /^real(?:\/(\d+))?$/.exec(setting);
  const scale = match && Number(match[1] ?? 60);
  if (!scale) {
    throw new Error(
      `SANDBOX_LATENCY is ${setting}\n  allowed: real (60 times as fast as AWS), or real/N (N times)\n  fix: SANDBOX_LATENCY=real`,
    );
  }
  return { scale, linger: (LINGER * 1000) / scale };
}

/** Milliseconds that an operation takes here. */
export function latencyOf(
  clock: Clock,
  operation: "create" | "delete" | "update",
  type: string,
  inputs: Record<string, unknown>,
): number {
  if (!clock.scale) return 0;
  const spec = inputs["spec"] as { type?: string; ingressClassName?: string } | undefined;
  const isBalancer = spec?.type === "LoadBalancer" || spec?.ingressClassName === "alb";
  const [create, remove] = isBalancer ? BALANCER : (SECONDS[type] ?? OTHERS);
  return ((operation === "delete" ? remove : create) * 1000) / clock.scale;
}
