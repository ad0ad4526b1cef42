/** verify where it cannot look: it says so, exits with 2, and does not hang. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { freePorts, until, useLiveCluster } from "../../support/cluster";
import { runVerify, startVerify } from "../../support/verify/command";
import { fileOf, onKind, stackFile } from "../../support/verify/look";
import { JENKINS_NAMESPACE, jenkinsPod } from "../../support/verify/workloads";

const JENKINS = { jenkins: { service: "ClusterIP" } };

/** A kubeconfig of a server, with a token that must never be seen. */
function kubeconfig(server: string, user: object = { token: "a-very-secret-token" }): string {
  const cluster = { server, "insecure-skip-tls-verify": true };
  return fileOf(
    JSON.stringify({
      "current-context": "live",
      clusters: [{ name: "c", cluster }],
      users: [{ name: "u", user }],
      contexts: [{ name: "live", context: { cluster: "c", user: "u" } }],
    }),
    "kubeconfig",
  );
}

const run = (path: string, ...more: string[]) =>
  runVerify(["--config", stackFile(onKind(path, JENKINS)), ...more]);

describe("verify: a cluster that cannot be asked", function () {
  this.timeout(120_000);

  it("says that nothing answers", async () => {
    const [port] = await freePorts(1);
    const { code, stdout } = await run(kubeconfig(`https://127.0.0.1:${port}`));
    assert.equal(code, 2, stdout);
    assert.match(
      stdout,
      /could not check\s+the API server at https:\/\/127\.0\.0\.1:\d+: nothing answers there \(connection refused\)/,
    );
    assert.equal(stdout.match(/nothing answers there/g)?.length, 1, "the reason is given once");
    assert.equal(stdout.match(/not checked, for the same reason/g)?.length, 6);
    assert.match(stdout, /0 passed, 7 could not be checked, 0|0 passed, 7 could not be checked/);
    assert.doesNotMatch(stdout, /secret-token|FAILED/);
  });

  it("gives up a server that never answers when the time is over", async () => {
    const server = createServer(() => undefined);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const { code, stdout } = await run(kubeconfig(`https://127.0.0.1:${port}`), "--timeout", "2");
    server.close();
    assert.equal(code, 2, stdout);
    assert.match(stdout, /the time limit of 2 seconds was reached before there was an answer/);
    assert.match(stdout, /--timeout SECONDS/);
  });

  it("says what is wrong with the kubeconfig", async () => {
    const none = await run(fileOf("x: [", "kubeconfig"));
    assert.equal(none.code, 2);
    assert.match(none.stdout, /cluster\.kubeconfig\.path/);
    const path = kubeconfig("https://127.0.0.1:1");
    const other = await run(path, "--context", "nowhere");
    assert.equal(other.code, 2);
    assert.match(other.stdout, /has no context nowhere; it has live/);
    const absent = await run(path, "--kubeconfig", "/nonexistent/config");
    assert.equal(absent.code, 2);
    assert.match(absent.stdout, /the kubeconfig \/nonexistent\/config cannot be read: ENOENT/);
  });

  it("ends a credential plugin that hangs, and cites one that fails", async () => {
    const pid = fileOf("", "pid");
    const exec = (script: string) => ({
      exec: {
        apiVersion: "client.authentication.k8s.io/v1",
        command: "sh",
        args: ["-c", script],
        env: null,
        interactiveMode: "Never",
      },
    });
    const hanging = kubeconfig("https://127.0.0.1:1", exec(`echo $$ > ${pid}; exec sleep 600`));
    const { code, stdout } = await run(hanging, "--timeout", "3");
    assert.equal(code, 2, stdout);
    assert.match(stdout, /time limit of 3 seconds/);
    const sleeper = Number(readFileSync(pid, "utf8"));
    await until("its end", () => !existsSync(`/proc/${sleeper}`));
    const failing = await run(
      kubeconfig(
        "https://127.0.0.1:1",
        exec("echo 'no SSO session, key AKIAABCDEFGHIJKLMNOP' >&2; exit 1"),
      ),
    );
    assert.equal(failing.code, 2);
    assert.match(failing.stdout, /no SSO session, key \[secret\]/);
  });

  it("ends by Ctrl-C, with what is known by then", async () => {
    const server = createServer(() => undefined);
    const connected = new Promise<void>((resolve) => server.on("connection", () => resolve()));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const config = stackFile(onKind(kubeconfig(`https://127.0.0.1:${port}`), JENKINS));
    const { child, ended } = startVerify(["--config", config]);
    await connected;
    child.kill("SIGINT");
    const { code, stdout } = await ended;
    server.close();
    assert.equal(code, 130, stdout);
    assert.match(stdout, /you ended it before there was an answer/);
  });
});

describe("verify: a real API server that refuses or stops", function () {
  this.timeout(120_000);
  const live = useLiveCluster();

  it("does not accept the credentials, or does not let look", async () => {
    const unknown = live().plane.writeKubeconfig("unknown", "no-such-token");
    const first = await run(unknown);
    assert.equal(first.code, 2, first.stdout);
    assert.match(first.stdout, /does not accept your credentials \(401 Unauthorized\)/);
    assert.doesNotMatch(first.stdout, /no-such-token/);
    const stranger = await live().kubeconfigOf("default", "stranger");
    const second = await run(stranger);
    assert.equal(second.code, 2, second.stdout);
    assert.match(
      second.stdout,
      /does not let you look \(403 Forbidden\): pods "jenkins" is forbidden: User "system:serviceaccount:default:stranger"/,
    );
    assert.match(second.stdout, /kubectl auth can-i --list/);
    assert.doesNotMatch(second.stdout, /eyJ/);
  });

  it("is not trusted where its certificate is of another cluster", async () => {
    const config = JSON.parse(readFileSync(live().kubeconfig, "utf8")) as {
      clusters: { cluster: object }[];
    };
    config.clusters[0]!.cluster = { server: live().plane.url };
    const { code, stdout } = await run(fileOf(JSON.stringify(config), "kubeconfig"));
    assert.equal(code, 2, stdout);
    assert.match(stdout, /its certificate is not one that your kubeconfig trusts/);
  });

  it("stands still", async () => {
    const server = live().plane.daemon("kube-apiserver");
    server.pause();
    try {
      const { code, stdout } = await run(live().kubeconfig, "--timeout", "3", "--json");
      assert.equal(code, 2, stdout);
      const document = JSON.parse(stdout) as {
        passed: number;
        unknown: number;
        stacks: { checks: { status: string }[] }[];
      };
      assert.equal(document.passed, 0);
      assert.ok(
        document.stacks[0]!.checks.every(({ status }) => status === "unknown"),
        stdout,
      );
    } finally {
      server.resume();
    }
  });

  it("goes away while something is waited for", async () => {
    const sockets = new Set<Socket>();
    const proxy: Server = createServer((socket) => {
      const onward = connect(Number(new URL(live().plane.url).port), "127.0.0.1");
      for (const each of [socket, onward]) sockets.add(each.on("error", () => each.destroy()));
      socket.pipe(onward).pipe(socket);
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    const { port } = proxy.address() as AddressInfo;
    const token = (
      JSON.parse(readFileSync(live().kubeconfig, "utf8")) as {
        users: { user: { token: string } }[];
      }
    ).users[0]!.user.token;
    const path = live().plane.writeKubeconfig("proxied", token, `https://127.0.0.1:${port}`);
    await live().namespace(JENKINS_NAMESPACE);
    // Without a node the pod stays pending.
    await live().create(jenkinsPod());
    const { child, ended } = startVerify([
      "--config",
      stackFile(onKind(path, JENKINS)),
      "--timeout",
      "60",
    ]);
    let waiting = "";
    child.stderr!.on("data", (chunk: Buffer) => (waiting += chunk.toString()));
    await until("it to wait", () => /waiting: jenkins-ready: Pending/.test(waiting));
    proxy.close();
    for (const socket of sockets) socket.destroy();
    const { code, stdout } = await ended;
    // The service is missing, which was certain before the server went.
    assert.equal(code, 1, stdout);
    assert.match(stdout, /FAILED {3}the service jenkins is of type ClusterIP/);
    assert.match(
      stdout,
      /unknown {2}the pod jenkins is running and ready\n\s+could not check\s+the API server at .*: nothing answers there/,
    );
    assert.doesNotMatch(stdout, new RegExp(token));
  });
});
