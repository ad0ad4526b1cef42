/** What a rehearsal takes for secrets: nobody can read them without the passphrase. */
import { parseText, pathText, type SettingPath } from "../../settings/edits";
import { exampleAt } from "../../settings/mends";
import { ENCRYPTED, type StackConfig } from "../shared/stack-files";

/** A configuration in which an allowed value stands for each secret, and what to say of them. */
export function withStandIns(
  { config, secretKeys }: StackConfig,
  project: string,
): { config: Record<string, string>; warnings: string[] } {
  const warnings: string[] = [];
  const replaced = { ...config };
  const standIn = (path: SettingPath, value: unknown): unknown => {
    if (value === ENCRYPTED) {
      const example = exampleAt(path);
      const shown = JSON.stringify(example);
      warnings.push(
        `${pathText(path)} is a secret, which a rehearsal cannot read: it goes on with ${shown}`,
      );
      return example;
    }
    if (Array.isArray(value)) return value.map((item, i) => standIn([...path, i], item));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, standIn([...path, key], inner)]),
    );
  };
  for (const fullKey of secretKeys) {
    const key = fullKey.startsWith(`${project}:`) ? fullKey.slice(project.length + 1) : fullKey;
    const value = standIn([key], parseText(config[fullKey]!));
    replaced[fullKey] = typeof value === "string" ? value : JSON.stringify(value);
  }
  return { config: replaced, warnings };
}
