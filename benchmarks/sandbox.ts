/**
 * Measures the sandbox: the time of an up against its longest chain of dependencies, and of a preview
 * against one of an empty program that imports the same packages. Needs pulumi on PATH.
 *
 *   npx tsx benchmarks/sandbox.ts
 */
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { StatefulCloud } from "../tools/cloud/stateful-cloud";
import { Faults } from "../tools/sandbox/faults";
import { Journal } from "../tools/sandbox/journal";
import { clockOf } from "../tools/sandbox/latency";
import { Operations } from "../tools/sandbox/operations";
import { ProjectCopy } from "../tools/sandbox/project";
import { Engine } from "../tools/sandbox/pulumi";
import { findPulumi } from "../tools/shared/find-cli";
import { serve } from "../tools/sandbox/serve";
import { CloudFile } from "../tools/sandbox/store";
import { makespan } from "../tests/real/engine/makespan";
import { Sandbox } from "../tests/real/engine/sandbox";

/** Times as fast as AWS: slow enough that the engine's own work is little beside it. */
const SCALE = 5;
const PREVIEWS = 9;
const PROJECT = join(__dirname, "..");
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

async function measureUp(sandbox: Sandbox): Promise<void> {
  // As on a machine of eight cores: the engine's own limit is four for each core.
  await sandbox.run(`up -s ${CLUSTER} --skip-preview --parallel 32`, {
    SANDBOX_LATENCY: `real/${SCALE}`,
  });
  const { actual, critical, chain } = makespan(sandbox.journal(), sandbox.state(CLUSTER));
  console.log(
    `up: ${actual} ms, longest chain ${critical} ms, ratio ${(actual / critical).toFixed(3)}`,
  );
  console.log(`  ${chain.join("\n  ")}`);
}

async function measurePreview({ directory }: Sandbox): Promise<void> {
  const store = new CloudFile(join(directory, "cloud.json"));
  const cloud = new StatefulCloud({ store, eniDelayMs: 0 });
  const journal = new Journal(join(directory, "preview.jsonl"));
  const operations = new Operations(cloud, clockOf(undefined), new Faults(undefined), journal);
  const served = await serve(operations);
  try {
    const mirror = new ProjectCopy(PROJECT, directory);
    mirror.refresh();
    const binary = findPulumi();
    if (!binary) throw new Error("this needs pulumi on PATH");
    const ours = new Engine(binary, mirror.directory, directory, served.ports);
    const program = emptyProgram(join(directory, "empty"));
    const empty = new Engine(binary, program, directory, served.ports);
    await ours.ensureStack(NODEPORT, "eks-exercises");
    await empty.ensureStack("none", "empty");
    const time = async (engine: Engine, stack: string): Promise<number> => {
      const start = performance.now();
      const code = await engine.run(["preview", "-s", stack], true);
      if (code !== 0) throw new Error(`the preview of ${stack} ended with ${code}`);
      return performance.now() - start;
    };
    const times: [number, number][] = [];
    for (let i = 0; i <= PREVIEWS; i++) {
      times.push([await time(ours, NODEPORT), await time(empty, "none")]);
    }
    // The first of each fills caches.
    const pairs = times.slice(1);
    const ratio = median(pairs.map(([own, bare]) => own / bare));
    const own = Math.round(median(pairs.map((pair) => pair[0])));
    console.log(
      `preview: ${own} ms, ratio to an empty program ${ratio.toFixed(2)} (median of ${PREVIEWS})`,
    );
  } finally {
    await served.stop();
  }
}

async function main(): Promise<void> {
  const sandbox = new Sandbox();
  try {
    await measureUp(sandbox);
    await measurePreview(sandbox);
  } finally {
    sandbox.remove();
  }
}

void main();
