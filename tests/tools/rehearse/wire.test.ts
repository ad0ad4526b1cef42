import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { MASK, redact, plain, secretNames, UNKNOWN } from "../../../tools/rehearse/wire";

const { specialSigKey, specialSecretSig, specialResourceSig, unknownValue } = pulumi.runtime;

const secret = (value: unknown) => ({ [specialSigKey]: specialSecretSig, value });
const resource = (urn: string) => ({ [specialSigKey]: specialResourceSig, urn, id: "an id" });

describe("the wire format", () => {
  const cases: [title: string, wire: unknown, shown: unknown, meant: unknown][] = [
    ["plain values", [1, "a", null, true, {}], [1, "a", null, true, {}], [1, "a", null, true, {}]],
    ["a secret", secret("hush"), MASK, "hush"],
    [
      "a secret in a list in an object",
      { a: [1, secret("hush")] },
      { a: [1, MASK] },
      { a: [1, "hush"] },
    ],
    ["a secret that is an object", secret({ a: { b: "hush" } }), MASK, { a: { b: "hush" } }],
    ["a secret in a secret", secret({ a: secret("hush") }), MASK, { a: "hush" }],
    ["a secret that is nothing", secret(null), MASK, null],
    ["a resource", { of: resource("urn:a") }, { of: "urn:a" }, { of: "urn:a" }],
    ["a resource that is secret", secret(resource("urn:a")), MASK, "urn:a"],
    ["what is not known yet", { a: [unknownValue] }, { a: [UNKNOWN] }, { a: [UNKNOWN] }],
    ["a secret that is not known yet", secret(unknownValue), MASK, UNKNOWN],
    [
      "an object that only looks signed",
      { [specialSigKey]: "x" },
      { [specialSigKey]: "x" },
      { [specialSigKey]: "x" },
    ],
  ];
  for (const [title, wire, shown, meant] of cases) {
    it(`is read: ${title}`, () => {
      assert.deepEqual(redact({ property: wire }), { property: shown });
      assert.deepEqual(plain({ property: wire }), { property: meant });
    });
  }

  it("names the properties that are, or hold, secrets", () => {
    const wire = {
      open: 1,
      whole: secret(1),
      deep: { list: [{ a: secret("x") }] },
      empty: secret(null),
    };
    assert.deepEqual(secretNames(wire), ["whole", "deep", "empty"]);
  });
});
