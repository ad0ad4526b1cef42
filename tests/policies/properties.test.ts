import fc from "fast-check";
import { analyseDocument, type DocumentKind, type Finding, RULES } from "../../policies/analyser";
import { doc } from "./support/records";

const ACTIONS = [
  "*",
  "s3:*",
  "ec2:Create*",
  "ec2:Describe*",
  "s3:PutObject",
  "s3:GetObject",
  "ec2:TerminateInstances",
  "ec2:RunInstances",
  "ec2:CreateTags",
  "iam:PassRole",
  "iam:PutRolePolicy",
  "lambda:CreateFunction",
  "lambda:InvokeFunction",
  "lambda:UpdateFunctionCode",
  "secretsmanager:GetSecretValue",
  "autoscaling:SetDesiredCapacity",
  "route53:ChangeResourceRecordSets",
  "route53:ListHostedZones",
  "sts:AssumeRole",
];
const RESOURCES = [
  "*",
  "arn:aws:s3:::*",
  "arn:aws:s3:::shop/*",
  "arn:aws:ec2:*:*:instance/*",
  "arn:aws:iam::*:role/*",
];
/** One resource of a kind that none of the actions is wide on. */
const NARROW = "arn:aws:sqs:eu-west-1:111122223333:jobs";
const CONDITIONS: (object | undefined)[] = [
  undefined,
  { StringEquals: { "aws:ResourceTag/team": "x" } },
  { StringEqualsIfExists: { "aws:ResourceTag/team": "x" } },
  { StringEquals: { "aws:RequestedRegion": "eu-west-1" } },
];

interface Written {
  Effect: string;
  Action: string[];
  Resource: string[];
  Condition?: object;
}

const statement = (effects: string[]): fc.Arbitrary<Written> =>
  fc
    .record({
      Effect: fc.constantFrom(...effects),
      Action: fc.uniqueArray(fc.constantFrom(...ACTIONS), { minLength: 1, maxLength: 5 }),
      Resource: fc.uniqueArray(fc.constantFrom(...RESOURCES), { minLength: 1, maxLength: 2 }),
      condition: fc.constantFrom(...CONDITIONS),
    })
    .map(({ condition, ...rest }) => ({ ...rest, ...(condition && { Condition: condition }) }));

const statements = fc.array(statement(["Allow", "Allow", "Deny"]), { minLength: 1, maxLength: 4 });

const findings = (list: readonly object[], kind: DocumentKind = "identity"): Finding[] =>
  analyseDocument(doc(...list), { kind });

/** What is told once of several statements. */
const TOGETHER: ReadonlySet<string> = new Set([
  "privilege-escalation",
  "self-tag",
  "documented-breadth",
]);

/** Breadth, strongest first: what is narrowed may be told by a later rule of the list, never an earlier. */
const WEAKER: Record<string, readonly string[]> = {
  "service-wildcard-scoped": ["action-all", "service-wildcard"],
  "pass-role-any-service": ["pass-role-any"],
};

/** Rules on what a policy fails to grant: they report no breadth. */
const NOT_BREADTH: ReadonlySet<string> = new Set(["action-unknown", "resource-not-taken"]);

/** The breadth that is told: rule, statement and actions, a piece for each action. */
function pieces(found: readonly Finding[]): string[] {
  const ids = new Set(
    RULES.filter(({ scope }) => scope === "identity" || scope === "role")
      .map(({ id }) => id)
      .filter((id) => !NOT_BREADTH.has(id)),
  );
  return found
    .filter((f) => ids.has(f.rule))
    .flatMap((f) =>
      TOGETHER.has(f.rule)
        ? [f.rule]
        : f.actions.map((action) => `${f.rule} ${f.statement} ${action.toLowerCase()}`),
    );
}

function onlyLess(before: readonly Finding[], after: readonly Finding[]): boolean {
  const known = new Set(pieces(before));
  return pieces(after).every((piece) => {
    if (known.has(piece)) return true;
    const [rule = "", ...rest] = piece.split(" ");
    return (WEAKER[rule] ?? []).some((stronger) => known.has([stronger, ...rest].join(" ")));
  });
}

describe("policies: properties", () => {
  it("a denial that is added adds no finding", () => {
    fc.assert(
      fc.property(statements, statement(["Deny"]), (list, deny) =>
        onlyLess(findings(list), findings([...list, deny])),
      ),
      { numRuns: 500 },
    );
  });

  it("a resource that is narrowed adds no finding of breadth", () => {
    fc.assert(
      fc.property(statements, fc.nat(), (list, pick) => {
        const index = pick % list.length;
        // A denial of what was named before says nothing of the other resource: each denies everywhere.
        const before = list.map((s) => (s.Effect === "Deny" ? { ...s, Resource: ["*"] } : s));
        const narrowed = before.map((s, i) =>
          i === index && s.Effect === "Allow" ? { ...s, Resource: [NARROW] } : s,
        );
        return onlyLess(findings(before), findings(narrowed));
      }),
      { numRuns: 500 },
    );
  });

  it("an action that is taken away adds no finding", () => {
    fc.assert(
      fc.property(statements, fc.nat(), (list, pick) => {
        const index = pick % list.length;
        const fewer = list.map((s, i) =>
          i === index && s.Effect === "Allow" && s.Action.length > 1
            ? { ...s, Action: s.Action.slice(1) }
            : s,
        );
        // What statements do together is told at one of them: at which is no part of the verdict.
        const ids = (found: Finding[]) =>
          new Set(found.map((f) => (TOGETHER.has(f.rule) ? f.rule : `${f.rule} ${f.statement}`)));
        const before = ids(findings(list));
        // A published policy with something taken out is that policy no more, and is told as any other is.
        return (
          before.has("documented-breadth") ||
          [...ids(findings(fewer))].every((id) => before.has(id))
        );
      }),
      { numRuns: 500 },
    );
  });

  it("the shape that a document is written in changes no verdict", () => {
    const verdict = (document: unknown): string =>
      analyseDocument(document, { kind: "identity" })
        .map((f) => `${f.rule} ${f.level}`)
        .sort()
        .join("\n");
    const one = (list: string[], lone: boolean): unknown =>
      lone && list.length === 1 ? list[0] : list;
    fc.assert(
      fc.property(
        statements,
        fc.boolean(),
        fc.constantFrom(0, 1, 2),
        fc.boolean(),
        (list, lone, letters, text) => {
          const shaped = [...list].reverse().map((s) => ({
            ...s,
            Action: one(
              s.Action.map((a) =>
                letters === 0 ? a : letters === 1 ? a.toUpperCase() : a.toLowerCase(),
              ).reverse(),
              lone,
            ),
            Resource: one([...s.Resource].reverse(), lone),
          }));
          const document = {
            Version: "2012-10-17",
            Statement: shaped.length === 1 && lone ? shaped[0] : shaped,
          };
          return verdict(doc(...list)) === verdict(text ? JSON.stringify(document) : document);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("no value crashes it", () => {
    const kinds: DocumentKind[] = ["identity", "trust", "resource"];
    const keys = fc.constantFrom(
      "Statement",
      "Effect",
      "Action",
      "Resource",
      "Principal",
      "Condition",
      "AWS",
      "x",
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 6 },
        fc.constantFrom(
          "Allow",
          "*",
          "s3:*",
          "sts:AssumeRole",
          "",
          null,
          7,
          true,
          "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
        ),
        fc.string(),
        fc.array(tie("tree"), { maxLength: 3 }),
        fc.dictionary(keys, tie("tree"), { maxKeys: 5 }),
      ),
    }));
    fc.assert(
      fc.property(tree, fc.boolean(), fc.constantFrom(...kinds), (value, text, kind) => {
        const document = text ? JSON.stringify(value) : value;
        const found = analyseDocument(document, { kind });
        // What is not a document is a finding, never a pass.
        const isDocument = typeof value === "object" && value !== null && "Statement" in value;
        return isDocument || found.length > 0;
      }),
      { numRuns: 2000 },
    );
  });
});
