/**
 * Prices on demand in us-east-1, in USD, as of 2026-11-22 (instances: AWS's price list as the
 * Karpenter project records it, July 2026). Other regions differ by up to a third or so.
 */
export const PRICES = {
  currency: "USD",
  region: "us-east-1",
  date: "2026-11-22",
  /** An hour of a control plane, in standard support. */
  controlPlane: 0.1,
  /** An hour of a Network or Application Load Balancer, without its capacity units. */
  loadBalancer: 0.0225,
  /** An hour of a public IPv4 address. */
  publicIpv4: 0.005,
  /** An hour of a NAT gateway, without the data that it processes. */
  natGateway: 0.045,
  /** An hour of an interface endpoint in one zone, without the data that it processes. */
  endpointZone: 0.01,
  /** A month of a GB of gp3 storage. */
  gp3GbMonth: 0.08,
  /** A month of a key of KMS. */
  keyMonth: 1,
  /** An hour of an instance. */
  instances: {
    "t2.micro": 0.0116,
    "t3.micro": 0.0104,
    "t3.small": 0.0208,
    "t3.medium": 0.0416,
    "t3.large": 0.0832,
    "t3.xlarge": 0.1664,
    "t3.2xlarge": 0.3328,
    "t3a.medium": 0.0376,
    "t3a.large": 0.0752,
    "t3a.xlarge": 0.1504,
    "m5.large": 0.096,
    "m5.xlarge": 0.192,
    "m6i.large": 0.096,
    "m6i.xlarge": 0.192,
    "m7i.large": 0.1008,
    "m7i.xlarge": 0.2016,
  } as Readonly<Record<string, number>>,
} as const;

/** Hours in AWS's month. */
export const HOURS_PER_MONTH = 730;

/** What the estimate leaves out. */
export const NOT_COUNTED = [
  "data transfer",
  "load balancers' capacity units",
  "CloudWatch Logs (0.50 a GB taken in)",
  "requests to KMS",
  "what the autoscaler adds or saves",
  "taxes",
];
