import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Network } from "../../../components/network";
import { attempt, attemptStack, type Run, runComponents, runStack } from "../../support/harness";

const messages = ({ result }: Run) => result.errors.map(({ message }) => message);

/** A component whose constructor does what a test passes in. */
class Component extends pulumi.ComponentResource {
  constructor(name: string, make: (parent: pulumi.Resource) => void) {
    super("eks-exercises-components:index:Test", name);
    make(this);
    this.registerOutputs({ made: name });
  }
}

class Unknown extends pulumi.CustomResource {
  constructor(name: string) {
    super("aws:s3/bucket:Bucket", name, {});
  }
}

describe("a run", () => {
  const failures: [title: string, program: () => unknown, said: RegExp][] = [
    [
      "the program throws",
      () => {
        throw new Error("thrown by the program");
      },
      /^thrown by the program$/,
    ],
    [
      "the program throws what is no error",
      () => {
        // eslint-disable-next-line @typescript-eslint/only-throw-error
        throw "a text";
      },
      /^a text$/,
    ],
    [
      "a component's constructor throws",
      () => new Component("a", () => assert.fail("thrown by a constructor")),
      /^thrown by a constructor$/,
    ],
    [
      "a function throws that an output is given to",
      () => {
        new aws.ec2.Vpc("vpc", {}).id.apply(() => assert.fail("thrown in an apply"));
      },
      /^thrown in an apply$/,
    ],
    [
      "several functions throw that are given the same output",
      () => {
        const { id } = new aws.ec2.Vpc("vpc", {});
        const broken = id.apply((): string => assert.fail("thrown in an apply"));
        new aws.ec2.Subnet("a", { vpcId: broken });
        new aws.ec2.Subnet("b", { vpcId: broken });
        return { broken };
      },
      /: thrown in an apply$/,
    ],
    [
      "a promise is rejected that nobody waits for",
      () => {
        void Promise.resolve().then(() => assert.fail("thrown later"));
      },
      /^thrown later$/,
    ],
    [
      "the program is asynchronous and throws after it waited",
      async () => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        assert.fail("thrown after waiting");
      },
      /^thrown after waiting$/,
    ],
    [
      "a resource is of a type that the cloud does not have",
      () => new Unknown("bucket"),
      /^failed to register .*: the simulated cloud has no aws:s3\/bucket:Bucket$/,
    ],
    [
      "a function is asked that the cloud does not have",
      () => aws.ec2.getVpc({ id: "vpc-1" }),
      /^the simulated cloud has no aws:ec2\/getVpc:getVpc$/,
    ],
    [
      "a function is asked that the cloud does not have, for an output",
      () => ({ vpc: aws.ec2.getVpcOutput({ id: "vpc-1" }).cidrBlock }),
      /^the simulated cloud has no aws:ec2\/getVpc:getVpc$/,
    ],
    [
      "another stack is referred to that is not there",
      () => new pulumi.StackReference("organization/eks-exercises/nowhere"),
      /unknown stack "organization\/eks-exercises\/nowhere"/,
    ],
  ];
  for (const [title, program, said] of failures) {
    it(`fails, with one error that says why, where ${title}`, async () => {
      const run = await attempt(program, {});
      assert.equal(run.result.errors.length, 1, messages(run).join("\n---\n"));
      assert.match(messages(run)[0]!, said);
    });
  }

  it("says in a stack's error which stack to bring up first", async () => {
    const run = await attemptStack({ cluster: { stack: "exercise-cluster" }, jenkins: {} });
    assert.deepEqual(messages(run), [
      'cluster.stack: "exercise-cluster" has no cluster to offer yet; nothing was created\n    fix: pulumi up -s exercise-cluster',
    ]);
  });

  it("ends if something waits forever for what failed: a fourth zone of three", async () => {
    const run = await attempt(() => {
      const { vpcId } = new Network("network", { clusterName: "c", zones: 4 });
      return { vpcId };
    }, {});
    assert.equal(run.result.errors.length, 1, messages(run).join("\n---\n"));
    assert.match(messages(run)[0]!, /zones: 4\n {4}allowed: at most 3/);
  });

  it("has each of several errors", async () => {
    const run = await attempt(() => {
      const { id } = new aws.ec2.Vpc("vpc", {});
      id.apply(() => assert.fail("one"));
      id.apply(() => assert.fail("two"));
    }, {});
    assert.deepEqual(messages(run).sort(), ["one", "two"]);
  });

  it("has the warnings, and nothing that is said below a warning", async () => {
    const { result } = await runComponents(async () => {
      await pulumi.log.info("beside the point");
      await pulumi.log.warn("look out");
    });
    assert.deepEqual(result.warnings, ["look out"]);
  });

  it("leaves the process as it was: the network, and who hears of unhandled rejections", async () => {
    const before = { fetch: globalThis.fetch, heard: process.listeners("unhandledRejection") };
    await attempt(() => assert.fail(), {});
    assert.equal(globalThis.fetch, before.fetch);
    assert.deepEqual(process.listeners("unhandledRejection"), before.heard);
  });

  it("reaches nothing of the network but what it answers itself", async () => {
    const run = await attempt(() => fetch("https://example.org/"), {});
    assert.deepEqual(messages(run), [
      "a rehearsal has no network, so https://example.org/ cannot be reached",
    ]);
  });

  it("is not influenced by the run before it, of another stack, settings and outcome", async () => {
    const config = { cluster: { create: {} }, sockShop: {} };
    const first = await runStack(config);
    await attemptStack(
      { name: "bob", cluster: { create: { zones: 3 } } },
      { stack: "other", region: "eu-west-1" },
    );
    await attempt(() => assert.fail("in between"), {});
    assert.deepEqual(await runStack(config), first);
  });
});
