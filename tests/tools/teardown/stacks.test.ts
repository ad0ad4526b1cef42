/** Order and choice of stacks, from their files and states. */
import assert from "node:assert/strict";
import { projectWith } from "../../support/cli";
import { chooseStacks, destroyOrder, ownersOf, readStacks } from "../../../tools/teardown/stacks";
import type { State } from "../../../tools/teardown/backend";

const UP: State = { resources: [{ urn: "urn", type: "aws:ec2/vpc:Vpc" }], references: [] };

const cluster = "config:\n  eks-exercises:cluster: { create: {} }\n";
const on = (stack: string): string =>
  `config:\n  eks-exercises:cluster: { stack: ${stack} }\n  eks-exercises:jenkins: { service: NodePort }\n`;

/** Stacks of files whose names say nothing of the order, all of them up. */
function stacksOf(files: Record<string, string>, states: Record<string, State> = {}) {
  const up = { ...Object.fromEntries(Object.keys(files).map((name) => [name, UP])), ...states };
  const directory = projectWith(files);
  return readStacks(directory, new Map(Object.entries(up))).filter(
    ({ name }) => name !== "exercise-cluster",
  );
}

const namesOf = (stacks: readonly { name: string }[]): string[] => stacks.map(({ name }) => name);

describe("teardown: stacks", () => {
  it("puts stacks that use a cluster before the stack that has it, whatever their names", () => {
    const stacks = stacksOf({
      a: cluster,
      b: on("a"),
      c: on("organization/eks-exercises/z"),
      z: cluster,
    });
    assert.deepEqual(namesOf(destroyOrder(stacks)), ["b", "a", "c", "z"]);
  });

  it("knows from the state whose cluster a stack uses, also if its file is changed or gone", () => {
    const user = { ...UP, references: ["a"] };
    const changed = stacksOf({ a: cluster, b: cluster }, { b: user });
    assert.deepEqual(namesOf(destroyOrder(changed)), ["b", "a"]);
    const gone = stacksOf({ a: cluster }, { b: user });
    assert.deepEqual(namesOf(destroyOrder(gone)), ["b", "a"]);
  });

  it("refuses stacks that use each other", () => {
    const stacks = stacksOf({ a: on("b"), b: on("a") });
    assert.throws(() => destroyOrder(stacks), /a, b use each other's clusters\n {2}fix: correct/);
  });

  it("reports all wrong names at once", () => {
    const stacks = stacksOf({ a: cluster });
    assert.throws(
      () => chooseStacks(stacks, ["b", "a", "c"], false),
      /stack b\.\n.*stack c\.\n {2}allowed: --all, or of a$/,
    );
    assert.deepEqual(namesOf(chooseStacks(stacks, ["a"], false)), ["a"]);
  });

  it("says that the settings of a stack are wrong, and goes on with the others", () => {
    const [a, b] = stacksOf({ a: "config:\n  eks-exercises:cluster: { creat: {} }\n", b: cluster });
    assert.match(a!.problem!, /cluster\.creat/);
    assert.equal(b!.cluster!.clusterName, "student-b");
  });

  it("looks for all that the stacks of a cluster made once its own stack is down", () => {
    const [a, b] = stacksOf({ a: cluster, b: on("a") }).map(({ name, uses, cluster }) => ({
      name,
      uses,
      ...(cluster && { cluster }),
    }));
    const stacks = [a!, b!];
    for (const chosen of [[a!], [b!], stacks]) {
      const [owner, ...others] = ownersOf(chosen, stacks);
      assert.deepEqual(others, []);
      assert.deepEqual(owner, {
        clusterName: "student-a",
        region: "us-east-1",
        project: "eks-exercises",
        owner: "student",
        stacks: ["a", "b"],
      });
    }
  });

  it("looks for the tags of what is down only, while the cluster's own stack is up", () => {
    const [a, b, c] = stacksOf({ a: cluster, b: on("a"), c: on("a") });
    const down = { name: b!.name, uses: b!.uses };
    const owners = ownersOf([a!, down], [a!, down, c!]);
    assert.deepEqual(
      owners.map(({ stacks, isUp }) => [stacks, isUp]),
      [[["b"], true]],
    );
    assert.deepEqual(ownersOf([a!, c!], [a!, b!, c!]), []);
  });
});
