import { EKS_ISSUER } from "./oidc-subjects";
import { finding, statementJson } from "./rules";
import { type Condition, type Finding, type Statement } from "./types";

/** Providers whose tokens are for whoever signs in: the audience is the application. */
export const BY_AUDIENCE = new Set([
  "cognito-identity.amazonaws.com",
  "accounts.google.com",
  "graph.facebook.com",
  "www.amazon.com",
]);

export interface Trust {
  statement: Statement;
  /** In lower case, to be compared. */
  issuer: string;
  /** As written, to be shown. */
  shown: string;
}

function example(issuer: string): string {
  const isEks = EKS_ISSUER.test(issuer.toLowerCase());
  return statementJson({
    Effect: "Allow",
    Principal: { Federated: `arn:aws:iam::ACCOUNT:oidc-provider/${issuer}` },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: {
      StringEquals: {
        [`${issuer}:sub`]: isEks ? "system:serviceaccount:NAMESPACE:NAME" : "THE-ONE-SUBJECT",
        [`${issuer}:aud`]: "sts.amazonaws.com",
      },
    },
  });
}

export function report(
  rule: string,
  trust: Trust,
  message: string,
  request: string,
  condition?: Condition,
): Finding {
  return finding(rule, {
    statement: trust.statement.id,
    actions: ["sts:AssumeRoleWithWebIdentity"],
    principal: trust.shown,
    message,
    request,
    instead: example(trust.shown),
    ...(condition && { condition: `${condition.text} = ${condition.values.join(", ")}` }),
  });
}

export const isLenient = (c: Condition): boolean => c.ifExists || c.qualifier === "forallvalues";
export const isEquality = (c: Condition): boolean =>
  /^(string|arn)(equals|equalsignorecase|like)$/.test(c.operator);
