import { lookUpAction, lookUpService } from "../../../policies/analyser/data";
import { analyseDocument, type DocumentKind, type Finding } from "../../../policies/analyser";

export type Json = Record<string, unknown>;

const VALUES: Record<string, string> = {
  ACCOUNT: "111122223333",
  REGION: "eu-west-1",
  SERVICE: "lambda",
  YOUR_CIDR: "203.0.113.0/24",
};

/** An ARN of a resource that the action takes. */
function anArn(action: string): string {
  const name = action.toLowerCase();
  const templates = lookUpService(name.slice(0, name.indexOf(":")))?.templates;
  const all = (lookUpAction(name)?.types ?? []).map((type) => templates?.get(type) ?? "");
  const variables = (template: string): number => template.split("${").length;
  // The most particular one: some formats, such as apigateway's /account, name nothing.
  const [template] = all
    .map((text) => text.replace("*", "one"))
    .sort((a, b) => variables(b) - variables(a));
  return (template ?? "arn:aws:s3:::bucket-name").replace(/\$\{([^}]+)\}/g, (_, part: string) => {
    if (part === "Partition") return "aws";
    return part === "Account" ? "111122223333" : part.toLowerCase();
  });
}

/** A proposal as an author would complete it: each placeholder that the finding names, with a value. */
export function complete(found: Finding): Json[] | undefined {
  if (!/^[[{]/.test(found.instead)) return undefined;
  let text = found.instead.replaceAll("o-YOUR_ORG_ID", "o-a1b2c3d4e5");
  // Longest first: SOURCE is part of ARN_OF_SOURCE.
  for (const name of [...(found.missing ?? [])].sort((a, b) => b.length - a.length)) {
    const isArn = name.startsWith("ARN_OF_");
    const value = isArn
      ? anArn(found.actions[0] ?? "")
      : (VALUES[name] ?? name.toLowerCase().replaceAll("_", "-"));
    text = text.replace(new RegExp(`\\b${name}\\b`, "g"), value);
  }
  const value = JSON.parse(text) as Json | Json[];
  return [value].flat();
}

/** Whether the proposal leaves the actions themselves to the author: no use of it can be tried. */
export function asksForActions(found: Finding): boolean {
  return found.instead.includes("NAME_OF_ACTION");
}

/** What the pack says of a completed proposal. */
export function findingsOn(
  statements: readonly Json[],
  kind: DocumentKind,
  context: { accounts?: string[]; issuers?: string[] } = {},
): Finding[] {
  return analyseDocument({ Version: "2012-10-17", Statement: statements }, { kind, ...context });
}
