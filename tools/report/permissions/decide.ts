/**
 * Decides whether policies allow a request, as IAM does. It knows the parts of IAM's language that
 * this project's policies use, and throws on any other.
 */
import { matches, matchesAny, type ParsedDocument } from "../../../policies/analyser";

type Statement = ParsedDocument["statements"][number];
type Condition = Statement["conditions"][number];

/** A request to AWS. */
export interface Request {
  /** As written in a policy: `autoscaling:SetDesiredCapacity`. */
  readonly action: string;
  /** ARN of the resource; undefined in a request to assume a role. */
  readonly resource?: string;
  /** Who asks to assume a role, as trust policies write it: the ARN of a provider, or a service. */
  readonly principal?: string;
  /** Values of condition keys, such as `aws:ResourceTag/team`; keys ignore case. */
  readonly context: Readonly<Record<string, string>>;
}

/**
 * Whether a statement allows the request and none denies it.
 * @throws Error on NotAction, NotResource, NotPrincipal, values that are not known yet, and
 *   conditions other than StringEquals and StringLike
 */
export function allows(statements: readonly Statement[], request: Request): boolean {
  const applying = statements.filter((statement) => applies(statement, request));
  return (
    applying.some(({ effect }) => effect === "Allow") &&
    !applying.some(({ effect }) => effect === "Deny")
  );
}

function applies(statement: Statement, request: Request): boolean {
  const unknown = [statement.notActions, statement.notResources, statement.notPrincipals];
  if (unknown.some((part) => part !== undefined) || statement.pending.length > 0) {
    throw new Error(`statement ${statement.id} uses Not… or unknown values: not decided here`);
  }
  const { action, resource, principal } = request;
  return (
    matchesAny(statement.actions, action.toLowerCase()) &&
    (resource === undefined || statement.resources.some((pattern) => matches(pattern, resource))) &&
    (principal === undefined || statement.principals.some(({ value }) => value === principal)) &&
    statement.conditions.every((condition) => holds(condition, request))
  );
}

function holds({ operator, qualifier, ifExists, key, values, text }: Condition, request: Request) {
  const isPlain = qualifier === undefined && !ifExists;
  if (!isPlain || (operator !== "stringequals" && operator !== "stringlike")) {
    throw new Error(`the condition ${text} is not decided here`);
  }
  const given = Object.entries(request.context).find(([name]) => name.toLowerCase() === key)?.[1];
  if (given === undefined) return false;
  return operator === "stringequals"
    ? values.includes(given)
    : values.some((pattern) => matches(pattern, given));
}
