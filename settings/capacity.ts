import { chapterDemand, INSTANCE_TYPES, type InstanceType } from "../components/catalog";

/** Share of an instance's memory that its kernel and firmware leave (seen on EC2: 0.94 to 0.97). */
const USABLE_MEMORY = 0.94;

/**
 * What a node leaves to pods, after what EKS's AMI reserves for itself: 255 MiB and 11 MiB for each
 * pod, 100 MiB before eviction; 6% of the first processor, 1% of the second, 0.5% of the next two,
 * 0.25% of the others (awslabs/amazon-eks-ami, nodeadm, kubelet configuration).
 */
export function allocatable(type: InstanceType): { cpuMilli: number; memoryMiB: number } {
  const reservedShare = [60, 10, 5, 5];
  const reservedCpu = Array.from({ length: type.vcpu }, (_, i) => reservedShare[i] ?? 2.5);
  return {
    cpuMilli: type.vcpu * 1000 - reservedCpu.reduce((sum, milli) => sum + milli, 0),
    memoryMiB: Math.floor(type.memoryMiB * USABLE_MEMORY - 255 - 11 * type.maxPods - 100),
  };
}

/** Says what so many nodes of this type lack for the chapter's pods; undefined when they fit. */
export function shortage(instanceType: string, nodes: number): string | undefined {
  const type = INSTANCE_TYPES[instanceType];
  if (!type) return undefined;
  const need = chapterDemand(nodes);
  const room = allocatable(type);
  const lacking = [
    [nodes * type.maxPods, need.pods, "pods"],
    [nodes * room.cpuMilli, need.cpuMilli, "millicores"],
    [nodes * room.memoryMiB, need.memoryMiB, "MiB of memory"],
  ] as const;
  const short = lacking.filter(([have, wanted]) => have < wanted);
  if (short.length === 0) return undefined;
  const figures = short.map(([have, wanted, unit]) => `${have} of ${wanted} ${unit}`);
  return `${nodes} x ${instanceType} hold ${figures.join(", ")} that the chapter needs`;
}

/** The known types that hold the whole chapter on so many nodes. */
export function fittingTypes(nodes: number): string[] {
  return Object.entries(INSTANCE_TYPES)
    .filter(([name, type]) => type.architecture === "amd64" && !shortage(name, nodes))
    .map(([name]) => name);
}
