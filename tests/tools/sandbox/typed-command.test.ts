import assert from "node:assert/strict";
import { commandWith } from "../../../tools/sandbox/typed-command";

describe("sandbox: a command with variables", () => {
  const variables = { SANDBOX_LATENCY: "real", SANDBOX_KUBECONFIG: "a b" };

  it("is the command that was typed, with the variables before it", () => {
    assert.equal(
      commandWith(variables, ["up", "-s", "dev"], "linux"),
      'SANDBOX_LATENCY=real SANDBOX_KUBECONFIG="a b" npm run sandbox -- up -s dev',
    );
    assert.match(commandWith({}, [], "linux"), /^npm run sandbox -- up -s exercise-cluster$/);
  });

  it("is written for PowerShell and for cmd on Windows", () => {
    assert.equal(
      commandWith({ SANDBOX_LATENCY: "real" }, ["up"], "win32"),
      '$env:SANDBOX_LATENCY = "real"; npm run sandbox -- up\n  in cmd: set "SANDBOX_LATENCY=real" && npm run sandbox -- up',
    );
  });
});
