import assert from "node:assert/strict";
import {
  type ReportViolation,
  type ResourceValidationArgs,
  type StackValidationArgs,
} from "@pulumi/policy";
import { type CustomRule, RULES } from "../../policies/analyser";
import { createPolicies, policies } from "../../policies/pack";
import { allow, doc, toUrn } from "./support/records";

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
    const args = { type, urn: toUrn(type, "it"), name: "it", props: structuredClone(props) };
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
      [["unscoped-write", toUrn(INLINE, "it")]],
    );
    assert.match(
      told[0]?.[1] ?? "",
      /^it, policy\n {4}statement #0: ec2:TerminateInstances .*\n {4}at: Statement\[0\]\.Action\n {4}why: [^]*docs\/policies\/unscoped-write\.md$/,
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

  /** Asks the policies about several resources, in an order of one's own. */
  function askAll(
    subjects: { type: string; name: string; props: object }[],
    config: Record<string, object>,
    order: (list: Validator[]) => Validator[],
    options: Parameters<typeof createPolicies>[0] = {},
  ): string[] {
    const told: string[] = [];
    const asked = order(createPolicies(options) as unknown as Validator[]);
    const resources = subjects.map(({ type, name, props }) => ({
      type,
      name,
      urn: toUrn(type, name),
      props,
      dependencies: [],
      propertyDependencies: {},
    }));
    for (const resource of resources) {
      for (const policy of asked) {
        const args = { ...structuredClone(resource), getConfig: () => config[policy.name] ?? {} };
        policy.validateResource(args as unknown as ResourceValidationArgs, (message) =>
          told.push(`${policy.name}: ${message.split("\n")[0] ?? ""}`),
        );
      }
    }
    for (const policy of asked) {
      const args = {
        resources: structuredClone(resources),
        getConfig: () => config[policy.name] ?? {},
      };
      policy.validateStack(args as unknown as StackValidationArgs, (message) =>
        told.push(`${policy.name}: ${message.split("\n")[0] ?? ""}`),
      );
    }
    return told.sort();
  }

  const stack = { type: "pulumi:pulumi:Stack", name: "test-dev", props: {} };
  const badOne = { type: INLINE, name: "it", props: bad };
  const orders: Record<string, (list: Validator[]) => Validator[]> = {
    "first to last": (list) => list,
    "last to first": (list) => [...list].reverse(),
    "exceptions in the middle": (list) => [...list.slice(20), ...list.slice(0, 20)],
  };
  for (const [name, order] of Object.entries(orders)) {
    it(`judges alike whatever the order in which policies are asked: ${name}`, () => {
      const reason = "ticket 7";
      const excepted = [
        "exceptions: unscoped-write on it is excepted: ticket 7 (ec2:TerminateInstances is allowed on every resource (Resource *))",
      ];
      const own = { "unscoped-write": { exceptions: [{ resource: "it", reason }] } };
      assert.deepEqual(askAll([badOne], own, order), excepted);
      const list = { exceptions: { list: [{ rule: "unscoped-write", resource: "it", reason }] } };
      assert.deepEqual(askAll([stack, badOne], list, order), excepted);
      const component = {
        type: "eks-exercises-policies:index:AcceptedFindings",
        name: "it-accepted",
        props: { exceptions: [{ rule: "unscoped-write", resource: "it", reason }] },
      };
      assert.deepEqual(askAll([component, badOne], {}, order), excepted);
      const refused = { "unscoped-write": { acceptInCode: false } };
      assert.deepEqual(askAll([component, badOne], refused, order), ["unscoped-write: it, policy"]);
    });
  }

  it("accepts some actions of a finding, and reports the others", () => {
    const props = {
      role: "r",
      policy: doc(allow(["ec2:TerminateInstances", "ec2:StopInstances"])),
    };
    const exception = { resource: "*::it", action: "ec2:stop*", reason: "ticket 7" };
    const session = { "unscoped-write": { exceptions: [exception] } };
    const told: string[] = [];
    for (const policy of createPolicies() as unknown as Validator[]) {
      const args = {
        type: INLINE,
        urn: toUrn(INLINE, "it"),
        name: "it",
        props: structuredClone(props),
        getConfig: () => (policy.name === "unscoped-write" ? session["unscoped-write"] : {}),
      };
      policy.validateResource(args as unknown as ResourceValidationArgs, (message) =>
        told.push(message),
      );
    }
    assert.equal(told.length, 1);
    assert.match(told[0] ?? "", /accepted by exception: ec2:StopInstances/);
  });

  it("reports an exception whose last day is over, and does not heed it", () => {
    const exceptions = [{ resource: "it", reason: "ticket 7", expires: "2020-02-29" }];
    const told = askAll([badOne], { "unscoped-write": { exceptions } }, (list) => list);
    assert.equal(told.length, 2);
    assert.match(told[0] ?? "", /^exceptions: .*expired on 2020-02-29/);
    assert.match(told[1] ?? "", /^unscoped-write: it/);
    const late = [{ resource: "it", reason: "ticket 7", expires: "2999-12-31" }];
    const heeded = askAll([badOne], { "unscoped-write": { exceptions: late } }, (list) => list);
    assert.match(heeded[0] ?? "", /excepted: ticket 7 \(until 2999-12-31\)/);
    assert.equal(heeded.length, 1);
  });

  it("runs rules of a team's own, adds a team's advice, and refuses rules that cannot work", () => {
    const rule: CustomRule = {
      id: "no-sid",
      title: "A statement has no Sid",
      why: "Reviews name statements by their Sids.",
      level: "advisory",
      check: ({ statements }) =>
        statements
          .filter(({ id }) => id.startsWith("#"))
          .map(({ id }) => ({ statement: id, message: "The statement has no Sid" })),
    };
    const good = {
      type: INLINE,
      name: "it",
      props: { role: "r", policy: doc(allow("ec2:DescribeInstances")) },
    };
    const told = askAll([good], {}, (list) => list, { rules: [rule] });
    assert.deepEqual(told, ["no-sid: it, policy"]);
    assert.throws(() => createPolicies({ rules: [{ ...rule, id: "action-all" }] }), /taken/);
    assert.throws(() => createPolicies({ rules: [{ ...rule, id: "No Sid" }] }), /lower case/);
    const advised = ask(bad, { advice: "Ask team platform." });
    assert.match(advised[0]?.[1] ?? "", /here: Ask team platform\./);
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
