/** Changes that may mend a value: what its author probably meant, and where it probably belongs. */
import type { z } from "zod";
import { parseText, type Edit, type SettingPath } from "./edits";
import { isMap } from "./is-map";
import { nearestName } from "./nearest-name";
import type { Finding } from "./problems";
import { SECTIONS, VALUES, type LeafHelp, type SectionName } from "./schema";

/** The configuration that is mended, as far as the choice of a change needs it. */
export interface Mending {
  /** A setting's value; undefined if it is not set. */
  readonly valueOf: (key: string) => unknown;
  /** Whether a setting is only a default of the project's, which a stack's own value replaces. */
  readonly isDefault: (key: string) => boolean;
}

type Steps = readonly PropertyKey[];

/** A block of addresses that are kept for documentation (RFC 5737). */
const ANY_CALLER = "203.0.113.7/32";

/** Sections as they are without an error, in their simplest form. */
const SIMPLEST: Readonly<Record<string, readonly (readonly [SettingPath, unknown])[]>> = {
  cluster: [
    [["cluster", "stack"], "exercise-cluster"],
    [["cluster", "create", "zones"], 2],
  ],
  "cluster.create": [[["cluster", "create", "zones"], 2]],
  "cluster.kubeconfig": [[["cluster", "kubeconfig", "context"], "kind-kind"]],
  sockShop: [[["sockShop", "nodePort"], 30001]],
  autoscaler: [[["autoscaler", "permissions"], "irsa"]],
  jenkins: [[["jenkins", "service"], "ClusterIP"]],
  ingress: [[["ingress", "controller"], "nginx"]],
};

/** An allowed value of a setting, or of a part of one; any text for what is none of the program's. */
export function exampleAt([key, ...within]: SettingPath): unknown {
  const [simplest] = SIMPLEST[[key, ...within].join(".")] ?? [];
  if (simplest) {
    const [path, value] = simplest;
    return path
      .slice(within.length + 1)
      .reduceRight<unknown>((inner, step) => ({ [step]: inner }), value);
  }
  // A public block: each caller of a cluster in AWS has one.
  if (key === "allowedCidrs") return within.length === 0 ? [ANY_CALLER] : ANY_CALLER;
  const top =
    (SECTIONS as Record<string, z.ZodType>)[key] ?? (VALUES as Record<string, z.ZodType>)[key];
  const issue = top && schemaAt(top, within)?.safeParse(null).error?.issues[0];
  return issue?.code === "custom" ? (issue.params as unknown as LeafHelp).example : "secret";
}

/** A change of one value; what is of another type goes first, because the CLI keeps its quotes. */
function replaceValue(path: SettingPath, from: unknown, to: unknown): Edit[] {
  const isKept = path.length === 1 || from === undefined || typeof from === typeof to;
  return isKept ? [{ set: path, to }] : [{ remove: path }, { set: path, to }];
}

/** Changes for a value that is not allowed. */
export function mendLeaf(path: SettingPath, value: unknown, help: LeafHelp): Edit[][] {
  const meant = help.suggest?.(value);
  const values = meant === undefined ? [help.example] : [meant, help.example];
  const mends = values.map((to) => replaceValue(path, value, to));
  if (value === undefined) return mends;
  const remove: Edit[] = [{ remove: path }];
  return help.isBestRemoved ? [remove, ...mends] : [...mends, remove];
}

/** Changes for something that is no map, and has to be one. */
export function mendMap(path: SettingPath, value: unknown): Edit[][] {
  const remove: Edit = { remove: path };
  const leaves = leavesUnder(path).filter(({ schema }) => schema.safeParse(value).success);
  const meant = leaves.length === 1 ? leaves : [];
  const simplest = SIMPLEST[path.join(".")] ?? [];
  return [
    ...meant.map((leaf): Edit[] => [remove, { set: leaf.path, to: value }]),
    ...simplest.map(([set, to]): Edit[] => [remove, { set, to }]),
    [remove],
  ];
}

/** Says that a name is unknown, with the one that was probably meant. */
export function unknownName(
  path: SettingPath,
  known: readonly string[],
  value: unknown,
  mending: Mending,
): Finding {
  const remove: Edit = { remove: path };
  const mends = placesFor(path, known).map((to) => moveTo(to, value, remove, mending));
  const nearest = nearestName(String(path.at(-1)), known);
  const allowed = known.join(", ") + (nearest === undefined ? "" : ` (the nearest is ${nearest})`);
  return {
    path: path.join("."),
    value,
    allowed,
    mends: [...mends.filter((edits) => edits !== undefined), [remove]],
  };
}

/** Where a value of an unknown name may belong: written without --path, indented wrongly, misspelt. */
function placesFor(path: SettingPath, known: readonly string[]): SettingPath[] {
  const name = String(path.at(-1));
  const siblings = path.slice(0, -1);
  const places: SettingPath[] = [];
  const written = /^[\w.]+$/.test(name) ? name.split(".") : [];
  if (path.length === 1 && written.length > 1 && Object.hasOwn(SECTIONS, written[0]!)) {
    places.push(written as unknown as SettingPath);
  }
  const wanted = siblings.length === 0 ? sectionPaths() : [siblings as unknown as SettingPath];
  const deeper = wanted.flatMap((section) => leavesUnder(section)).map((leaf) => leaf.path);
  const maps: SettingPath[] = [
    ["cluster", "create"],
    ["cluster", "create", "nodes"],
  ];
  const moved = [...deeper, ...maps].filter(
    (each) => each.at(-1) === name && siblings.every((step, i) => each[i] === step),
  );
  if (moved.length === 1) places.push(moved[0]!);
  const nearest = nearestName(name, known);
  if (nearest !== undefined) places.push([...siblings, nearest] as unknown as SettingPath);
  return places;
}

/** Moves a value to where nothing is yet; a map that is there keeps what it has. */
function moveTo(
  to: SettingPath,
  value: unknown,
  remove: Edit,
  mending: Mending,
): Edit[] | undefined {
  const [key, ...within] = to;
  const isFree = mending.isDefault(key) && within.length === 0;
  const there = isFree ? undefined : valueAt(mending.valueOf(key), within);
  const set = there === undefined ? [{ set: to, to: value }] : missing(to, there, value);
  return set && [remove, ...set];
}

function missing(to: SettingPath, there: unknown, value: unknown): Edit[] | undefined {
  if (!isMap(there) || !isMap(value)) return undefined;
  if (Object.keys(value).some((name) => Object.hasOwn(there, name))) return undefined;
  return Object.entries(value).map(([name, inner]) => ({ set: [...to, name], to: inner }));
}

function valueAt(value: unknown, steps: Steps): unknown {
  return steps.reduce<unknown>(
    (inner, step) =>
      typeof inner === "object" && inner !== null && Object.hasOwn(inner, step)
        ? (inner as Record<PropertyKey, unknown>)[step]
        : undefined,
    value,
  );
}

interface Leaf {
  readonly path: SettingPath;
  readonly schema: z.ZodType;
}

function sectionPaths(): SettingPath[] {
  return Object.keys(SECTIONS).map((name): SettingPath => [name]);
}

/** The single values within a section or a part of one. */
function leavesUnder(path: SettingPath): Leaf[] {
  const [key, ...within] = path;
  if (!Object.hasOwn(SECTIONS, key)) return [];
  const schema = schemaAt(SECTIONS[key as SectionName], within);
  return schema ? leavesOf(schema, path) : [];
}

function leavesOf(schema: z.ZodType, path: SettingPath): Leaf[] {
  const shape = shapeOf(schema);
  if (!shape) return [{ path, schema }];
  return Object.entries(shape).flatMap(([name, inner]) => leavesOf(inner, [...path, name]));
}

function shapeOf(schema: z.ZodType): Record<string, z.ZodType> | undefined {
  let at: unknown = schema;
  while (at && typeof at === "object" && "unwrap" in at) {
    at = (at as { unwrap(): unknown }).unwrap();
  }
  return (at as { shape?: Record<string, z.ZodType> } | undefined)?.shape;
}

function schemaAt(schema: z.ZodType, steps: Steps): z.ZodType | undefined {
  return steps.reduce<z.ZodType | undefined>((inner, step) => {
    const shape = inner && shapeOf(inner);
    return shape && Object.hasOwn(shape, step) ? shape[String(step)] : undefined;
  }, schema);
}

/** The keys that a section has at a path. */
export function keysAt(schema: z.ZodType, steps: Steps): string[] {
  const found = schemaAt(schema, steps);
  return Object.keys((found && shapeOf(found)) ?? {});
}

/** Packages whose providers this program configures, and the engine's own namespace. */
const NAMESPACES = ["aws", "eks", "kubernetes", "pulumi"];

/** Says that nobody reads a key, if its namespace is a misspelt project, or the name of a section. */
export function unknownNamespace(
  fullKey: string,
  value: unknown,
  project: string,
  mending: Mending,
): Finding[] | undefined {
  const [namespace = "", ...rest] = fullKey.split(":");
  if (NAMESPACES.includes(namespace)) return undefined;
  const name = rest.join(":");
  const isMisspelt = nearestName(namespace, [project]) !== undefined;
  const section = nearestName(namespace, TOP_NAMES);
  if (!isMisspelt && section === undefined) return undefined;
  const remove: Edit = { remove: [fullKey] };
  const to: SettingPath | undefined = isMisspelt
    ? nearestName(name, TOP_NAMES) === undefined
      ? undefined
      : [nearestName(name, TOP_NAMES)!]
    : [section!, name];
  const moved = to && moveTo(to, value, remove, mending);
  const allowed = `a key of ${project}, such as ${project}:name: nothing reads the namespace ${namespace}`;
  return [{ path: fullKey, value, allowed, mends: [...(moved ? [moved] : []), [remove]] }];
}

/** The names at the top of a stack's configuration. */
export const TOP_NAMES: readonly string[] = [...Object.keys(SECTIONS), ...Object.keys(VALUES)];

/** A value of a key as it reaches the program: text, or JSON. */
export const settingValue = (raw: string | undefined): unknown =>
  raw === undefined ? undefined : parseText(raw);
