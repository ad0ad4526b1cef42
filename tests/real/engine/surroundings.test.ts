/** The user's machine: proxies, a passphrase, folders with strange names. */
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { copyOfProject, describeEngine, Sandbox } from "./sandbox";

const CLUSTER = "exercise-cluster";

describeEngine("the sandbox on the user's machine", () => {
  it("sends nothing through a proxy that is set, and reaches its own ports past it", async () => {
    const sandbox = new Sandbox();
    const reached: string[] = [];
    const proxy = createServer((socket) => {
      socket.on("error", () => undefined);
      socket.once("data", (data) => {
        reached.push(data.toString().split("\n", 1)[0]!);
        socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
      });
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    try {
      const names = ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "ALL_PROXY"];
      const env = Object.fromEntries(names.map((name) => [name, url]));
      await sandbox.run(`up -s ${CLUSTER} --skip-preview`, env);
      await sandbox.run(`preview -s ${CLUSTER}`, { ...env, NO_PROXY: "", no_proxy: "" });
      // A command that asks the network, whatever is up.
      const { code } = await sandbox.try("plugin install resource nobody 1.0.0", env);
      assert.notEqual(code, 0);
      assert.deepEqual(reached, []);
    } finally {
      proxy.close();
      sandbox.remove();
    }
  });

  it("works in a folder with #, % and spaces, whatever passphrase is exported", async () => {
    const project = copyOfProject("project #1 50%20-");
    const sandbox = new Sandbox(project, "sandbox #1 50%20-");
    try {
      const stack = "exercise-clusterip";
      const first = { PULUMI_CONFIG_PASSPHRASE: "one" };
      await sandbox.run(`up -s ${CLUSTER} --skip-preview`, first);
      await sandbox.run(`up -s ${stack} --skip-preview`, { PULUMI_CONFIG_PASSPHRASE: "two" });
      await sandbox.run(`up -s ${CLUSTER} --skip-preview --expect-no-changes`, {
        PULUMI_CONFIG_PASSPHRASE_FILE: "/nowhere",
      });
    } finally {
      sandbox.remove();
      rmSync(project, { recursive: true, force: true });
    }
  });
});
