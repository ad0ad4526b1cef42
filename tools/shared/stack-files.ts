/** Reads Pulumi.yaml and Pulumi.<stack>.yaml as the Pulumi CLI does. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { isMap } from "../../settings/is-map";
import { parseCliYaml } from "../../settings/yaml";
import { UserError } from "./user-error";

/** The configuration of a stack, as a program gets it. */
export interface StackConfig {
  readonly config: Record<string, string>;
  /** Keys whose values are encrypted in the file. They cannot be read without the passphrase. */
  readonly secretKeys: string[];
}

interface ProjectFile {
  name: string;
  config?: Record<string, unknown>;
}

/** What stands for a secret that is encrypted in a stack file. */
export const ENCRYPTED = "[encrypted]";

/**
 * The project's name.
 * @throws UserError when Pulumi.yaml cannot be read, or has no name
 */
export function projectName(directory: string): string {
  return readProject(directory).name;
}

/** The chapter's exercises in its order. */
const CHAPTER = ["cluster", "autoscaler", "clusterip", "nodeport", "loadbalancer", "ingress"];

/** Whether a stack is one of the chapter's exercises. */
export function isExercise(stack: string): boolean {
  return CHAPTER.some((exercise) => stack === `exercise-${exercise}`);
}

/** Names of the stacks that have a file: the exercises in the chapter's order, then the others. */
export function stackNames(directory: string): string[] {
  const names = readdirSync(directory)
    .map((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1])
    .filter((name) => name !== undefined);
  const exercises = CHAPTER.map((exercise) => `exercise-${exercise}`);
  const others = names.filter((name) => !exercises.includes(name)).sort();
  return [...exercises.filter((name) => names.includes(name)), ...others];
}

/**
 * The configuration of a stack: the project's defaults, and the stack's own values over them.
 * @param file the stack's file, where it is another than Pulumi.<stack>.yaml in the directory
 * @throws UserError when the stack has no file, with the names of those that have one
 */
export function stackConfig(directory: string, stack: string, file?: string): StackConfig {
  const path = file ?? join(directory, `Pulumi.${stack}.yaml`);
  if (!existsSync(path)) {
    if (file !== undefined) throw new UserError(`There is no file ${file}.`);
    const known = stackNames(directory).join(", ");
    throw new UserError(
      `There is no stack "${stack}": Pulumi.${stack}.yaml does not exist.\n  known: ${known}`,
    );
  }
  const project = readProject(directory);
  const own = readYaml(path) as { config?: Record<string, unknown> } | null;
  const config: Record<string, string> = {};
  const secretKeys: string[] = [];
  for (const [key, declared] of Object.entries(project.config ?? {})) {
    const value = defaultOf(key, declared);
    if (value !== undefined) config[qualified(project, key)] = asText(value);
  }
  for (const [key, value] of Object.entries(own?.config ?? {})) {
    const readable = withoutCiphertext(value);
    // One secret makes its whole key a secret one.
    if (asText(readable) !== asText(value)) secretKeys.push(qualified(project, key));
    config[qualified(project, key)] = asText(readable);
  }
  return { config, secretKeys };
}

function readYaml(path: string): unknown {
  try {
    return parseCliYaml(readFileSync(path));
  } catch (error) {
    const [reason] = (error as Error).message.split("\n", 1);
    throw new UserError(`${basename(path)} cannot be read: ${reason}`, { cause: error });
  }
}

/** A value in which a secret, at whatever depth, is what stands for it. */
function withoutCiphertext(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutCiphertext);
  if (!isMap(value)) return value;
  if (typeof value["secure"] === "string" && Object.keys(value).length === 1) return ENCRYPTED;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, withoutCiphertext(inner)]),
  );
}

function readProject(directory: string): ProjectFile {
  const project = readYaml(join(directory, "Pulumi.yaml"));
  if (!isMap(project) || typeof project["name"] !== "string") {
    throw new UserError('Pulumi.yaml has no name: write "name: eks-exercises" into it');
  }
  return project as unknown as ProjectFile;
}

/** A key without a namespace belongs to the project. */
function qualified(project: ProjectFile, key: string): string {
  return key.includes(":") ? key : `${project.name}:${key}`;
}

/**
 * A project's entry is a value, or a declaration with a value or a default.
 * @throws UserError when the default is not of the declared type, as the CLI does
 */
function defaultOf(key: string, declared: unknown): unknown {
  if (!isMap(declared)) return declared;
  const { type, default: value } = declared;
  const isType = typeof type === "string" ? TYPES[type] : undefined;
  if (value === undefined || !isType || isType(value)) return declared["value"] ?? value;
  throw new UserError(`Pulumi.yaml: the default of ${key} is ${JSON.stringify(value)}`, {
    allowed: `a value of its type, ${type as string}`,
    fix: `edit Pulumi.yaml: ${type === "string" ? `write the default of ${key} in quotes` : `give ${key} another default`}`,
  });
}

/** What a default may be, by the type that its declaration names. */
const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === "string",
  integer: (value) => Number.isInteger(value),
  boolean: (value) => typeof value === "boolean",
  array: Array.isArray,
  object: isMap,
};

/** A value as the CLI hands it to the program: nothing at all is an empty text, for now. */
function asText(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
