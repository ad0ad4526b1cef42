/** The pack as an npm package: packed, installed outside the repository, and loaded as others do. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import * as grpc from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import {
  type AnalyzerInfo,
  AnalyzerResourceOptions,
  AnalyzeRequest,
  type AnalyzeResponse,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { RULES } from "../../policies/analyser";
import { allow, doc, toUrn } from "./support/records";

const root = resolve(__dirname, "../..");
const NAME = "eks-exercises-policies";
const HOST = join(root, "node_modules/@pulumi/pulumi/cmd/run-policy-pack");

/** Loads a policy pack by Pulumi's own host, as the engine does, and asks it about a resource. */
async function askPack(folder: string): Promise<{ policies: number; messages: string[] }> {
  const child: ChildProcess = spawn(process.execPath, [HOST, "127.0.0.1:1", folder], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  try {
    const port = await new Promise<number>((done, fail) => {
      let output = "";
      child.stdout?.on("data", (chunk: Buffer) => {
        output += chunk.toString();
        if (output.includes("\n")) done(Number(output));
      });
      child.stderr?.on("data", (chunk: Buffer) => (output += chunk.toString()));
      child.on("exit", () => fail(new Error(output)));
    });
    const client = new AnalyzerClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
    const info = await new Promise<AnalyzerInfo>((done, fail) =>
      client.getAnalyzerInfo(new Empty(), (error, value) => (error ? fail(error) : done(value))),
    );
    const request = new AnalyzeRequest();
    const type = "aws:iam/rolePolicy:RolePolicy";
    request.setType(type);
    request.setName("it");
    request.setOptions(new AnalyzerResourceOptions());
    request.setUrn(toUrn(type, "it"));
    const policy = JSON.stringify(doc(allow("ec2:TerminateInstances")));
    request.setProperties(Struct.fromJavaScript({ role: "r", policy }));
    const answer = await new Promise<AnalyzeResponse>((done, fail) =>
      client.analyze(request, (error, value) => (error ? fail(error) : done(value))),
    );
    client.close();
    const messages = answer.getDiagnosticsList().map((one) => one.getMessage());
    return { policies: info.getPoliciesList().length, messages };
  } finally {
    child.kill();
  }
}

describe("policies: the npm package", function () {
  this.timeout(240_000);
  let folder = "";
  const npm = (cwd: string, ...args: string[]) =>
    spawnSync("npm", args, { cwd, encoding: "utf8", env: { ...process.env, CI: "true" } });
  const node = (code: string) =>
    spawnSync(process.execPath, ["-e", code], { cwd: folder, encoding: "utf8" });

  before(function () {
    folder = mkdtempSync(join(tmpdir(), "iam-package-"));
    const packed = npm(join(root, "policies"), "pack", "--silent", "--pack-destination", folder);
    assert.equal(packed.status, 0, packed.stderr);
    const archive = packed.stdout.trim().split("\n").at(-1) ?? "";
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "scratch", private: true }));
    const flags = ["--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund"];
    const installed = npm(folder, "install", ...flags, join(folder, archive));
    if (installed.status === 0) return;
    if (!/ENOTFOUND|ECONNREFUSED|ENOTCACHED|EAI_AGAIN/.test(installed.stderr)) {
      throw new Error(installed.stderr);
    }
    console.log("      skipped: npm can reach no registry for the package's dependencies");
    this.skip();
  });
  after(() => rmSync(folder, { recursive: true }));

  it("is a policy pack for Pulumi's own host, with pages that exist", async () => {
    const { policies, messages } = await askPack(join(folder, "node_modules", NAME));
    assert.equal(policies, RULES.length);
    assert.equal(messages.length, 1);
    const page = /see: (.+)$/.exec(messages[0] ?? "")?.[1] ?? "";
    const at = resolve(folder, "node_modules", NAME, page);
    assert.match(readFileSync(at, "utf8"), /^# unscoped-write: /);
    assert.doesNotMatch(messages[0] ?? "", /autoscaler\.permissions/);
  });

  it("has a command line, which reports and exits as in the repository", () => {
    writeFileSync(join(folder, "a.json"), JSON.stringify(doc(allow("ec2:TerminateInstances"))));
    const run = spawnSync(join(folder, "node_modules/.bin/iam-breadth"), ["a.json"], {
      cwd: folder,
      encoding: "utf8",
    });
    assert.equal(run.status, 1, run.stderr);
    const page = /see: (.+)$/m.exec(run.stdout)?.[1] ?? "";
    assert.ok(existsSync(join(folder, page)), page);
  });

  it("is a library with declarations, and ships neither sources nor test dependencies", () => {
    const loaded = node(
      `const { analyseDocument } = require("${NAME}/analyser");
       const { createPolicies } = require("${NAME}/pack");
       require("${NAME}/accept"); require("${NAME}/stack"); require("${NAME}/format");
       console.log(analyseDocument({ Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] },
         { kind: "identity" })[0].rule, createPolicies().length);`,
    );
    assert.equal(loaded.stdout.trim(), `action-all ${RULES.length}`, loaded.stderr);
    const at = join(folder, "node_modules", NAME);
    assert.ok(existsSync(join(at, "dist/analyser/index.d.ts")));
    assert.ok(!existsSync(join(at, "index.ts")));
    assert.ok(!existsSync(join(folder, "node_modules/@cloud-copilot")));
  });

  it("is loaded from its sources in the repository, without a build", async () => {
    const { policies } = await askPack(join(root, "policies"));
    assert.equal(policies, RULES.length);
  });
});
