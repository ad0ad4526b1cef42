import { isIP } from "node:net";
import type { Failure } from "../rules";
import type { Field } from "./field";
import { dnsLabel, dnsSubdomain, portNumber } from "./names";

/** What the API server refuses of an Ingress. */
export function ingressFailures(ingress: Field): Failure[] {
  const spec = ingress.at("spec");
  const [rules, byDefault] = [spec.at("rules"), spec.at("defaultBackend")];
  return [
    ...(rules.isEmpty && byDefault.isMissing && !spec.isUnknown
      ? spec.invalid("either `defaultBackend` or `rules` must be specified", null)
      : []),
    ...byDefault.optional(backendFailures),
    ...spec.at("ingressClassName").optional(dnsSubdomain),
    ...rules.items().flatMap(ruleFailures),
  ];
}

function ruleFailures(rule: Field): Failure[] {
  const paths = rule.at("http").at("paths");
  return [
    ...rule.at("host").optional(hostFailures),
    ...rule.at("http").optional(() => paths.required()),
    ...paths.items().flatMap((path) => (path.isUnknown ? [] : pathFailures(path))),
  ];
}

function hostFailures(host: Field): Failure[] {
  const name = host.text;
  if (isIP(name)) return host.invalid("must be a DNS name, not an IP address");
  return name.startsWith("*.") ? [] : dnsSubdomain(host);
}

function pathFailures(rule: Field): Failure[] {
  const [path, type, backend] = [rule.at("path"), rule.at("pathType"), rule.at("backend")];
  return [
    ...(type.isMissing ? type.fail("Required value: pathType must be specified") : []),
    ...type.oneOf(["Exact", "ImplementationSpecific", "Prefix"]),
    ...(["Exact", "Prefix"].includes(type.text) ? absolute(path) : []),
    ...(backend.isUnknown ? [] : backendFailures(backend)),
  ];
}

function absolute(path: Field): Failure[] {
  if (path.isUnknown) return [];
  const { text } = path;
  if (!text.startsWith("/")) return path.invalid("must be an absolute path", text);
  const wrong = ["//", "/./", "/../", "%2f", "%2F"].find((part) => text.includes(part));
  return wrong ? path.invalid(`must not contain '${wrong}'`) : [];
}

function backendFailures(backend: Field): Failure[] {
  const service = backend.at("service");
  if (service.isMissing && backend.at("resource").isMissing) {
    return backend.invalid("resource or service backend is required", "");
  }
  return service.optional(() => {
    const port = service.at("port");
    const [name, number] = [port.at("name"), port.at("number")];
    const hasBoth = [name, number].every((field) => !field.isEmpty && !field.isUnknown);
    return [
      ...service.at("name").required(dnsLabel),
      ...(hasBoth ? backend.invalid("cannot set both port name & port number", "") : []),
      ...(name.isEmpty && number.isEmpty && !port.isUnknown
        ? backend.fail("Required value: port name or number is required")
        : []),
      ...(hasBoth || number.isEmpty ? [] : number.optional(portNumber)),
    ];
  });
}
