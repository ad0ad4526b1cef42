/** The command line: what it takes, prints, writes and exits with; on a real API server and the real Pulumi CLI. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { useLiveCluster } from "../../support/cluster";
import type { Finished } from "../../support/finished";
import { runVerify } from "../../support/verify/command";
import { fileOf, namedAsEks, onKind, stackFile } from "../../support/verify/look";
import { playJenkins, serve, stopServing } from "../../support/verify/pages";
import { holdStacks } from "../../support/verify/stacks";
import { JENKINS_NAMESPACE, jenkinsPod, jenkinsService } from "../../support/verify/workloads";

const REFUSED = [
  { given: [], because: /^Name a stack, or --all\. Known: exercise-cluster, / },
  {
    given: ["exercise-nodport"],
    because: /^There is no stack exercise-nodport\. Known: exercise-cluster/,
  },
  {
    given: ["--timeout", "soon", "dev"],
    because: /^--timeout is soon; it is a whole number of seconds from 1 to 86400/,
  },
  { given: ["--colour"], because: /Unknown option '--colour'/ },
  { given: ["--all", "dev"], because: /^--all goes without names/ },
  {
    given: ["--all"],
    because: /^--all asks the Pulumi CLI which stacks are up, and there is none on PATH/,
  },
  {
    given: ["--config", "a", "dev", "exercise-cluster"],
    because: /^--config is the file of one stack/,
  },
];

describe("verify: the command line", function () {
  this.timeout(60_000);

  it("explains itself with --help, exit codes included", async () => {
    const { code, stdout } = await runVerify(["--help"]);
    assert.equal(code, 0);
    assert.match(stdout, /npm run verify -- exercise-nodeport/);
    assert.match(
      stdout,
      /Exit code: 0 all passed; 1 something failed; 2 nothing failed, and something/,
    );
  });

  for (const { given, because } of REFUSED) {
    it(`refuses ${given.join(" ") || "no arguments"}`, async () => {
      const { code, stdout, stderr } = await runVerify(given);
      assert.equal(code, 2);
      assert.match(stderr, because);
      assert.equal(stdout, "");
    });
  }

  it("reports wrong settings", async () => {
    const { code, stdout } = await runVerify([
      "--config",
      stackFile({ cluster: { create: {} }, jenkins: { service: "Nodeport" } }),
    ]);
    assert.equal(code, 2);
    assert.match(stdout, /jenkins\.service: "Nodeport"\n\s+allowed: ClusterIP, NodePort/);
    assert.doesNotMatch(stdout, /nothing was created/);
  });

  it("reports a stack that is not up, by its name", async function () {
    const { code, stdout } = await runVerify(["exercise-nodeport"], holdStacks(this, {}));
    assert.equal(code, 2);
    assert.match(
      stdout,
      /unknown {2}stack exercise-nodeport is not up, so there is nothing to check\n\s+look closer\s+pulumi up --stack exercise-nodeport/,
    );
  });

  it("skips stacks that are not up with --all, and exits with 2 when nothing was checked", async function () {
    const { code, stdout } = await runVerify(["--all"], holdStacks(this, {}));
    assert.equal(code, 2);
    assert.match(stdout, /skipped {2}stack dev is not up/);
  });
});

/** The parts of a check in the JSON document that the tests read. */
interface CheckInJson {
  readonly id: string;
  readonly status: string;
  readonly passage: string;
  readonly why?: string;
}

interface JsonReport {
  readonly passed: number;
  readonly failed: number;
  readonly unknown: number;
  readonly skipped: number;
  readonly exitCode: number;
  readonly stacks: readonly { readonly checks: readonly CheckInJson[] }[];
}

describe("verify: the command, on a real API server", function () {
  this.timeout(120_000);
  const live = useLiveCluster();
  afterEach(stopServing);

  const jenkins = async (): Promise<string> => {
    await live().node("n1");
    await live().namespace(JENKINS_NAMESPACE);
    await live().create(jenkinsPod(), jenkinsService("ClusterIP"));
    await live().podReady(JENKINS_NAMESPACE, "jenkins");
    const page = await serve(playJenkins);
    await live().portForward(JENKINS_NAMESPACE, "jenkins", 8080, page.port);
    return live().kubeconfig;
  };

  it("exits with 0 when all passed", async () => {
    const config = stackFile(onKind(await jenkins(), { jenkins: { service: "ClusterIP" } }));
    const { code, stdout, stderr } = await runVerify(["--config", config]);
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /^test\n {2}What it should have: .*Pulumi\.test\.yaml\.\n/m);
    assert.match(
      stdout,
      / {2}passed {3}Jenkins answers through a port-forward: Jenkins 2\.568\.2 \(200\)\n/,
    );
    assert.match(stdout, /\n7 passed\n$/);
  });

  describe("when one check failed and another could not be made", () => {
    interface Run extends Finished {
      readonly report: JsonReport;
      readonly xml: string;
    }
    let once: Promise<Run> | undefined;

    /** A ClusterIP service where the settings want NodePort, on a cluster whose nodes cannot be reached. */
    const run = (): Promise<Run> =>
      (once ??= (async () => {
        const config = stackFile(onKind(await jenkins(), { jenkins: { service: "NodePort" } }));
        const junit = fileOf("", "junit.xml");
        const reports = ["--json", "--junit", junit, "--timeout", "30"];
        const ended = await runVerify(["--config", config, ...reports]);
        const report = JSON.parse(ended.stdout) as JsonReport;
        return { ...ended, report, xml: readFileSync(junit, "utf8") };
      })());
    const find = async (id: string): Promise<CheckInJson | undefined> =>
      (await run()).report.stacks[0]!.checks.find((check) => check.id === id);

    it("exits with 1", async () => {
      const { code, stdout } = await run();
      assert.equal(code, 1, stdout);
    });

    it("counts each status in JSON", async () => {
      const { passed, failed, unknown, skipped, exitCode } = (await run()).report;
      assert.deepEqual(
        { passed, failed, unknown, skipped, exitCode },
        { passed: 6, failed: 1, unknown: 1, skipped: 1, exitCode: 1 },
      );
    });

    it("gives in JSON what was expected and seen, the cause, the command and the chapter's step", async () => {
      const service = await find("jenkins-service");
      assert.equal(service?.passage, 'Exercise 4 "Create a NodePort Service", step 2');
      assert.deepEqual(Object.keys(service), [
        "id",
        "title",
        "exercise",
        "passage",
        "status",
        "expected",
        "seen",
        "likelyCause",
        "lookCloser",
        "seconds",
      ]);
    });

    it("gives in JSON why a check was skipped, and which could not be made", async () => {
      const access = await find("jenkins-node-port-access");
      assert.equal(access?.why, "it asks AWS, and this cluster is not of EKS");
      assert.equal(access?.status, "skipped");
      assert.equal((await find("jenkins-node-port"))?.status, "unknown");
    });

    it("writes JUnit with a failure, an error and a skipped test", async () => {
      const { xml } = await run();
      assert.match(xml, /<testsuite name="test" tests="9" failures="1" errors="1" skipped="1">/);
      assert.match(
        xml,
        /<testcase classname="eks-exercises\.test" name="jenkins-service: [^"]*"[^>]*>\s*<failure message="type ClusterIP; node port none" type="failed"\/>/,
      );
      assert.match(xml, /chapter: Exercise 4 (&quot;|")Create a NodePort Service/);
      assert.match(
        xml,
        /<error message="the nodes of this cluster are not reached from here[^"]*" type="could not check">/,
      );
    });
  });

  it("exits with 2 when a report cannot be written", async () => {
    const config = stackFile(onKind(await jenkins(), { jenkins: { service: "none" } }));
    await live().api.delete(jenkinsService("ClusterIP"));
    const { code, stderr } = await runVerify([
      "--config",
      config,
      "--junit",
      "/nonexistent/report.xml",
    ]);
    assert.equal(code, 2);
    assert.match(stderr, /--junit \/nonexistent\/report\.xml could not be written/);
  });

  it("takes a shipped stack, its outputs, and the context of its cluster among others", async function () {
    await jenkins();
    const named = JSON.parse(
      readFileSync(namedAsEks(live().kubeconfig, "student-exercise-cluster"), "utf8"),
    ) as { "current-context": string; clusters: object[]; contexts: object[] };
    named.clusters.push({ name: "other", cluster: { server: "https://127.0.0.1:1" } });
    named.contexts.push({ name: "other", context: { cluster: "other", user: "live" } });
    named["current-context"] = "other";
    const clusterName = "student-exercise-cluster";
    const stacks = holdStacks(this, {
      "exercise-cluster": { clusterName, region: "us-east-1", connectCommand: "x" },
      "exercise-clusterip": { jenkinsNamespace: JENKINS_NAMESPACE },
    });
    // AWS cannot be asked: by its name the context is the stack's cluster's all the same.
    const environment = {
      ...stacks,
      KUBECONFIG: fileOf(JSON.stringify(named), "kubeconfig"),
      AWS_ENDPOINT_URL: "http://127.0.0.1:1",
      AWS_ACCESS_KEY_ID: "x",
      AWS_SECRET_ACCESS_KEY: "x",
    };
    const { code, stdout } = await runVerify(["exercise-clusterip"], environment);
    assert.equal(code, 0, stdout);
    assert.match(stdout, /Pulumi\.exercise-clusterip\.yaml, and the stack's outputs/);
    assert.match(
      stdout,
      /The context arn:aws:eks:\S+ is used; the current one, other, is of another cluster/,
    );
    const all = await runVerify(["--all"], environment);
    assert.match(all.stdout, /skipped {2}stack exercise-nodeport is not up/);
  });
});
