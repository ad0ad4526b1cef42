/** The files that keep the project up to date agree with it. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { PROJECT } from "../../../tools/docs/markdown";
import {
  CHARTS,
  JENKINS_IMAGE,
  KUBERNETES,
  SOCK_SHOP_IMAGES,
  type ChartPin,
} from "../../../components/catalog";

const text = (path: string): string => readFileSync(join(PROJECT, path), "utf8");

interface Manager {
  readonly managerFilePatterns: readonly string[];
  readonly matchStrings: readonly string[];
  readonly depNameTemplate?: string;
}

/** What Renovate's own patterns find in a file: name and version of each pin. */
function pinsFound(path: string): string[] {
  const { customManagers } = JSON.parse(text("renovate.json")) as { customManagers: Manager[] };
  const mine = customManagers.filter(({ managerFilePatterns }) =>
    managerFilePatterns.some((pattern) => new RegExp(pattern.slice(1, -1)).test(path)),
  );
  return mine.flatMap(({ matchStrings, depNameTemplate }) =>
    matchStrings.flatMap((pattern) =>
      [...text(path).matchAll(new RegExp(pattern, "g"))].map(
        ({ groups }) => `${groups!["depName"] ?? depNameTemplate} ${groups!["currentValue"]}`,
      ),
    ),
  );
}

interface Job {
  readonly strategy?: { readonly matrix: { readonly node: number[] } };
  readonly steps: readonly { readonly run?: string }[];
}

describe("upkeep", () => {
  it("Renovate finds every pin of components/catalog/versions.ts, and nothing else", () => {
    const images = [JENKINS_IMAGE, ...Object.values(SOCK_SHOP_IMAGES)];
    const pins = [
      ...Object.values<ChartPin>(CHARTS).map(
        (c) => `${c.chart.replace("oci://", "")} ${c.version}`,
      ),
      ...Object.values(KUBERNETES).map(
        (release) => `registry.k8s.io/autoscaling/cluster-autoscaler ${release.clusterAutoscaler}`,
      ),
      ...images.map((image) => image.replace(":", " ")),
    ];
    assert.deepEqual(pinsFound("components/catalog/versions.ts").sort(), pins.sort());
  });

  it("CI has the Pulumi CLI of the version of its SDK, and Renovate sees it", () => {
    const { dependencies } = JSON.parse(text("package.json")) as {
      dependencies: Record<string, string>;
    };
    const version = dependencies["@pulumi/pulumi"];
    const found = new Set(pinsFound(".github/workflows/ci.yml"));
    assert.deepEqual([...found], [`@pulumi/pulumi ${version}`]);
    assert.ok(text("tests/real/pulumi/go.mod").includes(`/pulumi/pkg/v3 v${version} `), version);
  });

  it("CI reads only, has no secrets, and pins its actions by commit", () => {
    const workflow = text(".github/workflows/ci.yml");
    const { permissions, jobs } = parse(workflow) as {
      permissions: unknown;
      jobs: Record<string, { permissions?: unknown; steps: { uses?: string }[] }>;
    };
    assert.deepEqual(permissions, { contents: "read" });
    assert.doesNotMatch(workflow, /\$\{\{\s*secrets/);
    for (const { permissions: own, steps } of Object.values(jobs)) {
      assert.equal(own, undefined);
      const used = steps.flatMap(({ uses }) => uses ?? []);
      assert.ok(used.length > 0);
      for (const action of used) assert.match(action, /^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
    }
  });

  it("CI runs what .ci/run runs, on every version of Node that the README names", () => {
    const { jobs } = parse(text(".github/workflows/ci.yml")) as {
      jobs: Record<string, Job>;
    };
    const run = Object.values(jobs).flatMap(({ steps }) => steps.flatMap((step) => step.run ?? []));
    const local = text(".ci/run");
    const scripts: string[] = local.match(/(?<=^|\w )npm (?:ci|run [\w:]+)/gm) ?? [];
    assert.ok(scripts.length > 3, scripts.join());
    assert.ok(scripts.includes("npm run test:all"));
    // The workflow has them in two jobs.
    const split = scripts.flatMap((script) =>
      script === "npm run test:all" ? ["npm test", "npm run test:real"] : script,
    );
    const missing = split.filter((script) => !run.some((line) => line.endsWith(script)));
    assert.deepEqual(missing, []);
    const parts = /^for name in ([\w -]+); do\n {2}part .*setup\.sh/m.exec(local)![1]!.split(" ");
    const installed = run
      .filter((line) => line.includes("tests/real/setup.sh"))
      .join(" ")
      .split(" ");
    // The official CLI stands for the one that is built here, and brings the host for YAML.
    const official = ["pulumi", "pulumi-yaml"];
    const left = parts.filter((part) => !official.includes(part) && !installed.includes(part));
    assert.deepEqual(left, []);
    const [newest, ...older] = jobs["test"]!.strategy!.matrix.node.reverse();
    const named = `Node.js ${older.reverse().join(", ")} and ${newest}`;
    assert.ok(text("README.md").replace(/\s+/g, " ").includes(named), named);
  });

  it("the version has its section in the changelog, and the release workflow checks it", () => {
    const { version } = JSON.parse(text("package.json")) as { version: string };
    const run = (tag: string) =>
      spawnSync("npx", ["tsx", "tools/docs/release-notes.ts", tag], {
        cwd: PROJECT,
        encoding: "utf8",
      });
    const { status, stdout } = run(`v${version}`);
    assert.equal(status, 0);
    assert.match(stdout, /^### Added\n/);
    assert.doesNotMatch(stdout, /^## /m);
    const other = run("v0.0.1");
    assert.equal(other.status, 2);
    assert.match(other.stderr, new RegExp(`package.json has version ${version}`));
    const { jobs } = parse(text(".github/workflows/release.yml")) as { jobs: Record<string, Job> };
    const steps = jobs["release"]!.steps.flatMap((step) => step.run ?? []);
    assert.ok(steps.some((step) => step.includes("tools/docs/release-notes.ts")));
  });

  it("the rest of the folder's map is there: AGENTS.md names every folder of code", () => {
    const { include } = JSON.parse(text("tsconfig.json")) as { include: string[] };
    const folders = include.filter((name) => !name.includes(".") && name !== "benchmarks");
    const map = text("AGENTS.md");
    assert.deepEqual(
      folders.filter((folder) => !map.includes(`\`${folder}/`)),
      [],
    );
  });
});
