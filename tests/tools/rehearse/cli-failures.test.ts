import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectWith, rehearse } from "../../support/cli";
import type { Finished } from "../../support/finished";

interface Document {
  stacks: { stack: string; resources: { type: string }[]; errors: string[]; warnings: string[] }[];
}

const failing = {
  wrong: "config:\n  eks-exercises:cluster:\n    create: {zones: 1}\n  eks-exercises:jenkinz: {}\n",
  malformed: `config:\n  eks-exercises:cluster: '{"stack": '\n`,
  homeless: "config:\n  eks-exercises:cluster: {stack: nowhere}\n",
  "circle-a": "config:\n  eks-exercises:cluster: {stack: circle-b}\n",
  "circle-b": "config:\n  eks-exercises:cluster: {stack: circle-a}\n",
  broken: "config: {a: [\n",
  discreet:
    "config:\n  eks-exercises:cluster: {create: {nodes: {instanceType: {secure: v1:ciphertext}}}}\n  name: {secure: v1:ciphertext}\n  costCenter: {secure: v1:ciphertext}\n  allowedCidrs: [{secure: v1:ciphertext}]\n  eks-exercises:sockShop: {secure: v1:ciphertext}\n  aws:accessKey: {secure: v1:ciphertext}\n",
  hushed:
    "config:\n  name: {secure: v1:ciphertext}\n  eks-exercises:jenkins:\n    nodePort: {secure: v1:ciphertext}\n",
};

describe("npm run rehearse, where something is wrong,", () => {
  const runs = {} as Record<"text" | "json" | "unknown" | "option" | "help", Finished>;
  before(async function () {
    this.timeout(120_000);
    const directory = projectWith(failing);
    [runs.text, runs.json, runs.unknown, runs.option, runs.help] = await Promise.all([
      rehearse(["wrong"], directory),
      rehearse(["--json"], directory),
      rehearse(["exercise-cluster", "nowhere", "--json"], directory),
      rehearse(["--jsn"], directory),
      rehearse(["-h"], directory),
    ]);
  });

  const stack = (name: string) => {
    const { stacks } = JSON.parse(runs.json.stdout) as Document;
    return stacks.find((each) => each.stack === name)!;
  };

  it("ends with 1 and shows the errors of the stack, which registered nothing", () => {
    const { code, stdout, stderr } = runs.text;
    assert.deepEqual({ code, stderr }, { code: 1, stderr: "" });
    assert.match(stdout, /\nwrong {2}\(1 resources\)\n\n {2}error: 2 problems in the settings/);
    assert.match(stdout, /cluster\.create\.zones: 1\n +allowed: a whole number from 2 to 4/);
    assert.match(stdout, /\(the nearest is jenkins\)/);
    assert.match(stdout, /\n0 of 1 stacks succeeded\n$/);
  });

  for (const [content, message] of [
    ["name: [x\n", /^Pulumi\.yaml cannot be read: Flow sequence [^\n]+\n$/],
    ["", /^Pulumi\.yaml has no name: write "name: eks-exercises" into it\n$/],
  ] as const) {
    it(`ends with 2 and one sentence where Pulumi.yaml is ${JSON.stringify(content)}`, async () => {
      const directory = projectWith({});
      writeFileSync(join(directory, "Pulumi.yaml"), content);
      const { code, stdout, stderr } = await rehearse([], directory);
      assert.deepEqual({ code, stdout }, { code: 2, stdout: "" });
      assert.match(stderr, message);
    });
  }

  it("ends with 1 where one stack of several fails, and shows the others all the same", () => {
    const { code, stderr } = runs.json;
    assert.deepEqual({ code, stderr }, { code: 1, stderr: "" });
    assert.deepEqual(stack("exercise-cluster").errors, []);
    assert.equal(stack("exercise-cluster").resources.length > 50, true);
    assert.equal(stack("wrong").errors.length, 1);
    assert.deepEqual(
      stack("wrong").resources.map(({ type }) => type),
      ["pulumi:pulumi:Stack"],
    );
  });

  it("says in the stack's errors that JSON in its file is malformed", () => {
    assert.match(
      stack("malformed").errors.join(),
      /cluster: "\{\\"stack\\": "\n +allowed: a map of create, stack, kubeconfig/,
    );
  });

  it("says in the stack's errors that its file is no YAML", () => {
    assert.equal(stack("broken").errors.length, 1);
    assert.match(stack("broken").errors.join(), /^Pulumi\.broken\.yaml cannot be read: /);
  });

  it("names the stack that has a cluster if a stack takes its own from one that does not exist", () => {
    assert.deepEqual(stack("homeless").errors, [
      'cluster.stack: "nowhere" is no stack with a cluster; nothing was created\n    fix: pulumi config set --path cluster.stack exercise-cluster -s homeless',
    ]);
  });

  it("says the same of stacks that take their cluster from each other", () => {
    for (const [name, other] of [
      ["circle-a", "circle-b"],
      ["circle-b", "circle-a"],
    ] as const) {
      assert.match(stack(name).errors.join(), new RegExp(`"${other}" is no stack with a cluster`));
    }
  });

  it("shows nothing of a secret, at the top or within a section, not even its ciphertext", () => {
    assert.match(stack("hushed").errors.join(), /jenkins\.nodePort: "\[secret\]"/);
    assert.doesNotMatch(runs.json.stdout, /ciphertext/);
  });

  it("takes an allowed value for each secret, and says so", () => {
    const { errors, resources, warnings } = stack("discreet");
    assert.deepEqual(errors, []);
    assert.ok(resources.length > 50);
    assert.deepEqual(warnings, [
      'cluster.create.nodes.instanceType is a secret, which a rehearsal cannot read: it goes on with "t3.large"',
      'name is a secret, which a rehearsal cannot read: it goes on with "student"',
      'costCenter is a secret, which a rehearsal cannot read: it goes on with "bootcamp"',
      'allowedCidrs[0] is a secret, which a rehearsal cannot read: it goes on with "203.0.113.7/32"',
      'sockShop is a secret, which a rehearsal cannot read: it goes on with {"nodePort":30001}',
      'aws:accessKey is a secret, which a rehearsal cannot read: it goes on with "secret"',
    ]);
  });

  it("ends with 2 and prints no document where a stack is unknown, and lists the known", () => {
    assert.deepEqual(runs.unknown, {
      code: 2,
      stdout: "",
      stderr: `There is no stack nowhere. Known: exercise-cluster, ${Object.keys(failing).sort().join(", ")}\n`,
    });
  });

  it("ends with 2 where an option is unknown, and says which there are", () => {
    const { code, stdout, stderr } = runs.option;
    assert.deepEqual({ code, stdout }, { code: 2, stdout: "" });
    assert.match(stderr, /^Unknown option '--jsn'/);
    assert.match(
      stderr,
      /allowed: --json, --report, --help\n {2}fix: npm run rehearse -- --help\n$/,
    );
  });

  it("explains itself on --help, exit codes among the rest, and ends with 0", () => {
    assert.equal(runs.help.code, 0);
    assert.match(
      runs.help.stdout,
      /Exit code: 0 if all succeed, 1 if .* fails .*, 2 if the arguments or Pulumi\.yaml are wrong\.\n$/,
    );
  });
});
