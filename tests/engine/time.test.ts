import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LivingCloud } from "../../rehearsal/cloud/living";
import { Faults } from "../../sandbox/faults";
import { Journal } from "../../sandbox/journal";
import { clockOf } from "../../sandbox/latency";
import { Operations } from "../../sandbox/operations";
import { Mirror } from "../../sandbox/project";
import { Engine, findPulumi } from "../../sandbox/pulumi";
import { serve } from "../../sandbox/serve";
import { CloudFile } from "../../sandbox/store";
import { makespan } from "./makespan";
import { describeEngine, Sandbox } from "./sandbox";

const IS_ALL = process.env["ENGINE_TESTS"] === "all";
/** Times as fast as AWS: slow enough that the engine's own work is little beside it. */
const SCALE = IS_ALL ? 5 : 15;
const PREVIEWS = IS_ALL ? 9 : 3;
const PROJECT = join(__dirname, "..", "..");
const CLUSTER = "exercise-cluster";
const NODEPORT = "exercise-nodeport";

/** A program that imports what ours does, and makes nothing. */
function emptyProgram(directory: string): string {
  mkdirSync(directory);
  symlinkSync(join(PROJECT, "node_modules"), join(directory, "node_modules"));
  const runtime =
    "runtime:\n  name: nodejs\n  options:\n    typescript: false\n    nodeargs: --import tsx\n";
  writeFileSync(join(directory, "Pulumi.yaml"), `name: empty\n${runtime}`);
  writeFileSync(join(directory, "package.json"), '{"name":"empty","main":"index.ts"}');
  const packages = ["aws", "eks", "kubernetes", "pulumi"].map((name) => `@pulumi/${name}`);
  const imports = packages.map((name, i) => `import * as p${i} from "${name}";`).join("\n");
  writeFileSync(join(directory, "index.ts"), `${imports}\nvoid [p0, p1, p2, p3];\n`);
  return directory;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

describeEngine("the real engine, and time", () => {
  const sandbox = new Sandbox();
  after(() => sandbox.remove());

  it("takes little longer for an up than its longest chain of dependencies", async () => {
    // As on a machine of eight cores: the engine's own limit is four for each core.
    await sandbox.run(`up -s ${CLUSTER} --skip-preview --parallel 32`, {
      SANDBOX_LATENCY: `real/${SCALE}`,
    });
    const { actual, critical, chain } = makespan(sandbox.journal(), sandbox.state(CLUSTER));
    const ratio = actual / critical;
    console.log(`      ${actual} ms, chain ${critical} ms, ratio ${ratio.toFixed(3)}`);
    console.log(`      ${chain.join("\n      ")}`);
    assert.ok(ratio <= 1.1, `ratio ${ratio}`);
  });

  it("previews exercise-nodeport in little more than an empty program takes", async () => {
    const { directory } = sandbox;
    const keeper = new CloudFile(join(directory, "cloud.json"));
    const cloud = new LivingCloud({ keeper, linger: 0 });
    const journal = new Journal(join(directory, "preview.jsonl"));
    const served = await serve(
      new Operations(cloud, clockOf(undefined), new Faults(undefined), journal),
    );
    try {
      const mirror = new Mirror(PROJECT, directory);
      mirror.refresh();
      const binary = findPulumi()!;
      const ours = new Engine(binary, mirror.directory, directory, served.ports);
      const program = emptyProgram(join(directory, "empty"));
      const empty = new Engine(binary, program, directory, served.ports);
      await ours.ensureStack(NODEPORT, "eks-exercises");
      await empty.ensureStack("none", "empty");
      const time = async (engine: Engine, stack: string): Promise<number> => {
        const start = performance.now();
        assert.equal(await engine.run(["preview", "-s", stack], true), 0);
        return performance.now() - start;
      };
      const times: [number, number][] = [];
      for (let i = 0; i <= PREVIEWS; i++) {
        times.push([await time(ours, NODEPORT), await time(empty, "none")]);
      }
      // The first of each fills caches.
      const [own, bare] = [0, 1].map((i) => median(times.slice(1).map((pair) => pair[i]!)));
      const ratio = own! / bare!;
      console.log(
        `      ${Math.round(own!)} ms, empty ${Math.round(bare!)} ms, ratio ${ratio.toFixed(2)}`,
      );
      assert.ok(ratio <= 1.3, `ratio ${ratio}`);
    } finally {
      await served.stop();
    }
  });
});
