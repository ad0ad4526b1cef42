/** What findings on whole principals, on tags and on access propose, tried by IAM simulation. */
import assert from "node:assert/strict";
import { analyseDocument, analyseRole, type Finding } from "../../policies/analyser";
import { readDocuments } from "./support/corpus";
import { asksForActions, complete, type Json } from "./support/proposals";
import { ACCOUNT, evidentUse, isAllowed, isStrangerAllowed, strings } from "./support/simulation";
import { allow, doc } from "./support/records";

const findStatements = (document: object): Json[] =>
  [(document as { Statement: Json | Json[] }).Statement].flat();

describe("policies: advice on a principal as a whole", function () {
  this.timeout(120_000);

  const roles = [
    ["iam:PassRole", ["lambda:CreateFunction", "lambda:InvokeFunction"]],
    ["iam:PassRole", ["ecs:RegisterTaskDefinition", "ecs:RunTask"]],
    ["iam:PassRole", "ec2:RunInstances"],
    ["iam:PassRole", ["glue:CreateJob", "glue:StartJobRun"]],
    ["iam:PassRole", "cloudformation:CreateStack"],
    [["iam:PassRole", "codebuild:CreateProject"], "codebuild:StartBuild"],
    ["ssm:SendCommand", "iam:CreatePolicyVersion"],
    ["lambda:UpdateFunctionCode", "iam:PutRolePolicy"],
  ] as const;

  for (const [first, second] of roles) {
    it(`proposes what ${JSON.stringify(first)} and ${JSON.stringify(second)} are for, and no way up`, async () => {
      const documents = [first, second].map((actions) => doc(allow(actions)));
      const policies = documents.map((document, index) => ({ name: `policy-${index}`, document }));
      const found = [
        ...analyseRole({ policies }),
        ...documents.flatMap((document) => analyseDocument(document, { kind: "identity" })),
      ].filter(({ rule }) => rule === "privilege-escalation");
      assert.ok(found.length > 0);
      for (const each of found) {
        const proposal = complete(each) ?? [];
        assert.deepEqual(waysUp(proposal), [], each.instead);
        for (const action of each.actions) {
          const [use] = evidentUse(proposal, action);
          assert.ok(use, `${action} is gone: ${each.instead}`);
          assert.ok(await isAllowed(proposal, use), `${action} on ${use.resource}`);
        }
      }
    });
  }

  function waysUp(statements: readonly Json[]): string[] {
    return analyseDocument({ Statement: statements }, { kind: "identity" })
      .filter(({ rule }) => rule === "privilege-escalation")
      .map(({ message }) => message);
  }

  it("proposes for a tag that it may be written where it is already, and not elsewhere", async () => {
    let tried = 0;
    for (const { id, document } of readDocuments("identity")) {
      for (const found of tagFindings(document as object)) {
        const proposal = complete(found) ?? [];
        const [use] = evidentUse(proposal, found.actions[0] ?? "");
        assert.ok(use?.context, `${id}: ${found.instead}`);
        assert.ok(await isAllowed(proposal, use, "Strict"), id);
        const other = Object.keys(use.context).map((key) => [key, "another's"]);
        const elsewhere = { ...use, context: Object.fromEntries(other) as Record<string, string> };
        assert.ok(!(await isAllowed(proposal, elsewhere, "Strict")), id);
        const rest = findStatements(document as object).filter((s, index) => {
          const name = typeof s.Sid === "string" ? s.Sid : `#${index}`;
          return name !== found.statement;
        });
        const again = tagFindings({ Statement: [...rest, ...proposal] });
        assert.ok(!again.some(({ message }) => message === found.message), id);
        tried++;
      }
    }
    assert.ok(tried >= 3, `${tried}`);
  });

  function tagFindings(document: object): Finding[] {
    return analyseDocument(document, { kind: "identity" }).filter(
      ({ rule }) => rule === "self-tag",
    );
  }
});

describe("policies: advice on who gets in", function () {
  this.timeout(120_000);

  for (const kind of ["resource", "trust"] as const) {
    it(`lets no stranger in by what it proposes for a ${kind} policy`, async () => {
      let tried = 0;
      const open: string[] = [];
      for (const { id, document } of readDocuments(kind)) {
        for (const found of analyseDocument(document, { kind, accounts: [ACCOUNT] })) {
          const proposal = complete(found);
          if (proposal === undefined || found.level !== "mandatory" || asksForActions(found)) {
            continue;
          }
          for (const statement of proposal.filter((s) => s.Effect === "Allow")) {
            const action = strings(statement.Action).find((a) => !/[*?]/.test(a));
            if (action === undefined) continue;
            tried++;
            if (await isStrangerAllowed(proposal, action, strings(statement.Resource)[0])) {
              open.push(`${id}, ${found.rule}: ${action}`);
            }
          }
        }
      }
      assert.ok(tried > 50, `${tried}`);
      assert.deepEqual(open, []);
    });
  }
});
