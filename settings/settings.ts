import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import type { KubeconfigReference } from "./kubeconfig";
import { findMyCidr } from "./my-ip";
import { SettingsError, setCommand, unknownName, type Problem } from "./problems";
import { brokenRules, DEFAULT_NODE_PORT, type Candidate, type Surroundings } from "./rules";
import {
  SECTIONS,
  VALUES,
  type AutoscalerPermissions,
  type CreateSettings,
  type IngressController,
  type JenkinsServiceType,
  type LeafHelp,
  type SectionName,
  type Sections,
  type ValueName,
  type Values,
} from "./schema";
import { hidden, masked } from "./secrets";
import { validPart } from "./valid-part";

/** Where the cluster comes from. */
export type ClusterSource =
  | ({ kind: "create"; clusterName: string } & CreateSettings)
  | { kind: "stack"; stack: string }
  | ({ kind: "kubeconfig" } & KubeconfigReference);

/** The settings of a stack, valid as a whole. What is undefined is not composed. */
export interface Settings {
  /** Your name, a DNS label. */
  readonly name: string;
  /** Tags for everything of AWS. */
  readonly tags: Readonly<Record<string, string>>;
  /** Who may reach what the stack opens. Empty only on a cluster known by its kubeconfig. */
  readonly allowedCidrs: readonly string[];
  readonly cluster: ClusterSource;
  readonly sockShop?: { readonly nodePort: number };
  readonly autoscaler?: { readonly permissions: AutoscalerPermissions };
  readonly jenkins?: { readonly service: JenkinsServiceType; readonly nodePort: number };
  readonly ingress?: { readonly controller: IngressController };
}

/** The configuration as Pulumi gives it: full keys to strings, JSON where it is structured. */
export type RawConfig = Readonly<Record<string, string>>;

/**
 * Reads and checks the settings of the running stack.
 * @throws SettingsError with all that is wrong
 */
export async function readSettings(): Promise<Settings> {
  const config = pulumi.runtime.allConfig();
  const around: Surroundings = {
    organization: pulumi.getOrganization(),
    project: pulumi.getProject(),
    stack: pulumi.getStack(),
    region: config["aws:region"] ?? process.env["AWS_REGION"] ?? process.env["AWS_DEFAULT_REGION"],
  };
  const settings = parseSettings(config, around, isConfigSecret);
  const isOpen = settings.cluster.kind !== "kubeconfig" && settings.allowedCidrs.length === 0;
  return isOpen ? { ...settings, allowedCidrs: [await findMyCidr()] } : settings;
}

/** Pulumi's runtime has this function, its type declarations do not. */
function isConfigSecret(key: string): boolean {
  const runtime = pulumi.runtime as { isConfigSecret?: (key: string) => boolean };
  return runtime.isConfigSecret?.(key) ?? false;
}

/**
 * Turns a configuration into settings; `allowedCidrs` stays empty where none are configured.
 * @param isSecret says whether a key's value must not be shown in an error
 * @throws SettingsError with all that is wrong
 */
export function parseSettings(
  config: RawConfig,
  around: Surroundings,
  isSecret: (key: string) => boolean = () => false,
): Settings {
  const problems: Problem[] = [];
  const values: Partial<Record<ValueName, unknown>> = {};
  const sections: Partial<Record<SectionName, unknown>> = {};
  const present = new Set<string>();
  const known = [
    ...(Object.keys(SECTIONS) as SectionName[]),
    ...(Object.keys(VALUES) as ValueName[]),
  ];
  const prefix = `${around.project}:`;

  const take = (schema: z.ZodType, key: string, input: unknown): unknown => {
    const result = schema.safeParse(input, { reportInput: true });
    if (result.success) return result.data;
    const found = result.error.issues.flatMap((issue) => toProblems(schema, key, input, issue));
    problems.push(...(isSecret(prefix + key) ? found.map(masked) : found));
    return validPart(schema, input);
  };

  // In an order of our own, whatever the file's: sections, values, then what is unknown.
  for (const key of known) {
    const raw = config[prefix + key];
    if (raw !== undefined) present.add(key);
    if (isSection(key)) {
      if (raw !== undefined) sections[key] = take(SECTIONS[key], key, fromText(raw));
    } else {
      values[key] = take(VALUES[key], key, raw === undefined ? raw : valueOf(key, raw));
    }
  }
  for (const fullKey of Object.keys(config).sort()) {
    const key = fullKey.slice(prefix.length);
    if (!fullKey.startsWith(prefix) || (known as string[]).includes(key)) continue;
    const problem = unknownName(key, key, known, fromText(config[fullKey]!));
    problems.push(isSecret(fullKey) ? masked(problem) : problem);
  }

  const secrets = [...present]
    .filter((key) => isSecret(prefix + key))
    .map((key) => [key, fromText(config[prefix + key]!)] as const);
  const broken = brokenRules({ values, sections, present } as Candidate, around);
  problems.push(...broken.map((problem) => hidden(problem, new Map(secrets))));
  if (problems.length > 0) throw new SettingsError(around.stack, problems);
  return assemble(values as Values, sections as Sections, around);
}

function isSection(key: SectionName | ValueName): key is SectionName {
  return Object.hasOwn(SECTIONS, key);
}

function assemble(values: Values, sections: Sections, around: Surroundings): Settings {
  const { cluster, sockShop, autoscaler, jenkins, ingress } = sections;
  return {
    name: values.name,
    tags: {
      Project: around.project,
      CostCenter: values.costCenter,
      Owner: values.owner ?? values.name,
      Exercise: around.stack,
      ManagedBy: "pulumi",
    },
    allowedCidrs: values.allowedCidrs ?? [],
    cluster: clusterSource(cluster!, values.name, around),
    sockShop,
    autoscaler,
    jenkins: jenkins && { ...jenkins, nodePort: jenkins.nodePort ?? DEFAULT_NODE_PORT },
    ingress,
  };
}

function clusterSource(
  cluster: NonNullable<Sections["cluster"]>,
  name: string,
  around: Surroundings,
): ClusterSource {
  if (cluster.create) {
    // EKS allows letters, digits, - and _ in a cluster's name; a stack's may have dots too.
    const clusterName = `${name}-${around.stack}`.replaceAll(".", "-").slice(0, 100);
    return { kind: "create", clusterName, ...cluster.create };
  }
  if (cluster.kubeconfig) return { kind: "kubeconfig", ...cluster.kubeconfig };
  const stack = cluster.stack!;
  const isQualified = stack.includes("/");
  return {
    kind: "stack",
    stack: isQualified ? stack : `${around.organization}/${around.project}/${stack}`,
  };
}

/** Configuration is text; what is structured in the stack file arrives as JSON. */
function fromText(raw: string): unknown {
  try {
    return JSON.parse(raw) as unknown;
  } catch {
    return raw;
  }
}

function valueOf(key: string, raw: string): unknown {
  if (key === "allowedCidrs") {
    const value = fromText(raw);
    return typeof value === "string" ? [value] : value;
  }
  return key === "allowWorld" ? fromText(raw) : raw;
}

function toProblems(
  schema: z.ZodType,
  key: string,
  input: unknown,
  issue: z.core.$ZodIssue,
): Problem[] {
  const path = [key, ...issue.path].join(".");
  if (issue.code === "unrecognized_keys") {
    const at = issue.path.reduce<unknown>((v, k) => (v as Record<PropertyKey, unknown>)[k], input);
    const knownHere = keysAt(schema, issue.path);
    return issue.keys.map((name) =>
      unknownName(`${path}.${name}`, name, knownHere, (at as Record<string, unknown>)[name]),
    );
  }
  if (issue.code === "custom" && issue.params) {
    const { allowed, example } = issue.params as LeafHelp;
    const fix = setCommand(key === "allowedCidrs" ? "'allowedCidrs[0]'" : path, example);
    return [{ path, value: issue.input, allowed, fix }];
  }
  const allowed = `a map of ${keysAt(schema, issue.path).join(", ")}`;
  return [{ path, value: issue.input, allowed, fix: "write it as a map in the stack file" }];
}

/** The keys that a section's schema has at a path. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let at: unknown = schema;
  for (const step of [...path, undefined]) {
    while (at && typeof at === "object" && "unwrap" in at) {
      at = (at as { unwrap(): unknown }).unwrap();
    }
    const shape = (at as { shape?: Record<PropertyKey, unknown> } | undefined)?.shape;
    if (step === undefined) return Object.keys(shape ?? {});
    at = shape?.[step];
  }
  return [];
}
