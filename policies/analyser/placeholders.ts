/** What a proposal leaves open, because only the author knows it: `ACCOUNT`, `BUCKET_NAME`. */
const PLACEHOLDER =
  /\b(?:ACCOUNT|REGION|SERVICE|NAMESPACE|BRANCH|REPOSITORY|OWNER|SUBJECT|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\b/g;

/** A name as a placeholder: `InstanceId` is `INSTANCE_ID`. */
function placeholder(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/[^A-Za-z0-9]+/g, "_")
    .replace(/^_|_$/g, "")
    .toUpperCase();
}

/** The placeholders of a proposal that the author's own text does not have. */
export function missingIn(proposal: string, written: string): string[] {
  const own = new Set(written.match(PLACEHOLDER));
  return [...new Set(proposal.match(PLACEHOLDER))].filter((name) => !own.has(name));
}

/** What an ARN template is filled in with, as far as the author's own ARNs show it. */
export interface ArnParts {
  partition: string;
  region: string;
  account: string;
}

/** What the first ARN to spell out one of its parts has there. */
function firstPart(
  arns: readonly string[],
  index: number,
  isSpelled = (part: string): boolean => part !== "" && !/[*?$]/.test(part),
): string | undefined {
  for (const arn of arns) {
    const part = arn.startsWith("arn:") ? arn.split(":", index + 1)[index] : undefined;
    if (part !== undefined && isSpelled(part)) return part;
  }
  return undefined;
}

/** The partition that ARNs spell out. */
export function findPartition(arns: readonly string[]): string | undefined {
  return firstPart(arns, 1);
}

/** Partition, region and account of the author's ARNs: what one of them spells out, or a placeholder. */
export function readArnParts(arns: readonly string[], partition = "aws"): ArnParts {
  return {
    partition: findPartition(arns) ?? partition,
    region: firstPart(arns, 3) ?? "REGION",
    account: firstPart(arns, 4, (part) => /^\d{12}$/.test(part)) ?? "ACCOUNT",
  };
}

/** The placeholders of the variables in AWS's templates. */
const ofVariables = new Map<string, string>();

/**
 * An ARN of a template, with placeholders for the names in it. An id that AWS makes when the resource is
 * created is `*`: no policy can name it before.
 */
export function fillTemplate(template: string, parts: ArnParts, isCreated: boolean): string {
  return template.replace(/\$\{([^}]+)\}/g, (_, name: string) => {
    if (name === "Partition") return parts.partition;
    if (name === "Region") return parts.region;
    if (name === "Account") return parts.account;
    if (isCreated && /(Id|Identifier)$/.test(name)) return "*";
    let known = ofVariables.get(name);
    if (known === undefined) {
      const text = placeholder(name.replace(/WithPath$/, ""));
      known = text.includes("_") ? text : `${text}_NAME`;
      ofVariables.set(name, known);
    }
    return known;
  });
}

/** A value for a condition key, named after the key. */
export function conditionValue(key: string): string {
  const name = key.slice(key.indexOf(":") + 1);
  if (/^(principal|resource|source)orgid$/i.test(name)) return "o-YOUR_ORG_ID";
  if (/account$/i.test(name)) return "ACCOUNT";
  if (/^(passedtoservice|awsservicename|calledvia.*|viaservice)$/i.test(name)) {
    return "SERVICE.amazonaws.com";
  }
  if (/^(vpc)?sourceip$/i.test(name)) return "YOUR_CIDR";
  if (/^(source|principal|.*)arn$/i.test(name)) return `ARN_OF_${placeholder(name.slice(0, -3))}`;
  const tag = /tag\/(.+)$/i.exec(name)?.[1];
  return `VALUE_OF_${placeholder(tag ?? name)}`;
}
