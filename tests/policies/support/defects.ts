import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Brief } from "./records";

const folder = join(__dirname, "../../../docs/policies");

/** The bad example of each rule's page, with its kind. */
function examples(): { id: string; kind: string; value: unknown }[] {
  return readdirSync(folder)
    .filter((name) => name !== "README.md")
    .map((name) => {
      const page = readFileSync(join(folder, name), "utf8");
      const json = /\n## Bad\n[^]*?```json\n([^]*?)\n```/.exec(page)?.[1] ?? "null";
      const kind = /Example: (\w+)\./.exec(page)?.[1] ?? "";
      return { id: name.replace(".md", ""), kind, value: JSON.parse(json) as unknown };
    });
}

/** The same resources under names of their own, so that many examples live in one stack. */
function renamed(id: string, briefs: readonly Brief[]): Brief[] {
  const roles = briefs.filter(({ type }) => type === "aws:iam/role:Role").map(({ name }) => name);
  const rename = (value: unknown): unknown => {
    if (typeof value === "string") {
      const role = roles.find((name) => value === name || value.endsWith(`:role/${name}`));
      return role === undefined
        ? value
        : `${value.slice(0, value.length - role.length)}${id}-${role}`;
    }
    if (Array.isArray(value)) return value.map(rename);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, rename(item)]));
  };
  return briefs.map(({ type, name, props }) => ({
    type,
    name: `${id}-${name}`,
    props: rename(props) as Brief["props"],
  }));
}

/**
 * A stack with one of each defect, from the documentation's bad examples: those that a resource shows
 * alone, and those that need the stack. The engine does not get to the stack where a resource failed.
 */
export function readDefects(): { alone: Brief[]; together: Brief[] } {
  const alone: Brief[] = [];
  const together: Brief[] = [];
  for (const { id, kind, value } of examples()) {
    const policy = JSON.stringify(value);
    if (kind === "identity") {
      alone.push({ type: "aws:iam/policy:Policy", name: id, props: { policy } });
    }
    if (kind === "trust") {
      alone.push({ type: "aws:iam/role:Role", name: id, props: { assumeRolePolicy: policy } });
    }
    if (kind === "resource") {
      alone.push({ type: "aws:sqs/queuePolicy:QueuePolicy", name: id, props: { policy } });
    }
    if (kind !== "stack") continue;
    const isAlone = /^(admin-policy|full-access|cluster-admin|oidc-provider|not-evaluated)/.test(
      id,
    );
    (isAlone ? alone : together).push(...renamed(id, value as Brief[]));
  }
  return { alone, together };
}
