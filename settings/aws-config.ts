/** The `aws:*` settings of a stack: each one reaches the program's own provider, or is refused. */
import type * as aws from "@pulumi/aws";
import type { TokenCredentials } from "../components/kubeconfig";
import { commandOf, type CommandContext } from "./edits";
import { ProgramError } from "./problems";
import { runtimeContext } from "./runtime";

/** Settings that hold text, whatever it looks like; those of `SECRET` are never shown. */
const TEXTS = [
  "accessKey",
  "customCaBundle",
  "ec2MetadataServiceEndpoint",
  "ec2MetadataServiceEndpointMode",
  "httpProxy",
  "httpsProxy",
  "noProxy",
  "profile",
  "region",
  "retryMode",
  "s3UsEast1RegionalEndpoint",
  "secretKey",
  "stsRegion",
  "tagPolicyCompliance",
  "token",
] as const satisfies readonly (keyof aws.ProviderArgs)[];

/** Settings that hold a list, a map, a number, true or false: JSON. */
const VALUES = [
  "allowedAccountIds",
  "assumeRoleWithWebIdentity",
  "assumeRoles",
  "defaultTags",
  "endpoints",
  "forbiddenAccountIds",
  "ignoreTags",
  "insecure",
  "maxRetries",
  "s3UsePathStyle",
  "sharedConfigFiles",
  "sharedCredentialsFiles",
  "skipCredentialsValidation",
  "skipMetadataApiCheck",
  "skipRegionValidation",
  "skipRequestingAccountId",
  "tokenBucketRateLimiterCapacity",
  "useDualstackEndpoint",
  "useFipsEndpoint",
  "userAgents",
] as const satisfies readonly (keyof aws.ProviderArgs)[];

/** Every setting that the provider takes; a test holds these against @pulumi/aws's declarations. */
export const AWS_SETTINGS: readonly string[] = [...TEXTS, ...VALUES];

/** The configuration of a provider, and the tags that go onto everything. */
export interface AwsSettings {
  /** Arguments of the provider, but its tags. */
  readonly provider: Omit<aws.ProviderArgs, "defaultTags">;
  /** Tags of `aws:defaultTags`; the program's own come over them. */
  readonly tags: Readonly<Record<string, string>>;
  /** With what the tokens of the Kubernetes provider are made. */
  readonly credentials: TokenCredentials;
}

/**
 * Reads the `aws:*` settings. The program's provider is an explicit one, to which Pulumi passes none
 * of them: dropped, `allowedAccountIds` or `assumeRoles` would let a run land in another account.
 * @param config full keys to text
 * @throws ProgramError with every setting that the provider does not have, or that is not its JSON
 */
export function readAwsSettings(
  config: Readonly<Record<string, string>>,
  context: CommandContext = runtimeContext(),
): AwsSettings {
  const problems: string[] = [];
  const provider: Record<string, unknown> = {};
  for (const [fullKey, text] of Object.entries(config)) {
    if (!fullKey.startsWith("aws:")) continue;
    const key = fullKey.slice("aws:".length);
    if ((TEXTS as readonly string[]).includes(key)) provider[key] = text;
    else if ((VALUES as readonly string[]).includes(key)) {
      try {
        provider[key] = JSON.parse(text);
      } catch {
        problems.push(
          `  ${fullKey}: not the list, map, number or boolean that the provider takes\n` +
            `    fix: ${commandOf([{ remove: [fullKey] }], context)}`,
        );
      }
    } else problems.push(unknownSetting(key, context));
  }
  if (problems.length > 0) {
    throw new ProgramError(
      `${problems.length === 1 ? "1 problem" : `${problems.length} problems`} in the settings of the AWS provider; nothing was created\n\n${problems.join("\n\n")}`,
    );
  }
  const { defaultTags, ...rest } = provider;
  const tags = (defaultTags as { tags?: Record<string, string> } | undefined)?.tags ?? {};
  return { provider: rest, tags, credentials: credentialsOf(rest) };
}

function unknownSetting(key: string, context: CommandContext): string {
  const renamed = key === "assumeRole" ? "\n    it is aws:assumeRoles now, a list of roles" : "";
  return (
    `  aws:${key}: the AWS provider has no such setting${renamed}\n` +
    `    allowed: ${AWS_SETTINGS.map((name) => `aws:${name}`).join(", ")}\n` +
    `    fix: ${commandOf([{ remove: [`aws:${key}`] }], context)}`
  );
}

/** A chain of several roles cannot be written into a kubeconfig: the AWS CLI assumes one. */
function credentialsOf(provider: Record<string, unknown>): TokenCredentials {
  const profile = provider["profile"] as string | undefined;
  const roles = (provider["assumeRoles"] as { roleArn?: string }[] | undefined) ?? [];
  const roleArn = roles.at(-1)?.roleArn;
  return { ...(profile !== undefined && { profile }), ...(roleArn !== undefined && { roleArn }) };
}
