import { runSimulation } from "@cloud-copilot/iam-simulate";
import { type Json } from "./proposals";

export const ACCOUNT = "111122223333";

interface Request {
  action: string;
  resource: string;
  principal?: string;
  context?: Record<string, string | string[]>;
}

/** The context in which the conditions of a completed statement hold. */
function toContext(statement: Json): Record<string, string | string[]> {
  const blocks = Object.entries((statement.Condition ?? {}) as Record<string, Json>);
  return Object.fromEntries(
    blocks.flatMap(([operator, keys]) =>
      Object.entries(keys).map(([key, value]): [string, string | string[]] => {
        const first = String([value].flat()[0])
          .replace(/[*?]/g, "x")
          .replace(/\/\d+$/, "");
        return [key, operator.startsWith("ForA") ? [first] : first];
      }),
    ),
  );
}

/**
 * Whether IAM's simulation grants a request under an identity policy. Discovery takes a condition that the
 * context fails for one that may hold another time; Strict takes it for a refusal.
 */
export async function isAllowed(
  policy: Json[],
  request: Request,
  simulationMode: "Discovery" | "Strict" = "Discovery",
): Promise<boolean> {
  const answer = await runSimulation(
    {
      request: {
        principal: request.principal ?? `arn:aws:iam::${ACCOUNT}:role/tester`,
        action: request.action,
        resource: { resource: request.resource, accountId: ACCOUNT },
        contextVariables: request.context ?? {},
      },
      identityPolicies: [{ name: "policy", policy: { Version: "2012-10-17", Statement: policy } }],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    { simulationMode },
  );
  if (answer.resultType === "error") {
    throw new Error(`${request.action} ${request.resource}: ${JSON.stringify(answer.errors)}`);
  }
  return answer.overallResult === "Allowed";
}

/** A string or a list of them, as a list. */
export const strings = (value: unknown): string[] =>
  [value].flat().filter((item) => typeof item === "string");

/** The requests that a proposal means to allow: each named action, on what its statement names. */
export function evidentUse(proposal: readonly Json[], action: string): Request[] {
  return proposal.flatMap((statement) => {
    const named = strings(statement.Action).some((a) => a.toLowerCase() === action.toLowerCase());
    if (!named) return [];
    return strings(statement.Resource).map((resource) => ({
      action,
      resource: resource === "*" ? "*" : resource.replace(/[*?]/g, "x"),
      context: toContext(statement),
    }));
  });
}

/**
 * Whether a resource or trust policy lets in a role of another account that may do anything there, whatever
 * its conditions on the caller and the source turn out to be: those are answered by values of the stranger's.
 */
export async function isStrangerAllowed(
  policy: Json[],
  action: string,
  resource = `arn:aws:iam::${ACCOUNT}:role/r`,
): Promise<boolean> {
  const named = resource.replace(/[*?]/g, "x");
  const answer = await runSimulation(
    {
      request: {
        principal: "arn:aws:iam::999988887777:role/stranger",
        action,
        resource: {
          resource: named.startsWith("arn:") ? named : `arn:aws:iam::${ACCOUNT}:role/r`,
          accountId: ACCOUNT,
        },
        contextVariables: STRANGER,
      },
      identityPolicies: [
        {
          name: "anything",
          policy: {
            Version: "2012-10-17",
            Statement: { Effect: "Allow", Action: "*", Resource: "*" },
          },
        },
      ],
      resourcePolicy: { Version: "2012-10-17", Statement: policy },
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    { simulationMode: "Strict" },
  );
  return answer.resultType !== "error" && answer.overallResult === "Allowed";
}

/** What a stranger's request says of itself. */
const STRANGER: Record<string, string> = {
  "aws:PrincipalAccount": "999988887777",
  "aws:PrincipalArn": "arn:aws:iam::999988887777:role/stranger",
  "aws:PrincipalOrgID": "o-stranger00",
  "aws:SecureTransport": "true",
  "aws:SourceIp": "198.51.100.7",
  "aws:SourceVpce": "vpce-0stranger",
};
