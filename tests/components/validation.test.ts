/** Checks of arguments: all problems at once, each with path, value and what is allowed. */
import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Arguments, ArgumentsError, isBlock } from "../../components/validation";

function problems(check: (args: Arguments) => void): string[] {
  const args = new Arguments('Thing "one"');
  check(args);
  try {
    args.throwIfAny();
    return [];
  } catch (error) {
    assert.ok(error instanceof ArgumentsError);
    return error.problems.map(({ path, allowed }) => `${path}: ${allowed}`);
  }
}

describe("checks of arguments", () => {
  it("report every problem at once, in a message that Pulumi shows without a stack trace", () => {
    const args = new Arguments('Thing "one"');
    args.wholeNumber("size", 0, 1, 9);
    args.choice("kind", "blu", ["red", "blue"]);
    assert.throws(
      () => args.throwIfAny(),
      (error) => {
        assert.ok(pulumi.RunError.isInstance(error));
        assert.equal(
          error.message,
          'Thing "one": 2 problems in its arguments; none of its resources was created\n' +
            "  size: 0\n    allowed: a whole number from 1 to 9\n" +
            '  kind: "blu"\n    allowed: red, blue',
        );
        return true;
      },
    );
  });

  it("pass missing values, and values that are known only later", () => {
    const later = pulumi.output(99);
    assert.deepEqual(
      problems((args) => {
        args.wholeNumber("missing", undefined, 1, 9);
        args.wholeNumber("later", later, 1, 9);
        args.callers("later", [pulumi.output("203.0.113.7/32")], { most: 1 });
      }),
      [],
    );
  });

  it("refuse a value known only later that decides which resources there are", () => {
    const kind = pulumi.output("red") as unknown as string;
    assert.deepEqual(
      problems((args) => args.choice("kind", kind, ["red"])),
      ["kind: red, as a plain value, since it decides which resources there are"],
    );
  });

  it("refuse an empty or long list of callers, and callers that are no list", () => {
    const allowed = 'a list of 1 to 2 IPv4 CIDR blocks, such as ["203.0.113.7/32"] for one address';
    for (const blocks of [
      undefined,
      [],
      ["192.0.2.1/32", "192.0.2.2/32", "192.0.2.3/32"],
      pulumi.output(["192.0.2.1/32"]) as unknown as string[],
    ]) {
      assert.deepEqual(
        problems((args) => args.callers("callers", blocks, { most: 2 })),
        [`callers: ${allowed}`],
      );
    }
  });

  it("refuse what is no block, a block given twice, and a private block on a public endpoint", () => {
    const blocks = ["203.0.113.7", "192.0.2.0/24", "192.0.2.0/24", "10.0.0.0/8"];
    const found = problems((args) =>
      args.callers("callers", blocks, { most: 9, mustBePublic: true }),
    );
    assert.deepEqual(
      found.map((problem) => problem.split(",")[0]),
      [
        "callers[0]: an IPv4 CIDR block with no bits set beyond its prefix",
        "callers[2]: each block once: callers[1] is the same",
        "callers[3]: a public block: EKS refuses private ones for its public endpoint",
      ],
    );
  });

  it("know IPv4 CIDR blocks", () => {
    for (const text of ["0.0.0.0/0", "10.0.0.0/8", "203.0.113.7/32", "128.0.0.0/1"]) {
      assert.equal(isBlock(text), true, text);
    }
    for (const text of ["10.1.0.0/8", "1.2.3/24", "1.2.3.4/33", "1.2.3.4/032", "::/0", "", 7]) {
      assert.equal(isBlock(text), false, String(text));
    }
  });
});
