/**
 * The instance types that a node may have. Memory, processors and pod limits are those of the EC2
 * and EKS documentation (a pod limit is what the VPC CNI has addresses for:
 * interfaces x (addresses - 1) + 2). Prices are in `tools/cloud/prices.ts`.
 */
export interface InstanceType {
  /** SockShop's images exist for amd64 only. */
  readonly architecture: "amd64" | "arm64";
  /** Virtual processors. */
  readonly vcpu: number;
  /** Memory in MiB. */
  readonly memoryMiB: number;
  /** Pods that the VPC CNI can give an address. */
  readonly maxPods: number;
}

const GiB = 1024;

function amd64(vcpu: number, memoryMiB: number, maxPods: number): InstanceType {
  return { architecture: "amd64", vcpu, memoryMiB, maxPods };
}

function arm64(vcpu: number, memoryMiB: number, maxPods: number): InstanceType {
  return { architecture: "arm64", vcpu, memoryMiB, maxPods };
}

/** Known types, small to large. Those that the chapter cannot run on are here to say why not. */
export const INSTANCE_TYPES: Readonly<Record<string, InstanceType>> = {
  "t2.micro": amd64(1, 1 * GiB, 4),
  "t3.micro": amd64(2, 1 * GiB, 4),
  "t3.small": amd64(2, 2 * GiB, 11),
  "t3.medium": amd64(2, 4 * GiB, 17),
  "t3.large": amd64(2, 8 * GiB, 35),
  "t3.xlarge": amd64(4, 16 * GiB, 58),
  "t3.2xlarge": amd64(8, 32 * GiB, 58),
  "t3a.medium": amd64(2, 4 * GiB, 17),
  "t3a.large": amd64(2, 8 * GiB, 35),
  "t3a.xlarge": amd64(4, 16 * GiB, 58),
  "m5.large": amd64(2, 8 * GiB, 29),
  "m5.xlarge": amd64(4, 16 * GiB, 58),
  "m6i.large": amd64(2, 8 * GiB, 29),
  "m6i.xlarge": amd64(4, 16 * GiB, 58),
  "m7i.large": amd64(2, 8 * GiB, 29),
  "m7i.xlarge": amd64(4, 16 * GiB, 58),
  "t4g.medium": arm64(2, 4 * GiB, 17),
  "t4g.large": arm64(2, 8 * GiB, 35),
  "m6g.large": arm64(2, 8 * GiB, 29),
  "m7g.large": arm64(2, 8 * GiB, 29),
};
