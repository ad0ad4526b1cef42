import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { addCredentials } from "../../components/kubeconfig";
import { AWS_SETTINGS, readAwsSettings } from "../../settings/aws-config";

const CONTEXT = { organization: "organization", project: "eks-exercises", stack: "mine" };

describe("settings: the AWS provider", () => {
  it("are all that the provider of @pulumi/aws takes", () => {
    const file = require.resolve("@pulumi/aws/provider.d.ts");
    const text = readFileSync(file, "utf8");
    const args = text.slice(text.indexOf("interface ProviderArgs"));
    const names = [...args.matchAll(/^ {4}(\w+)\?:/gm)].map(([, name]) => name);
    assert.deepEqual([...AWS_SETTINGS].sort(), [...new Set(names)].sort());
  });

  it("reach the provider with their types, and stay out of the exported kubeconfig", () => {
    const read = readAwsSettings(
      {
        "aws:region": "eu-west-1",
        "aws:profile": "team-a",
        "aws:allowedAccountIds": '["111122223333"]',
        "aws:maxRetries": "3",
        "aws:assumeRoles": '[{"roleArn":"arn:aws:iam::111122223333:role/deploy"}]',
        "aws:defaultTags": '{"tags":{"Team":"blue"}}',
        "eks-exercises:name": "alice",
      },
      CONTEXT,
    );
    const { assumeRoles, ...rest } = read.provider;
    assert.deepEqual(rest, {
      region: "eu-west-1",
      profile: "team-a",
      allowedAccountIds: ["111122223333"],
      maxRetries: 3,
    });
    assert.deepEqual(assumeRoles, [{ roleArn: "arn:aws:iam::111122223333:role/deploy" }]);
    assert.deepEqual(read.tags, { Team: "blue" });
    assert.deepEqual(read.credentials, {
      profile: "team-a",
      roleArn: "arn:aws:iam::111122223333:role/deploy",
    });
  });

  it("are refused if the provider does not know them, all at once", () => {
    const config = { "aws:assumeRole": "{}", "aws:reigon": "x", "aws:insecure": "maybe" };
    assert.throws(
      () => readAwsSettings(config, CONTEXT),
      /^Error: 3 problems[^]*aws:assumeRole: [^]*it is aws:assumeRoles now[^]*aws:reigon: [^]*pulumi config rm aws:reigon -s mine[^]*aws:insecure: not the list[^]*fix: pulumi config rm aws:insecure -s mine$/,
    );
  });
});

describe("a kubeconfig", () => {
  const exec = { command: "aws", args: ["eks", "get-token"], env: [{ name: "A", value: "b" }] };
  const kubeconfig = JSON.stringify({ kind: "Config", users: [{ name: "aws", user: { exec } }] });
  const execOf = (text: string) =>
    (JSON.parse(text) as { users: { user: { exec: unknown } }[] }).users[0]!.user.exec;

  it("is unchanged without credentials of the stack's own", () => {
    assert.equal(addCredentials(kubeconfig), kubeconfig);
  });

  it("takes tokens with the stack's profile and role", () => {
    const roleArn = "arn:aws:iam::111122223333:role/deploy";
    assert.deepEqual(execOf(addCredentials(kubeconfig, "team-a", roleArn)), {
      command: "aws",
      args: ["eks", "get-token", "--role-arn", roleArn],
      env: [
        { name: "A", value: "b" },
        { name: "AWS_PROFILE", value: "team-a" },
      ],
    });
  });
});
