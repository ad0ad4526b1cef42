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

  it("may not have a default of another type than its declaration, as for the CLI", () => {
    for (const [declared, fix] of [
      ["{type: string, default: 7}", /: write the default of chapter:a in quotes$/],
      ["{type: boolean, default: 'yes'}", /type, boolean\n/],
      ["{type: integer, default: 7.5}", /type, integer\n/],
      ["{type: array, default: {}}", /type, array\n/],
    ] as const) {
      write("Pulumi.yaml", `name: chapter\nconfig:\n  chapter:a: ${declared}\n`);
      assert.throws(() => configOf("config: {}\n"), fix);
    }
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
      ["1.36", "1.5", "true", '[1,"x"]', '{"f":{"g":"h"}}', "{}", ""],
    );
  });

  it("are read as the CLI reads YAML: numbers and dates of YAML 1.1, words of YAML 1.2", () => {
    // Each pair is what `pulumi config --json` of 3.248 prints for such a file.
    const read = {
      "007": "7",
      "00123": "83",
      "0x1F": "31",
      "0o17": "15",
      "1_000": "1000",
      "1e3": "1000",
      ".5": "0.5",
      "3.0": "3",
      yes: "yes",
      "12:30": "12:30",
      TRUE: "true",
      "~": "",
      "": "",
      "2026-11-25": "2026-11-25 00:00:00 +0000 UTC",
      "{x: 007, n: null}": '{"x":7,"n":null}',
    };
    for (const [written, text] of Object.entries(read)) {
      assert.equal(configOf(`config:\n  a: ${written}\n`).config["chapter:a"], text, written);
    }
  });

  it("are read in UTF-16 and with a byte order mark", () => {
    const text = "config: {a: Zoë}\n";
    for (const content of [
      Buffer.from(`\uFEFF${text}`, "utf16le"),
      Buffer.from(`\uFEFF${text}`, "utf16le").swap16(),
      Buffer.from(`\uFEFF${text}`),
    ]) {
      writeFileSync(join(directory, "Pulumi.one.yaml"), content);
      assert.equal(stackConfig(directory, "one").config["chapter:a"], "Zoë");
    }
  });

  it("may not have a key twice", () => {
    assert.throws(
      () => configOf("config:\n  a: 1\n  a: 2\n"),
      /Pulumi\.one\.yaml cannot be read: /,
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

  it("are reported by name if missing, with the existing ones", () => {
    write("Pulumi.dev.yaml", "");
    assert.throws(() => stackConfig(directory, "prod"), {
      message: 'There is no stack "prod": Pulumi.prod.yaml does not exist.\n  known: dev',
    });
  });

  it("are named where they are no YAML, with the reason in one line", () => {
    assert.throws(
      () => configOf("config: {a: [\n"),
      /^UserError: Pulumi\.one\.yaml cannot be read: [^\n]+$/,
    );
  });
});
