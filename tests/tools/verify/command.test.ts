/** The command line: what it takes, prints, writes and exits with; on a real API server. */
import assert from "node:assert/strict";
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { useLiveCluster } from "../../support/cluster";
import { DIRECTORY } from "../../support/shipped";
import { runVerify } from "../../support/verify/command";
import { fileOf, namedAsEks, onKind, stackFile } from "../../support/verify/look";
import { playJenkins, serve, stopServing } from "../../support/verify/pages";
import { JENKINS_NAMESPACE, jenkinsPod, jenkinsService } from "../../support/verify/workloads";

/** A stand-in for the Pulumi CLI: answers `pulumi stack output --json` for the stacks given. @returns its folder */
function pulumiThatSays(outputs: Readonly<Record<string, object>>): string {
  const folder = join(dirname(fileOf("", "x")), `bin-${Date.now()}`);
  mkdirSync(folder, { recursive: true });
  const answers = JSON.stringify(outputs);
  const script = `#!${process.execPath}
const stack = process.argv[process.argv.indexOf("--stack") + 1];
const outputs = ${answers}[stack.split("/").at(-1)];
if (outputs) console.log(JSON.stringify(outputs));
else { console.error("error: no stack named '" + stack + "' found"); process.exit(255); }
`;
  writeFileSync(join(folder, "pulumi"), script);
  chmodSync(join(folder, "pulumi"), 0o755);
  return folder;
}

describe("verify: the command line", function () {
  this.timeout(60_000);

  it("explains itself, and refuses what it does not know", async () => {
    const help = await runVerify(["--help"]);
    assert.equal(help.code, 0);
    assert.match(help.stdout, /npm run verify -- exercise-nodeport/);
    assert.match(
      help.stdout,
      /Exit code: 0 all passed; 1 something failed; 2 nothing failed, and something/,
    );
    for (const [args, said] of [
      [[], /^Name a stack, or --all\. Known: exercise-cluster, /],
      [["exercise-nodport"], /^There is no stack exercise-nodport\. Known: exercise-cluster/],
      [
        ["--timeout", "soon", "dev"],
        /^--timeout is soon; it is a whole number of seconds from 1 to 86400/,
      ],
      [["--colour"], /Unknown option '--colour'/],
      [["--all", "dev"], /^--all goes without names/],
      [["--all"], /^--all asks the Pulumi CLI which stacks are up, and there is none on PATH/],
      [["--config", "a", "dev", "exercise-cluster"], /^--config is the file of one stack/],
    ] as const) {
      const { code, stdout, stderr } = await runVerify(args);
      assert.equal(code, 2, args.join(" "));
      assert.match(stderr, said);
      assert.equal(stdout, "");
    }
  });

  it("says what is wrong with the settings", async () => {
    const { code, stdout } = await runVerify([
      "--config",
      stackFile({ cluster: { create: {} }, jenkins: { service: "Nodeport" } }),
    ]);
    assert.equal(code, 2);
    assert.match(stdout, /jenkins\.service: "Nodeport"\n\s+allowed: ClusterIP, NodePort/);
    assert.doesNotMatch(stdout, /nothing was created/);
  });

  it("says which stacks are not up, by the CLI", async () => {
    const PATH = `${pulumiThatSays({})}:/usr/bin:/bin`;
    const one = await runVerify(["exercise-nodeport"], { PATH });
    assert.equal(one.code, 2);
    assert.match(
      one.stdout,
      /unknown {2}stack exercise-nodeport is not up, so there is nothing to check\n\s+look closer\s+pulumi up --stack exercise-nodeport/,
    );
    const all = await runVerify(["--all"], { PATH });
    assert.equal(all.code, 2, "nothing was checked");
    assert.match(all.stdout, /skipped {2}stack dev is not up/);
  });
});

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

  it("exits with 1 when something failed, whatever else could not be checked; and writes JSON and JUnit", async () => {
    const config = stackFile(onKind(await jenkins(), { jenkins: { service: "NodePort" } }));
    const junit = fileOf("", "junit.xml");
    const { code, stdout } = await runVerify([
      "--config",
      config,
      "--json",
      "--junit",
      junit,
      "--timeout",
      "30",
    ]);
    assert.equal(code, 1, stdout);
    interface Told {
      id: string;
      status: string;
      expected?: string;
      seen?: string;
      likelyCause?: string;
      lookCloser?: string;
      passage: string;
      why?: string;
      exercise: number;
    }
    const document = JSON.parse(stdout) as {
      passed: number;
      failed: number;
      unknown: number;
      skipped: number;
      exitCode: number;
      stacks: { stack: string; checks: Told[] }[];
    };
    const { passed, failed, unknown, skipped, exitCode } = document;
    assert.deepEqual(
      { passed, failed, unknown, skipped, exitCode },
      { passed: 6, failed: 1, unknown: 1, skipped: 1, exitCode: 1 },
    );
    const byId = new Map(document.stacks[0]!.checks.map((check) => [check.id, check]));
    assert.equal(
      byId.get("jenkins-node-port-access")?.why,
      "it asks AWS, and this cluster is not of EKS",
    );
    assert.equal(byId.get("jenkins-node-port-access")?.status, "skipped");
    assert.equal(byId.get("jenkins-node-port")?.status, "unknown");
    const service = byId.get("jenkins-service")!;
    assert.equal(service.passage, 'Exercise 4 "Create a NodePort Service", step 2');
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
    const xml = readFileSync(junit, "utf8");
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

  it("takes the shipped stack, its outputs, and the context of its cluster among others", async () => {
    await jenkins();
    const named = JSON.parse(
      readFileSync(namedAsEks(live().kubeconfig, "student-exercise-cluster"), "utf8"),
    ) as { "current-context": string; clusters: object[]; contexts: object[] };
    named.clusters.push({ name: "other", cluster: { server: "https://127.0.0.1:1" } });
    named.contexts.push({ name: "other", context: { cluster: "other", user: "live" } });
    named["current-context"] = "other";
    const outputs = {
      clusterName: "student-exercise-cluster",
      region: "us-east-1",
      connectCommand: "x",
    };
    const PATH = `${pulumiThatSays({ "exercise-cluster": outputs, "exercise-clusterip": { jenkinsNamespace: JENKINS_NAMESPACE } })}:/usr/bin:/bin`;
    const KUBECONFIG = fileOf(JSON.stringify(named), "kubeconfig");
    // AWS cannot be asked: by its name the context is the stack's cluster's all the same.
    const environment = {
      PATH,
      KUBECONFIG,
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

describe("verify: its checks", () => {
  it("are each tried on a state that passes and on one that fails", () => {
    const folder = join(DIRECTORY, "tools", "verify", "checks");
    const sources = readdirSync(folder).map((file) => readFileSync(join(folder, file), "utf8"));
    const ids = sources.flatMap((source) =>
      [...source.matchAll(/define\(\s*"([a-z-]+)"/g)].map((match) => match[1]!),
    );
    assert.ok(ids.length >= 30, ids.join(", "));
    const tests = join(DIRECTORY, "tests", "tools", "verify");
    const tried = readdirSync(tests)
      .map((file) => readFileSync(join(tests, file), "utf8"))
      .join("\n");
    for (const id of ids) {
      assert.match(tried, new RegExp(`passes\\(\\s*"${id}"`), `${id} passes`);
      assert.match(tried, new RegExp(`(fails|failing)\\(\\s*"${id}"`), `${id} fails`);
    }
  });
});
