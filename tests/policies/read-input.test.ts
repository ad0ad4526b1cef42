import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { analyseStack } from "../../policies/resources";
import { MAX_FILE } from "../../policies/read-files";
import { type Input, MAX_DOCUMENT, readInputs } from "../../policies/read-input";
import { allow, doc, ids } from "./support/records";

const trust = doc({
  Effect: "Allow",
  Principal: { Service: "ec2.amazonaws.com" },
  Action: "sts:AssumeRole",
});
const identity = doc(allow("ec2:TerminateInstances"));
const resource = doc({ Effect: "Allow", Principal: "*", Action: "sqs:SendMessage", Resource: "*" });
const text = (value: unknown): string => JSON.stringify(value);

describe("policies: reading input", () => {
  let folder = "";
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "iam-read-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const put = (content: string | Buffer, name = "it.json"): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const read = (content: unknown): Input => {
    const [input] = [
      ...readInputs([put(typeof content === "string" ? content : text(content))], undefined),
    ];
    assert.ok(input !== undefined);
    return input;
  };
  const parts = (input: Input): [string, string][] =>
    "documents" in input ? input.documents.map(({ part, kind }) => [part, kind]) : [];
  const error = (input: Input | undefined): string =>
    input !== undefined && "error" in input ? input.error : "";

  // The shapes of the AWS CLI's output, as its reference prints them.
  const outputs: [string, unknown, [string, string][]][] = [
    ["a document", identity, [["", "identity"]]],
    [
      "iam list-roles",
      {
        Roles: [
          { Path: "/", RoleName: "app", AssumeRolePolicyDocument: trust, MaxSessionDuration: 3600 },
          { Path: "/", RoleName: "job", AssumeRolePolicyDocument: trust },
        ],
      },
      [
        ["Roles[app].AssumeRolePolicyDocument", "trust"],
        ["Roles[job].AssumeRolePolicyDocument", "trust"],
      ],
    ],
    [
      "iam get-role",
      { Role: { RoleName: "app", AssumeRolePolicyDocument: trust } },
      [["Role.AssumeRolePolicyDocument", "trust"]],
    ],
    [
      "iam get-role-policy, URL-encoded as the API has it",
      { RoleName: "app", PolicyName: "p", PolicyDocument: encodeURIComponent(text(identity)) },
      [["PolicyDocument", "identity"]],
    ],
    [
      "iam get-policy-version",
      { PolicyVersion: { Document: identity, VersionId: "v3", IsDefaultVersion: true } },
      [["PolicyVersion.Document", "identity"]],
    ],
    [
      "iam list-policy-versions with documents: the one in force",
      {
        Versions: [
          { VersionId: "v2", IsDefaultVersion: true, Document: identity },
          { VersionId: "v1", IsDefaultVersion: false, Document: doc(allow("*")) },
        ],
      },
      [["Versions[v2].Document", "identity"]],
    ],
    [
      "ecr get-repository-policy",
      {
        registryId: "111122223333",
        repositoryName: "shop",
        policyText: JSON.stringify(resource, null, 2),
      },
      [["policyText", "resource"]],
    ],
    [
      "sqs get-queue-attributes",
      { Attributes: { QueueArn: "arn:aws:sqs:eu-west-1:111122223333:q", Policy: text(resource) } },
      [["Attributes.Policy", "resource"]],
    ],
    [
      "sns get-topic-attributes, with a delivery policy beside it",
      { Attributes: { Policy: text(resource), EffectiveDeliveryPolicy: '{"http":{}}' } },
      [["Attributes.Policy", "resource"]],
    ],
    [
      "secretsmanager get-resource-policy",
      {
        ARN: "arn:aws:secretsmanager:eu-west-1:111122223333:secret:s",
        Name: "s",
        ResourcePolicy: text(resource),
      },
      [["ResourcePolicy", "resource"]],
    ],
    [
      "s3api get-bucket-policy, kms get-key-policy, lambda get-policy",
      { Policy: text(resource) },
      [["Policy", "resource"]],
    ],
    [
      "opensearch describe-domain-config",
      { DomainConfig: { AccessPolicies: { Options: text(resource), Status: {} } } },
      [["DomainConfig.AccessPolicies.Options", "resource"]],
    ],
    [
      "apigateway get-rest-api, with its quotes escaped",
      { id: "a", policy: text(text(resource)).slice(1, -1) },
      [["policy", "resource"]],
    ],
    [
      "terraform show -json",
      {
        values: {
          root_module: { resources: [{ name: "r", values: { assume_role_policy: text(trust) } }] },
        },
      },
      [["values.root_module.resources[0].values.assume_role_policy", "trust"]],
    ],
  ];
  for (const [name, content, expected] of outputs) {
    it(`finds the documents of ${name}`, () => assert.deepEqual(parts(read(content)), expected));
  }

  it("reads a whole account, each principal with what is attached to it", () => {
    const own = "arn:aws:iam::111122223333:policy/own";
    const input = read({
      UserDetailList: [
        {
          UserName: "ann",
          UserPolicyList: [{ PolicyName: "p", PolicyDocument: encodeURIComponent(text(identity)) }],
          AttachedManagedPolicies: [],
        },
      ],
      GroupDetailList: [
        {
          GroupName: "admins",
          GroupPolicyList: [],
          AttachedManagedPolicies: [
            { PolicyName: "x", PolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess" },
          ],
        },
      ],
      RoleDetailList: [
        {
          RoleName: "app",
          Arn: "arn:aws:iam::111122223333:role/app",
          AssumeRolePolicyDocument: trust,
          RolePolicyList: [{ PolicyName: "pass", PolicyDocument: doc(allow("iam:PassRole")) }],
          AttachedManagedPolicies: [{ PolicyName: "own", PolicyArn: own }],
        },
      ],
      Policies: [
        {
          PolicyName: "own",
          Arn: own,
          PolicyVersionList: [
            { VersionId: "v1", IsDefaultVersion: false, Document: doc(allow("*")) },
            { VersionId: "v2", IsDefaultVersion: true, Document: doc(allow("ec2:RunInstances")) },
          ],
        },
      ],
    });
    assert.ok("records" in input);
    const found = analyseStack(input.records);
    const on = (name: string): string[] => ids(found.filter(({ resource: r }) => r === name));
    assert.deepEqual(on("ann"), ["unscoped-write"]);
    assert.deepEqual(on("admins"), ["admin-policy-attached"]);
    assert.deepEqual(on("app"), ["pass-role-any", "privilege-escalation"]);
    assert.deepEqual(on("own"), ["unscoped-write"]);
  });

  it("reads a byte-order mark, UTF-16 and CRLF", () => {
    const plain = JSON.stringify(identity, null, 2);
    for (const content of [
      Buffer.from(`\uFEFF${plain}`),
      Buffer.from(`\uFEFF${plain}`, "utf16le"),
      Buffer.from(plain.replaceAll("\n", "\r\n")),
    ]) {
      const [input] = [...readInputs([put(content)], undefined)];
      assert.ok(input !== undefined && "documents" in input);
      assert.deepEqual(JSON.parse(input.documents[0]?.document as string), identity);
    }
  });

  it("reports keys that are there twice, in a document and around it", () => {
    const input = read('{\n"Roles": [],\n"Roles": [{"RoleName": "a", "Doc": {"Statement": []}}]}');
    assert.ok("documents" in input);
    assert.deepEqual(input.duplicates, [
      'line 3: the key "Roles" is there twice, and the last one alone counts',
    ]);
  });

  it("says what cannot be read, and reads the others", () => {
    const good = put(text(identity), "good.json");
    symlinkSync(join(folder, "nowhere"), join(folder, "dangling.json"));
    symlinkSync(join(folder, "circle.json"), join(folder, "circle.json"));
    spawnSync("mkfifo", [join(folder, "pipe")]);
    mkdirSync(join(folder, "empty"));
    put("x".repeat(MAX_FILE + 1), "large");
    put(text(doc(allow("a:" + "b".repeat(MAX_DOCUMENT)))), "long");
    const cases: [string, RegExp][] = [
      ["nowhere", /^there is no such file$/],
      ["dangling.json", /^there is no such file$/],
      ["circle.json", /^its symbolic links lead in a circle$/],
      ["pipe", /^it is a pipe or socket, not a file$/],
      ["empty", /^there is no \*\.json in the directory$/],
      ["large", /more than 16 MiB/],
      ["long", /has \d+ characters, and at most 1048576 are judged/],
      ["good.json/x", /ENOTDIR/],
    ];
    const paths = [...cases.map(([name]) => join(folder, name)), "/dev/zero", good];
    const inputs = [...readInputs(paths, undefined)];
    assert.equal(inputs.length, paths.length);
    cases.forEach(([name, expected], index) => assert.match(error(inputs[index]), expected, name));
    assert.match(error(inputs.at(-2)), /^it is a device, not a file$/);
    assert.equal(parts(inputs.at(-1) ?? { file: "", error: "" }).length, 1);
  });

  it("reads all *.json of a directory, those that cannot be read included", () => {
    mkdirSync(join(folder, "inner/node_modules"), { recursive: true });
    put(text(identity), "inner/a.json");
    put(text(identity), "inner/node_modules/b.json");
    put("no", "inner/c.txt");
    symlinkSync(join(folder, "nowhere"), join(folder, "inner/d.json"));
    const inputs = [...readInputs([folder], undefined)];
    assert.deepEqual(
      inputs.map((input) => [input.file.slice(folder.length), "error" in input]),
      [
        ["/inner/a.json", false],
        ["/inner/d.json", true],
      ],
    );
  });

  it("does not overflow on deep nesting", () => {
    for (const nested of ["[".repeat(200_000) + "]".repeat(200_000), '{"a":'.repeat(100_000)]) {
      assert.ok("documents" in read(nested));
    }
  });
});
