import assert from "node:assert/strict";
import {
  type ReportViolation,
  type ResourceValidationArgs,
  type StackValidationArgs,
} from "@pulumi/policy";
import { RULES } from "../../policies/analyser";
import { policies } from "../../policies/pack";
import { allow, doc, urnOf } from "./support/records";

type Told = [policy: string, message: string, urn: string | undefined];

interface Validator {
  name: string;
  validateResource(args: ResourceValidationArgs, tell: ReportViolation): void;
  validateStack(args: StackValidationArgs, tell: ReportViolation): void;
}

const validators = policies as unknown as Validator[];
const INLINE = "aws:iam/rolePolicy:RolePolicy";
const bad = { role: "demo-node", policy: doc(allow("ec2:TerminateInstances")) };

/** Asks the policies as the server of @pulumi/policy does: each in turn, each with a copy of its own. */
function ask(props: object, config: object = {}, type = INLINE, disabled: string[] = []): Told[] {
  const told: Told[] = [];
  for (const policy of validators.filter(({ name }) => !disabled.includes(name))) {
    const tell: ReportViolation = (message, urn) => told.push([policy.name, message, urn]);
    const args = { type, urn: urnOf(type, "it"), name: "it", props: structuredClone(props) };
    policy.validateResource(
      { ...args, getConfig: () => config } as unknown as ResourceValidationArgs,
      tell,
    );
  }
  return told;
}

describe("policies: the pack", () => {
  it("has a policy a rule, at the rule's level, the exceptions first", () => {
    assert.deepEqual(policies.map(({ name }) => name).sort(), RULES.map(({ id }) => id).sort());
    assert.equal(policies[0]?.name, "exceptions");
    for (const { name, enforcementLevel } of policies) {
      assert.equal(enforcementLevel, RULES.find(({ id }) => id === name)?.level);
    }
  });

  it("tells a finding by its rule's policy alone, with the resource's URN", () => {
    const told = ask(bad);
    assert.deepEqual(
      told.map(([name, , urn]) => [name, urn]),
      [["unscoped-write", urnOf(INLINE, "it")]],
    );
    assert.match(
      told[0]?.[1] ?? "",
      /^it, policy\n {4}statement #0: ec2:TerminateInstances .*\n {4}why: [^]*docs\/policies\/unscoped-write\.md$/,
    );
  });

  it("takes values from behind the engine's proxy, which throws on those that are not known", () => {
    const target = { role: "r", policy: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" };
    const told: string[] = [];
    const proxy: unknown = new Proxy(target, {
      get: (object, key) => {
        if (key === "__getSpecialProxyTarget") return object;
        throw new Error("unknown");
      },
    });
    for (const policy of validators) {
      const args = { type: INLINE, urn: "u", name: "it", props: proxy, getConfig: () => ({}) };
      policy.validateResource(args as unknown as ResourceValidationArgs, () =>
        told.push(policy.name),
      );
    }
    assert.deepEqual(told, ["not-evaluated-yet"]);
  });

  it("tells an exception with its reason, and not the finding", () => {
    const list = [{ rule: "unscoped-write", resource: "it", reason: "ticket 7" }];
    const told = ask(bad, { list });
    assert.deepEqual(
      told.map(([name]) => name),
      ["exceptions"],
    );
    assert.match(told[0]?.[1] ?? "", /unscoped-write on it is excepted: ticket 7/);
    // Without its configuration the exception is gone: nothing is kept from one request to the next.
    assert.deepEqual(
      ask(bad).map(([name]) => name),
      ["unscoped-write"],
    );
  });

  it("finds the same where the policy of the exceptions is disabled, and reads each resource anew", () => {
    assert.deepEqual(
      ask(bad, {}, INLINE, ["exceptions"]).map(([name]) => name),
      ["unscoped-write"],
    );
    assert.deepEqual(
      ask({ role: "r", policy: doc(allow("ec2:DescribeInstances")) }, {}, INLINE, ["exceptions"]),
      [],
    );
    assert.deepEqual(ask(bad, {}, "aws:ec2/vpc:Vpc"), []);
  });

  it("tells an exception that cannot be read, and does not heed it", () => {
    const told: Told[] = [];
    for (const policy of validators) {
      const resources = [
        {
          type: INLINE,
          urn: "u",
          name: "ca",
          props: { role: "far", policy: doc(allow("autoscaling:SetDesiredCapacity")) },
          dependencies: [],
          propertyDependencies: {},
        },
      ];
      const args = {
        resources,
        getConfig: () => ({ list: [{ rule: "node-role-autoscalin", resource: "*", reason: "x" }] }),
      };
      policy.validateStack(args as unknown as StackValidationArgs, (message, urn) =>
        told.push([policy.name, message, urn]),
      );
    }
    assert.deepEqual(
      told.map(([name]) => name),
      ["exceptions", "node-role-autoscaling"],
    );
    assert.match(
      told[0]?.[1] ?? "",
      /exceptions\.list\[0\]\.rule is "node-role-autoscalin", which is no rule/,
    );
  });
});
