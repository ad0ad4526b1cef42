/** What the look-ups find in moto's imitation of AWS, and what they leave alone. */
import assert from "node:assert/strict";
import { look } from "../../../tools/teardown/look";
import { useEks } from "../../support/verify/eks";
import { awsCli, hasAwsCli } from "./support/aws-cli";
import { OURS } from "./support/owners";
import { KINDS, planted, plantOthers } from "./support/planted";

const SIGNAL = new AbortController().signal;

describe("teardown: the look at AWS", function () {
  this.timeout(120_000);
  useEks();

  it("finds nothing in an empty account", async () => {
    assert.deepEqual(await look(OURS, SIGNAL), { left: [], blind: [] });
  });

  it("finds nothing if only another cluster's things are there", async () => {
    await plantOthers();
    assert.deepEqual(await look(OURS, SIGNAL), { left: [], blind: [] });
  });

  it("revokes a rule that names a group before the group, unless the rule's own group is gone", async () => {
    // AWS refuses to delete a group that a rule names; moto does not.
    const { id } = await planted("security group");
    const groups = (await look(OURS, SIGNAL)).left.filter(({ kind }) => kind === "security group");
    const [nodes, own] = groups;
    assert.equal(nodes!.id, id);
    const rule = `[{"IpProtocol":"tcp","FromPort":443,"ToPort":443,"UserIdGroupPairs":[{"GroupId":"${id}"}]}]`;
    assert.deepEqual(nodes!.commands, [
      `aws ec2 revoke-security-group-ingress --group-id ${own!.id} --ip-permissions '${rule}' --region us-east-1`,
      `aws ec2 delete-security-group --group-id ${id} --region us-east-1`,
    ]);
    assert.equal(own!.commands.length, 1);
  });

  for (const kind of KINDS) {
    it(`${kind}: found, with its price, and gone after its commands`, async function () {
      const { id, perDay, also } = await planted(kind);
      const { left, blind } = await look(OURS, SIGNAL);
      assert.deepEqual(blind, []);
      const found = left.find((each) => each.kind === kind);
      assert.ok(found, `found only: ${left.map((each) => each.kind).join(", ")}`);
      assert.equal(found.id, id);
      assert.equal(Number(found.perDay.toFixed(3)), perDay);
      assert.deepEqual(
        left.filter((each) => each !== found).map((each) => each.kind),
        also ?? [],
      );
      if (!hasAwsCli()) this.skip();
      for (const each of left) {
        for (const command of each.commands) await awsCli(command);
      }
      assert.deepEqual((await look(OURS, SIGNAL)).left, []);
    });
  }
});
