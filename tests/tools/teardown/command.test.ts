/** The command on moto, as a student types it. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { CloudWatchLogsClient, CreateLogGroupCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreatePolicyCommand,
  CreateUserCommand,
  IAMClient,
} from "@aws-sdk/client-iam";
import { projectWith } from "../../support/cli";
import { findRealPulumi } from "../../support/pulumi";
import { useEks } from "../../support/verify/eks";
import { awsCli, hasAwsCli } from "./support/aws-cli";
import { runTeardown } from "./support/command";
import { OURS } from "./support/owners";
import { planted } from "./support/planted";

/** The cluster of Pulumi.exercise-cluster.yaml. */
const SHIPPED = {
  ...OURS,
  clusterName: "student-exercise-cluster",
  stacks: ["exercise-cluster", "exercise-nodeport"],
};

describe("teardown: the command, on moto", function () {
  this.timeout(120_000);
  const { moto } = useEks();
  before(function () {
    if (!findRealPulumi()) this.skip();
  });

  it("exits with 0 if nothing is left", async () => {
    const { code, stdout, stderr } = await runTeardown(["--check"]);
    assert.deepEqual(
      { code, stdout, stderr },
      { code: 0, stdout: "Nothing is left.\n", stderr: "" },
    );
  });

  it("exits with 1, and prints what is left, why, its price and the command", async function () {
    const { id } = await planted("network load balancer", SHIPPED);
    const { code, stdout, stderr } = await runTeardown(["--check"]);
    assert.equal(code, 1, stderr);
    const command = `aws elbv2 delete-load-balancer --load-balancer-arn ${id} --region us-east-1`;
    assert.equal(
      stdout,
      `Left: 1 thing. It costs $0.66 a day (prices of us-east-1).

network load balancer ${id} (of the Service a/jenkins)
  why:    a controller in the cluster made it for a Service or an Ingress; if the cluster goes first, nobody deletes it
          https://docs.aws.amazon.com/eks/latest/APIReference/API_DeleteCluster.html
  a day:  $0.66
  remove: ${command}
`,
    );
    if (!hasAwsCli()) this.skip();
    await awsCli(command);
    assert.equal((await runTeardown(["--check"])).code, 0);
  });

  it("prints one JSON document with --json", async () => {
    const { id } = await planted("KMS key", SHIPPED);
    const { code, stdout } = await runTeardown(["--check", "--json", "exercise-nodeport"]);
    assert.equal(code, 1);
    const report = JSON.parse(stdout) as { left: { id: string }[]; usdPerDay: number };
    assert.deepEqual(
      report.left.map((each) => each.id),
      [id],
    );
    assert.equal(report.usdPerDay, 0.0329);
  });

  it("looks for the clusters of the stacks that were named only", async () => {
    await planted("KMS key", SHIPPED);
    const { code, stdout, stderr } = await runTeardown(["--check", "dev"]);
    assert.equal(code, 0, stdout + stderr);
  });

  it("names region and profile of the stack in its commands", async function () {
    const copy = projectWith({
      "exercise-cluster": `config:
  aws:region: eu-west-1
  aws:profile: class
  eks-exercises:cluster: { create: {} }
`,
    });
    const file = join(copy, "aws-config");
    writeFileSync(file, "[profile class]\naws_access_key_id = a\naws_secret_access_key = b\n");
    const elsewhere = new CloudWatchLogsClient({ region: "eu-west-1" });
    const logGroupName = "/aws/eks/student-exercise-cluster/cluster";
    await elsewhere.send(new CreateLogGroupCommand({ logGroupName }));
    const environment = {
      AWS_CONFIG_FILE: file,
      AWS_ACCESS_KEY_ID: undefined,
      AWS_SECRET_ACCESS_KEY: undefined,
    };
    const { stdout, stderr } = await runTeardown(["--check"], environment, copy);
    const command = /remove: (aws logs delete-log-group .*)$/m.exec(stdout)?.[1];
    assert.ok(command, stdout + stderr);
    assert.match(command, / --region eu-west-1 --profile class$/);
    if (!hasAwsCli()) this.skip();
    await awsCli(command, environment);
    assert.equal((await runTeardown(["--check"], environment, copy)).code, 0);
  });

  it("exits with 2 without credentials, and says so once", async () => {
    const none = { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "" };
    const { code, stdout } = await runTeardown(["--check", "exercise-cluster"], none);
    assert.equal(code, 2);
    assert.match(
      stdout,
      /^Could not look for what student-exercise-cluster leaves in AWS:\n {2}there are no credentials for AWS that work: .*\n {2}fix: {4}aws sts get-caller-identity; sign in .*\n$/,
    );
  });

  it("names the part that IAM denies, and reports the others' findings", async () => {
    const { id } = await planted("log group", SHIPPED);
    const iam = new IAMClient({ region: "us-east-1" });
    const PolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Action: "*", Resource: "*" },
        { Effect: "Deny", Action: "elasticloadbalancing:*", Resource: "*" },
      ],
    });
    const UserName = "student";
    const policy = await iam.send(new CreatePolicyCommand({ PolicyName: "some", PolicyDocument }));
    await iam.send(new CreateUserCommand({ UserName }));
    await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn: policy.Policy!.Arn }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
    const authorise = (after: string) =>
      fetch(`${moto().endpoint}/moto-api/reset-auth`, { method: "POST", body: after });
    await authorise("0");
    try {
      const { code, stdout, stderr } = await runTeardown(["--check", "exercise-cluster"], {
        AWS_ACCESS_KEY_ID: AccessKey!.AccessKeyId,
        AWS_SECRET_ACCESS_KEY: AccessKey!.SecretAccessKey,
      });
      assert.equal(code, 2, stdout + stderr);
      assert.match(stdout, new RegExp(`log group ${id}`));
      assert.match(
        stdout,
        /Could not look for load balancers(, .*)?:\n {2}AWS does not let you look: .*elasticloadbalancing:DescribeLoadBalancers/,
      );
    } finally {
      await authorise("inf");
    }
  });

  it("exits with 2 without the Pulumi CLI, but looks by the names in the stack files", async () => {
    const { id } = await planted("log group", SHIPPED);
    const { code, stdout } = await runTeardown(["--check"], { PATH: "/usr/bin:/bin" });
    assert.equal(code, 2);
    assert.match(stdout, new RegExp(`log group ${id}`));
    assert.match(stdout, /Could not look for stacks that are up:\n {2}There is no Pulumi CLI/);
  });

  it("reports all wrong arguments in one error", async () => {
    const { code, stderr } = await runTeardown(["--all", "exercise-nodepot", "nothing"]);
    assert.equal(code, 2);
    assert.match(stderr, /no stack exercise-nodepot.*\n.*no stack nothing.*\n.*--all means every/);
    assert.match(stderr, /allowed: --all, or of exercise-cluster, .*, dev$/m);
  });

  it("reports that no stack is up if none is named", async () => {
    const { code, stdout } = await runTeardown([]);
    assert.equal(code, 0);
    assert.match(stdout, /^No stack is up\. .*\n {2}npm run teardown -- --check\n$/);
  });
});
