import assert from "node:assert/strict";
import { NOT_COUNTED, PRICES } from "../../../tools/cloud/prices";
import { rehearse } from "../../support/cli";
import type { Finished } from "../../support/finished";

const SHIPPED = [
  "exercise-cluster",
  "exercise-autoscaler",
  "exercise-clusterip",
  "exercise-nodeport",
  "exercise-loadbalancer",
  "exercise-ingress",
  "dev",
];

interface Document {
  stacks: {
    stack: string;
    resources: Record<string, unknown>[];
    outputs: Record<string, unknown>;
    warnings: string[];
    errors: string[];
    cost: { perHour: number; currency: string; lines: Record<string, unknown>[] };
  }[];
}

const KEYS = ["cost", "errors", "findings", "outputs", "resources", "stack", "warnings"];

const keysOf = (value: object) => Object.keys(value).sort();

describe("npm run rehearse", () => {
  let text: Finished;
  let json: Finished;
  let again: Finished;
  let alone: Finished;
  before(async function () {
    // Four processes at once, on a machine that may have other things to do.
    this.timeout(120_000);
    [text, json, again, alone] = await Promise.all([
      rehearse([]),
      rehearse(["--json"]),
      rehearse(["--json"]),
      rehearse(["exercise-nodeport"]),
    ]);
  });

  const document = () => JSON.parse(json.stdout) as Document;

  it("succeeds for all shipped stacks, asks no network, and has nothing to complain of", () => {
    for (const { code, stderr } of [text, json, again, alone]) {
      assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
    }
    assert.match(text.stdout, /\n7 of 7 stacks succeeded\n$/);
  });

  it("says first that it is a simulation, in which nothing is created", () => {
    assert.match(
      text.stdout,
      /^A rehearsal: the real program against a simulated cloud\. Nothing is created, and no id,\naddress or host below exists\. AWS, EKS and Kubernetes were not asked\.\n/,
    );
  });

  it("shows every stack in the chapter's order, and how many resources it has", () => {
    const heads = [...text.stdout.matchAll(/^(\S+) {2}\((\d+) resources\)$/gm)];
    assert.deepEqual(
      heads.map(([, stack]) => stack),
      SHIPPED,
    );
    assert.deepEqual(
      heads.map(([, , count]) => Number(count)),
      document().stacks.map(({ resources }) => resources.length),
    );
  });

  it("draws every resource but the stack itself, below its parent", () => {
    const drawn = text.stdout.match(/[├└]─ /g)?.length;
    const registered = document().stacks.flatMap(({ resources }) => resources).length;
    assert.equal(drawn, registered - SHIPPED.length);
    assert.ok(
      text.stdout.includes(
        [
          "  └─ jenkins  eks-exercises-components:index:JenkinsService",
          "     ├─ jenkins-admit-203-0-113-7-32  aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
          "     ├─ jenkins-namespace  kubernetes:core/v1:Namespace",
        ].join("\n"),
      ),
    );
  });

  it("shows the outputs, each beside its name", () => {
    assert.match(text.stdout, /\n {2}outputs\n/);
    assert.match(text.stdout, /\n {4}jenkinsNamespace +student-bc-svc\n/);
    assert.match(text.stdout, /\n {4}kubeconfig +\[secret\]\n/);
  });

  it("shows what a stack costs for an hour and for a day, line by line", () => {
    assert.match(text.stdout, /\n {2}cost: 0\.3759 an hour, 9\.02 a day \(USD\)\n/);
    assert.match(text.stdout, /\n {4}3 x node t3\.large +0\.2496\n/);
    assert.match(text.stdout, /\n {2}cost: nothing beyond the cluster\n/);
  });

  it("says of the prices where and when they held, and what is not counted", () => {
    assert.match(PRICES.date, /^\d{4}-\d\d-\d\d$/);
    const prices = `Cost: us-east-1, USD, on demand, prices of ${PRICES.date}, while the stack is up.`;
    const end = `\n${prices}\nNot counted: ${NOT_COUNTED.join(", ")}.\n\n7 of 7 stacks succeeded\n`;
    assert.ok(text.stdout.endsWith(end));
  });

  it("prints with --json one document of the documented shape and nothing else", () => {
    const { stacks, ...others } = document();
    assert.deepEqual(others, {});
    assert.deepEqual(
      stacks.map(({ stack }) => stack),
      SHIPPED,
    );
    assert.equal(json.stdout, `${JSON.stringify(document(), null, 2)}\n`);
    for (const stack of stacks) {
      assert.deepEqual(keysOf(stack), KEYS);
      assert.deepEqual(keysOf(stack.cost), ["currency", "lines", "perHour"]);
      for (const line of stack.cost.lines) {
        assert.deepEqual(keysOf(line), ["item", "perHour", "quantity", "unitPerHour"]);
      }
      const [root, ...resources] = stack.resources;
      assert.deepEqual(keysOf(root!), ["inputs", "name", "outputs", "type", "urn"]);
      const shape = ["inputs", "name", "outputs", "parent", "type", "urn"];
      for (const resource of resources) assert.deepEqual(keysOf(resource), shape);
    }
  });

  it("shows no secret in either form: no kubeconfig, no token", () => {
    for (const { stdout } of [text, json]) {
      assert.doesNotMatch(stdout, /certificate-authority-data|current-context|get-token/);
      assert.match(stdout, /\[secret\]/);
    }
  });

  it("says the same on every run", () => {
    assert.equal(again.stdout, json.stdout);
  });

  it("says the same of a stack alone, whose cluster is another stack's, as among all", () => {
    const from = text.stdout.indexOf("exercise-nodeport  (");
    const section = text.stdout.slice(from, text.stdout.indexOf("exercise-loadbalancer  ("));
    assert.ok(alone.stdout.includes(section.trimEnd()));
    assert.match(alone.stdout, /\n1 of 1 stacks succeeded\n$/);
  });
});
