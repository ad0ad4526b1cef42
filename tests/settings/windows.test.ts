/** Commands for cmd and PowerShell. Nobody has typed them there: the rules are the shells' own. */
import assert from "node:assert/strict";
import { canBeTyped, commandOf, inOrder, type Edit } from "../../settings/edits";
import { parseSettings } from "../../settings/settings";
import { type SettingsError } from "../../settings/problems";

const CONTEXT = {
  organization: "organization",
  project: "eks-exercises",
  stack: "mine",
  region: "us-east-1",
  platform: "win32",
} as const;

describe("settings: a fix on Windows", () => {
  it("has double quotes alone, and a line for each command", () => {
    const edits: Edit[] = [
      { remove: ["owner"] },
      { set: ["allowedCidrs", 0], to: "198.51.100.7/32" },
      { set: ["owner"], to: "Ada L" },
    ];
    assert.equal(
      commandOf(edits, CONTEXT),
      [
        "pulumi config rm owner -s mine",
        'pulumi config set --path "allowedCidrs[0]" 198.51.100.7/32 -s mine',
        'pulumi config set owner "Ada L" -s mine',
      ].join("\n         "),
    );
    assert.equal(canBeTyped(edits, CONTEXT), true);
    assert.equal(inOrder(["a", "b"], { ...CONTEXT, platform: "linux" }), "a && b");
  });

  it("is the text of the file where cmd and PowerShell read quotes differently", () => {
    assert.throws(
      () =>
        parseSettings(
          {
            "eks-exercises:name": "ada",
            "eks-exercises:cluster": '{"stack":"exercise-cluster"}',
            "eks-exercises:jenkins": '{"service":"nodeport"}',
          },
          CONTEXT,
          () => false,
          (key) =>
            key === "eks-exercises:jenkins"
              ? { isOwn: true, value: '{"service":"nodeport"}' }
              : undefined,
        ),
      (error: SettingsError) => {
        assert.equal(
          error.problems[0]!.fix,
          'edit Pulumi.mine.yaml, under config: "eks-exercises:jenkins": {"service":"NodePort"}',
        );
        return true;
      },
    );
  });
});
