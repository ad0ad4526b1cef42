import type { Failure } from "../rules";
import { duplicate, type Field } from "./field";
import { dnsLabel, labels, portNumber } from "./names";

const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** A quantity such as 250m or 1Gi as a number; undefined for what is none. */
function quantity(value: unknown): number | undefined {
  const [, digits, unit = ""] = /^(\d+(?:\.\d+)?)(\w*)$/.exec(String(value)) ?? [];
  const factor = UNITS[unit];
  return digits === undefined || factor === undefined ? undefined : Number(digits) * factor;
}

/** What the API server refuses of a pod's spec. */
export function podFailures(spec: Field, policies: readonly string[]): Failure[] {
  if (spec.isUnknown) return [];
  const containers = spec.at("containers");
  const volumes = spec.at("volumes");
  const twice = duplicate(containers.items(), (c) => c.at("name").value as string | undefined);
  const name = twice?.at("name");
  return [
    ...containers.required(),
    ...containers.items().flatMap((container) => containerFailures(container, volumes)),
    ...(name ? name.fail(`Duplicate value: ${JSON.stringify(name.value)}`) : []),
    ...spec.at("restartPolicy").oneOf(policies),
    ...labels(spec.at("nodeSelector")),
  ];
}

function containerFailures(container: Field, volumes: Field): Failure[] {
  if (container.isUnknown) return [];
  const resources = container.at("resources");
  return [
    ...container.at("name").required(dnsLabel),
    ...container.at("image").required(),
    ...container.at("imagePullPolicy").oneOf(["Always", "IfNotPresent", "Never"]),
    ...container
      .at("env")
      .items()
      .flatMap((variable) => variable.at("name").required()),
    ...container
      .at("ports")
      .items()
      .flatMap((port) => port.at("containerPort").required(portNumber)),
    ...["cpu", "memory"].flatMap((kind) => requestFailures(resources, kind)),
    ...container
      .at("volumeMounts")
      .items()
      .flatMap((mount) => mountFailures(mount, volumes)),
  ];
}

function requestFailures(resources: Field, kind: string): Failure[] {
  const requests = resources.at("requests");
  const [asked, limit] = [requests.at(kind).value, resources.at("limits").at(kind).value];
  const isWithin = (quantity(asked) ?? 0) <= (quantity(limit) ?? Infinity);
  const reason = `must be less than or equal to ${kind} limit`;
  return isWithin ? [] : requests.invalid(reason, asked);
}

function mountFailures(mount: Field, volumes: Field): Failure[] {
  const name = mount.at("name");
  return name.optional(() => {
    const isThere = volumes.items().some((volume) => {
      const other = volume.at("name");
      return other.isUnknown || other.value === name.value;
    });
    return isThere || volumes.isUnknown
      ? []
      : name.fail(`Not found: ${JSON.stringify(name.value)}`);
  });
}

/** What the API server refuses of a Deployment. */
export function deploymentFailures(deployment: Field): Failure[] {
  const spec = deployment.at("spec");
  const template = spec.at("template");
  return [
    ...selectorFailures(spec.at("selector"), template.at("metadata").at("labels")),
    ...spec.at("replicas").optional((field) => {
      const isCount = (field.value as number) >= 0;
      return isCount ? [] : field.invalid("must be greater than or equal to 0");
    }),
    ...strategyFailures(spec.at("strategy")),
    ...podFailures(template.at("spec"), ["Always"]),
  ];
}

function strategyFailures(strategy: Field): Failure[] {
  const [wrong] = strategy.at("type").oneOf(["Recreate", "RollingUpdate"]);
  // The server names the whole strategy.
  return wrong ? strategy.fail("Unsupported value") : [];
}

function selectorFailures(selector: Field, templateLabels: Field): Failure[] {
  if (selector.isUnknown) return [];
  const wanted = selector.at("matchLabels");
  const wrong = labels(wanted);
  if (wrong.length > 0) return [...wrong, ...selector.invalid("invalid label selector")];
  const isKnown = !wanted.isUnknown && !templateLabels.isUnknown;
  const has = new Map(templateLabels.texts());
  const isMatched = wanted
    .texts()
    .every(([key, value]) => templateLabels.at(key).isUnknown || has.get(key) === value);
  const mismatch = templateLabels.invalid("`selector` does not match template `labels`");
  if (selector.isMissing) return [...selector.fail("Required value"), ...mismatch];
  if (selector.isEmpty) return selector.invalid("empty selector is invalid for deployment");
  return isMatched || !isKnown ? [] : mismatch;
}
