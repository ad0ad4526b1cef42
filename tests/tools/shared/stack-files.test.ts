import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectName, stackConfig, stackNames } from "../../../tools/shared/stack-files";

const PROJECT = `
name: chapter
config:
  chapter:name: {type: string, description: a name, default: student}
  aws:region: {value: us-east-1}
  short: plain
  declared: {type: integer}
  zero: {type: integer, default: 0}
`;

describe("stack files", () => {
  let directory: string;
  const write = (name: string, content: string) => writeFileSync(join(directory, name), content);
  const configOf = (content: string) => {
    write("Pulumi.one.yaml", content);
    return stackConfig(directory, "one");
  };
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "eks-exercises-stacks-"));
    write("Pulumi.yaml", PROJECT);
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const defaults = {
    "chapter:name": "student",
    "aws:region": "us-east-1",
    "chapter:short": "plain",
    "chapter:zero": "0",
  };

  it("have the project's defaults and values, and nothing for what is only declared", () => {
    for (const content of ["", "config: {}\n", "# only a comment\n", "encryptionsalt: v1:x\n"]) {
      assert.deepEqual(configOf(content), { config: defaults, secretKeys: [] });
    }
    assert.equal(projectName(directory), "chapter");
  });

  it("override what the project has, by the short key or the full one", () => {
    assert.equal(configOf("config: {name: alice}").config["chapter:name"], "alice");
    assert.equal(configOf("config: {chapter:name: bob}").config["chapter:name"], "bob");
    assert.equal(configOf("config: {aws:region: eu-west-1}").config["aws:region"], "eu-west-1");
    assert.equal(Object.keys(configOf("config: {name: alice}").config).length, 4);
  });

  it("are text for a program: texts as they stand, all else as JSON", () => {
    const { config } = configOf(
      'config: {a: "1.36", b: 1.5, c: true, d: [1, "x"], e: {f: {g: h}}, i: "{}", j: null}',
    );
    const { a, b, c, d, e, i, j } = Object.fromEntries(
      Object.entries(config).map(([key, value]) => [key.replace("chapter:", ""), value]),
    );
    assert.deepEqual(
      [a, b, c, d, e, i, j],
      ["1.36", "1.5", "true", '[1,"x"]', '{"f":{"g":"h"}}', "{}", "null"],
    );
  });

  it("hide what is encrypted, at whatever depth, and say of which keys it is", () => {
    const { config, secretKeys } = configOf(
      "config: {a: {secure: v1:xyz}, b: {c: [{secure: v1:xyz}], d: 1}, e: {secure: 1}, f: {secure: s, g: 1}}",
    );
    assert.deepEqual(secretKeys, ["chapter:a", "chapter:b"]);
    assert.equal(config["chapter:a"], "[encrypted]");
    assert.equal(config["chapter:b"], '{"c":["[encrypted]"],"d":1}');
    assert.equal(config["chapter:e"], '{"secure":1}', "a map with a key of that name");
    assert.equal(config["chapter:f"], '{"secure":"s","g":1}', "a map with a key of that name");
  });

  it("are known by name: the exercises in the chapter's order, then the others by name", () => {
    for (const stack of [
      "zeta",
      "exercise-ingress",
      "alpha.beta",
      "exercise-cluster",
      "exercise-x",
    ]) {
      write(`Pulumi.${stack}.yaml`, "");
    }
    write("Pulumi.zeta.yaml.bak", "");
    write("NotPulumi.eta.yaml", "");
    const known = ["exercise-cluster", "exercise-ingress", "alpha.beta", "exercise-x", "zeta"];
    assert.deepEqual(stackNames(directory), known);
  });

  it("are missed by name, with those that are there", () => {
    write("Pulumi.dev.yaml", "");
    assert.throws(() => stackConfig(directory, "prod"), {
      message: 'There is no stack "prod": Pulumi.prod.yaml does not exist.\n  known: dev',
    });
  });

  it("are named where they are no YAML, with the reason in one line", () => {
    assert.throws(
      () => configOf("config: {a: [\n"),
      /^Error: Pulumi\.one\.yaml cannot be read: [^\n]+$/,
    );
  });
});
