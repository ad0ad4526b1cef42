import { createHash } from "node:crypto";
import type { z } from "zod";
import type { AutoscalerPermissions, IngressController, JenkinsServiceType } from "../components";
import { parseText, type SettingPath } from "./edits";
import { withFix } from "./fixes";
import { mendContext, type KubeconfigReference } from "./kubeconfig";
import {
  keysAt,
  mendLeaf,
  mendMap,
  settingValue,
  TOP_NAMES,
  unknownName,
  unknownNamespace,
  type Mending,
} from "./mends";
import { parsePartial } from "./parse-partial";
import { SettingsError, type Finding } from "./problems";
import {
  DEFAULT_NODE_PORT,
  validateCombinations,
  type Candidate,
  type StackContext,
} from "./rules";
import {
  SECTIONS,
  VALUES,
  type CreateSettings,
  type LeafHelp,
  type SectionName,
  type Sections,
  type ValueName,
  type Values,
} from "./schema";
import { redactSecrets } from "./secrets";
import type { FindHolder } from "./stack-file";

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
 * Turns a configuration into settings; `allowedCidrs` stays empty if none are configured.
 * @param isSecret says whether a key's value must not be shown in an error
 * @param holderOf finds the file that a value is written in, for the command that mends it
 * @throws SettingsError with all that is wrong
 */
export function parseSettings(
  config: RawConfig,
  context: StackContext,
  isSecret: (key: string) => boolean = () => false,
  holderOf: FindHolder = () => undefined,
): Settings {
  const { findings, candidate } = diagnose(config, context, holderOf);
  if (findings.length === 0) {
    return assemble(candidate.values as Values, candidate.sections as Sections, context);
  }
  const isSecretKey = (key: string): boolean =>
    isSecret(key.includes(":") ? key : `${context.project}:${key}`);
  const check = (changed: RawConfig): readonly Finding[] =>
    diagnose(changed, context, holderOf).findings;
  const diagnosis = { config, context, findings, check, isSecret: isSecretKey, holderOf };
  const secrets = Object.keys(config).filter(isSecret);
  const values = new Map(
    secrets.map((key) => [key.replace(`${context.project}:`, ""), parseText(config[key]!)]),
  );
  const problems = findings.map((finding) => redactSecrets(withFix(finding, diagnosis), values));
  throw new SettingsError(context.stack, problems);
}

/** All that is wrong with a configuration, and what of it is valid. */
function diagnose(
  config: RawConfig,
  context: StackContext,
  holderOf: FindHolder,
): { findings: Finding[]; candidate: Candidate } {
  const findings: Finding[] = [];
  const values: Partial<Record<ValueName, unknown>> = {};
  const sections: Partial<Record<SectionName, unknown>> = {};
  const present = new Set<string>();
  const rawOf = (key: string): string | undefined => config[`${context.project}:${key}`];
  const valueOf = (key: string): unknown => settingValue(rawOf(key));
  const isDefault = (key: string): boolean =>
    holderOf(`${context.project}:${key}`)?.isOwn === false;
  const mending = { valueOf, isDefault };

  const take = (schema: z.ZodType, key: string, input: unknown): unknown => {
    const result = schema.safeParse(input, { reportInput: true });
    if (result.success) return result.data;
    findings.push(
      ...result.error.issues.flatMap((issue) => toFindings(schema, key, issue, mending)),
    );
    return parsePartial(schema, input);
  };

  // In an order of our own, whatever the file's: sections, values, then what is unknown.
  for (const key of TOP_NAMES as (SectionName | ValueName)[]) {
    const raw = rawOf(key);
    if (raw !== undefined) present.add(key);
    if (!isSection(key)) values[key] = take(VALUES[key], key, valueFor(key, raw));
    else if (raw !== undefined) sections[key] = take(SECTIONS[key], key, parseText(raw));
  }
  findings.push(...unknownKeys(config, context, mending));
  const candidate = { values, sections, present, valueOf } as Candidate;
  findings.push(...validateCombinations(candidate, context));
  return { findings, candidate };
}

function unknownKeys(config: RawConfig, { project }: StackContext, mending: Mending): Finding[] {
  return Object.keys(config)
    .sort()
    .flatMap((fullKey) => {
      const value = settingValue(config[fullKey]);
      if (!fullKey.startsWith(`${project}:`)) {
        return unknownNamespace(fullKey, value, project, mending) ?? [];
      }
      const key = fullKey.slice(project.length + 1);
      return TOP_NAMES.includes(key) ? [] : [unknownName([key], TOP_NAMES, value, mending)];
    });
}

function isSection(key: SectionName | ValueName): key is SectionName {
  return Object.hasOwn(SECTIONS, key);
}

function assemble(values: Values, sections: Sections, context: StackContext): Settings {
  const { cluster, sockShop, autoscaler, jenkins, ingress } = sections;
  return {
    name: values.name,
    tags: {
      Project: context.project,
      CostCenter: values.costCenter,
      Owner: values.owner ?? values.name,
      Exercise: context.stack,
      ManagedBy: "pulumi",
    },
    allowedCidrs: values.allowedCidrs ?? [],
    cluster: clusterSource(cluster!, values.name, context),
    sockShop,
    autoscaler,
    jenkins: jenkins && { ...jenkins, nodePort: jenkins.nodePort ?? DEFAULT_NODE_PORT },
    ingress,
  };
}

function clusterSource(
  cluster: NonNullable<Sections["cluster"]>,
  name: string,
  context: StackContext,
): ClusterSource {
  if (cluster.create) {
    // EKS allows letters, digits, - and _ in a cluster's name; a stack's may have dots too.
    const clusterName = cutName(`${name}-${context.stack}`.replaceAll(".", "-"), 100);
    return { kind: "create", clusterName, ...cluster.create };
  }
  if (cluster.kubeconfig) return { kind: "kubeconfig", ...cluster.kubeconfig };
  const stack = cluster.stack!;
  const isQualified = stack.includes("/");
  return {
    kind: "stack",
    stack: isQualified ? stack : `${context.organization}/${context.project}/${stack}`,
  };
}

/** A name of at most so many characters; one that is cut ends in what keeps it apart from others. */
function cutName(name: string, length: number): string {
  if (name.length <= length) return name;
  const digest = createHash("sha256").update(name).digest("hex").slice(0, 8);
  return `${name.slice(0, length - digest.length - 1)}-${digest}`;
}

function valueFor(key: string, raw: string | undefined): unknown {
  if (raw === undefined) return undefined;
  if (key === "allowWorld") return parseText(raw);
  if (key !== "allowedCidrs") return raw;
  const value = parseText(raw);
  return typeof value === "string" && value !== "" ? [value] : value;
}

function toFindings(
  schema: z.ZodType,
  key: string,
  issue: z.core.$ZodIssue,
  mending: Mending,
): Finding[] {
  const at = [key, ...issue.path] as unknown as SettingPath;
  const path = at.join(".");
  const known = keysAt(schema, issue.path);
  if (issue.code === "unrecognized_keys") {
    const holder = issue.input as Record<string, unknown>;
    return issue.keys.map((name) => unknownName([...at, name], known, holder[name], mending));
  }
  if (issue.code !== "custom" || !issue.params) {
    const mends = mendMap(at, issue.input);
    return [{ path, value: issue.input, allowed: `a map of ${known.join(", ")}`, mends }];
  }
  const help = issue.params as unknown as LeafHelp;
  const mends = mendLeaf(at, issue.input, help);
  const contexts =
    path === "cluster.kubeconfig.context" ? mendContext(kubeconfigPath(mending)) : [];
  return [{ path, value: issue.input, allowed: help.allowed, mends: [...contexts, ...mends] }];
}

function kubeconfigPath({ valueOf }: Mending): string {
  const cluster = valueOf("cluster") as { kubeconfig?: { path?: unknown } } | undefined;
  const path = cluster?.kubeconfig?.path;
  return typeof path === "string" ? path : "~/.kube/config";
}
