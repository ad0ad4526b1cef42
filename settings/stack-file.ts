/** The files that hold a stack's configuration: a fix has to change the one that holds the value. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseCliYaml } from "./yaml";

/** Where a setting is written. */
interface Holder {
  /** Whether it is in the stack's own file, and not in Pulumi.yaml, which all stacks share. */
  readonly isOwn: boolean;
  /** What is written there: a text of JSON is a text here. */
  readonly value: unknown;
}

/** Finds where a full key, such as `eks-exercises:name`, is written; undefined if nobody knows. */
export type FindHolder = (fullKey: string) => Holder | undefined;

/** Looks in the files of a project. A file that cannot be read holds nothing. */
export function holdersIn(directory: string, project: string, stack: string): FindHolder {
  const own = configIn(join(directory, `Pulumi.${stack}.yaml`), project);
  const shared = configIn(join(directory, "Pulumi.yaml"), project);
  return (key) => {
    if (own.has(key)) return { isOwn: true, value: own.get(key) };
    return shared.has(key) ? { isOwn: false, value: shared.get(key) } : undefined;
  };
}

function configIn(path: string, project: string): Map<string, unknown> {
  try {
    const file = parseCliYaml(readFileSync(path)) as { config?: object } | null;
    const entries = Object.entries(file?.config ?? {});
    return new Map(
      entries.map(([key, value]) => [key.includes(":") ? key : `${project}:${key}`, value]),
    );
  } catch {
    return new Map();
  }
}
