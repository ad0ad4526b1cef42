/** The sandbox's copy of the project: what a command writes is where the CLI would have written it. */
import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ProjectCopy } from "../../../tools/sandbox/project";

describe("sandbox: its copy of the project", () => {
  let project: string;
  let copy: ProjectCopy;
  const inProject = (name: string): string => join(project, name);
  const inCopy = (name: string): string => join(copy.directory, name);
  const read = (path: string): string => readFileSync(path, "utf8");

  beforeEach(() => {
    project = mkdtempSync(join(tmpdir(), "project #1 50%-"));
    writeFileSync(inProject("index.ts"), "");
    writeFileSync(inProject("Pulumi.one.yaml"), "config: {}\n");
    writeFileSync(inProject("Pulumi.two.yaml"), "config: {}\n");
    copy = new ProjectCopy(project, join(project, ".sandbox"));
    copy.refresh();
  });
  afterEach(() => rmSync(project, { recursive: true }));

  it("moves into the project what a command wrote: a file, a folder, the second of a name", () => {
    for (const content of ["first", "second"]) {
      writeFileSync(inCopy("plan.json"), content);
      mkdirSync(inCopy("state"));
      writeFileSync(join(inCopy("state"), "export.json"), content);
      assert.deepEqual(copy.syncBack(), []);
      assert.equal(read(inProject("plan.json")), content);
      assert.equal(read(join(inProject("state"), "export.json")), content);
      rmSync(inProject("plan.json"));
      rmSync(inProject("state"), { recursive: true });
      copy.refresh();
    }
    assert.equal(existsSync(inCopy("plan.json")), false);
  });

  it("keeps working after a command was killed that had written a folder", () => {
    mkdirSync(inCopy("left"));
    writeFileSync(join(inCopy("left"), "over"), "");
    copy.refresh();
    assert.deepEqual(readdirSync(copy.directory).sort(), [
      "Pulumi.one.yaml",
      "Pulumi.two.yaml",
      "index.ts",
    ]);
  });

  it("removes a stack file that a command removed, as pulumi stack rm does, and no other", () => {
    rmSync(inCopy("Pulumi.one.yaml"));
    assert.deepEqual(copy.syncBack(), []);
    assert.equal(existsSync(inProject("Pulumi.one.yaml")), false);
    assert.equal(read(inProject("Pulumi.two.yaml")), "config: {}\n");
  });

  it("takes over a change of a stack file, and none that holds a new secret", () => {
    writeFileSync(inCopy("Pulumi.one.yaml"), "encryptionsalt: v1:x\nconfig: {a: 1}\n");
    writeFileSync(inCopy("Pulumi.two.yaml"), "config:\n  a:\n    secure: v1:x\n");
    const [problem, ...more] = copy.syncBack();
    assert.match(problem!, /^Pulumi\.two\.yaml was not changed: its secret/);
    assert.deepEqual(more, []);
    assert.equal(read(inProject("Pulumi.one.yaml")), "config: {a: 1}\n");
    assert.equal(read(inProject("Pulumi.two.yaml")), "config: {}\n");
  });
});
