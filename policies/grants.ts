import { isUnknown } from "./analyser";
import { field, knownString, type ResourceRecord } from "./records";

/** A statement as the service writes it into the resource's policy. */
type Json = Record<string, unknown>;

type Props = ResourceRecord["props"];

/** The principal of a property: everyone, an account, an ARN, or a service's name. */
function principalElement(value: unknown): unknown {
  const text = knownString(value);
  if (text === undefined || text === "*") return value;
  return /^(\d{12}$|arn:)/.test(text) ? { AWS: text } : { Service: text };
}

/** Operator, condition key, and the property that gives the value. */
type Guard = readonly [operator: string, key: string, property: string];

const LAMBDA_GUARDS: readonly Guard[] = [
  ["ArnLike", "AWS:SourceArn", "sourceArn"],
  ["StringEquals", "AWS:SourceAccount", "sourceAccount"],
  ["StringEquals", "aws:PrincipalOrgID", "principalOrgId"],
  ["StringEquals", "lambda:FunctionUrlAuthType", "functionUrlAuthType"],
  ["StringEquals", "lambda:EventSourceToken", "eventSourceToken"],
];

function conditionElement(props: Props, guards: readonly Guard[]): Json {
  const condition: Record<string, Json> = {};
  for (const [operator, key, property] of guards) {
    const value = props[property];
    if (value === undefined || value === null || value === "") continue;
    condition[operator] = { ...condition[operator], [key]: value };
  }
  return Object.keys(condition).length === 0 ? {} : { Condition: condition };
}

/** A function's ARN, as far as its name is known. */
function functionResource(name: unknown): Json {
  const text = knownString(name);
  if (text === undefined) return {};
  const isArn = text.startsWith("arn:");
  return { Resource: isArn ? text : `arn:aws:lambda:REGION:ACCOUNT:function:${text}` };
}

/** What the statements of Lambda's permissions begin with. */
function permission(props: Props): Json {
  return {
    Sid: knownString(props.statementId) ?? "Permission",
    Effect: "Allow",
    Principal: principalElement(props.principal),
    Action: props.action,
  };
}

/** lambda:AddPermission: the statement that the API documents for its parameters. */
function invocation(props: Props): Json {
  return {
    ...permission(props),
    ...functionResource(props.function ?? props.functionName),
    ...conditionElement(props, LAMBDA_GUARDS),
  };
}

function layer(props: Props): Json {
  return {
    ...permission(props),
    ...conditionElement(props, [["StringEquals", "aws:PrincipalOrgID", "organizationId"]]),
  };
}

/** The provider adds this permission by itself when the URL asks for no authentication. */
function publicUrl(props: Props): Json | undefined {
  if (props.authorizationType !== "NONE" && props.authType !== "NONE") return undefined;
  return {
    Sid: "FunctionURLAllowPublicAccess",
    Effect: "Allow",
    Principal: "*",
    Action: "lambda:InvokeFunctionUrl",
    ...functionResource(props.functionName ?? props.targetFunctionArn),
  };
}

/** events:PutPermission; the condition, if there is one, is on aws:PrincipalOrgID. */
function busAccess(props: Props): Json | undefined {
  if (typeof props.statement === "object" && props.statement !== null) {
    return props.statement as Json;
  }
  if (props.principal === undefined) return undefined;
  const { condition } = props;
  const type = knownString(field(condition, "type"));
  const key = knownString(field(condition, "key"));
  const isPending = isUnknown(condition) || (condition !== undefined && !(type && key));
  return {
    Sid: knownString(props.statementId) ?? "Permission",
    Effect: "Allow",
    Principal: principalElement(props.principal),
    Action: props.action ?? "events:PutEvents",
    ...(isPending && { Condition: condition }),
    ...(type && key && { Condition: { [type]: { [key]: field(condition, "value") } } }),
  };
}

const GRANTS: ReadonlyMap<string, (props: Props) => Json | undefined> = new Map([
  ["aws:lambda/permission:Permission", invocation],
  ["aws-native:lambda:Permission", invocation],
  ["aws:lambda/layerVersionPermission:LayerVersionPermission", layer],
  ["aws-native:lambda:LayerVersionPermission", layer],
  ["aws:lambda/functionUrl:FunctionUrl", publicUrl],
  ["aws-native:lambda:Url", publicUrl],
  ["aws:cloudwatch/eventPermission:EventPermission", busAccess],
  ["aws-native:events:EventBusPolicy", busAccess],
]);

/** Types that add one statement to the policy of another resource, by parameters. */
export const GRANTING_TYPES: ReadonlySet<string> = new Set(GRANTS.keys());

/** The statement that a resource adds to another's policy; undefined where it adds none. */
export function grantedStatement({ type, props }: ResourceRecord): Json | undefined {
  return Object.keys(props).length === 0 ? undefined : GRANTS.get(type)?.(props);
}
