import { isIP } from "node:net";
import type { Failure } from "../rules";
import { duplicate, type Field } from "./field";
import { dnsLabel, labels, portName, portNumber } from "./names";

const TYPES = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];
const PROTOCOLS = ["SCTP", "TCP", "UDP"];

/** What the API server refuses of a Service, but for what depends on others. */
export function serviceFailures(service: Field): Failure[] {
  const spec = service.at("spec");
  const ports = spec.at("ports");
  const type = spec.at("type");
  const isHeadless = spec.at("clusterIP").value === "None";
  const needsPorts = !isHeadless && type.value !== "ExternalName" && !spec.isUnknown;
  return [
    ...type.oneOf(TYPES),
    ...(needsPorts ? ports.required() : []),
    ...ports.items().flatMap((port) => portFailures(port, type, ports.items().length > 1)),
    ...sameTwice(ports.items()),
    ...labels(spec.at("selector")),
    ...callerFailures(spec, type),
  ];
}

function portFailures(port: Field, type: Field, isNamed: boolean): Failure[] {
  const name = port.at("name");
  const number = port.at("port");
  const target = port.at("targetPort");
  const nodePort = port.at("nodePort");
  return [
    ...(isNamed ? name.required(dnsLabel) : name.optional(dnsLabel)),
    ...number.optional(portNumber),
    ...targetFailures(target, number),
    ...port.at("protocol").oneOf(PROTOCOLS),
    ...nodePort.optional((field) => nodePortFailures(field, type)),
  ];
}

function targetFailures(target: Field, port: Field): Failure[] {
  if (target.isUnknown || port.isUnknown) return [];
  // Without a target the port is the target too.
  if (target.isEmpty) {
    return portNumber(port).map(({ reason }) => ({ property: target.path, reason }));
  }
  return typeof target.value === "string" ? portName(target) : portNumber(target);
}

function nodePortFailures(field: Field, type: Field): Failure[] {
  const port = field.value as number;
  if (type.isMissing || type.value === "ClusterIP") {
    return field.fail("Forbidden: may not be used when `type` is 'ClusterIP'");
  }
  if (port >= 30000 && port <= 32767) return [];
  return field.invalid(
    "provided port is not in the valid range. The range of valid ports is 30000-32767",
  );
}

function sameTwice(ports: readonly Field[]): Failure[] {
  const named = duplicate(ports, (port) => port.at("name").value as string | undefined);
  const name = named?.at("name");
  const same = duplicate(ports, (port) => {
    const [number, protocol] = [port.at("port"), port.at("protocol")];
    if (number.isUnknown || protocol.isUnknown) return undefined;
    return `${String(number.value)} ${protocol.text || "TCP"}`;
  });
  return [
    ...(name ? name.fail(`Duplicate value: ${JSON.stringify(name.value)}`) : []),
    ...(same ? same.fail("Duplicate value") : []),
  ];
}

/** Who may call a load balancer. The server's paths begin with a capital here. */
function callerFailures(spec: Field, type: Field): Failure[] {
  const blocks = spec.at("loadBalancerSourceRanges");
  const property = "spec.LoadBalancerSourceRanges";
  if (blocks.isEmpty || blocks.isUnknown || type.isUnknown) return [];
  if (type.value !== "LoadBalancer") {
    return [{ property, reason: "Forbidden: may only be used when `type` is 'LoadBalancer'" }];
  }
  return blocks.items().flatMap((block, i) => {
    if (block.isUnknown || isBlock(block.text)) return [];
    const reason = `Invalid value: ${JSON.stringify(block.value)}: must be a valid CIDR value`;
    return [{ property: `${property}[${i}]`, reason }];
  });
}

function isBlock(text: string): boolean {
  const [address = "", bits = "", ...more] = text.split("/");
  const widest = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return more.length === 0 && /^\d+$/.test(bits) && Number(bits) <= widest;
}
