/**
 * Resources that fail during a command. ENGINE_TESTS=all makes every type that a stack or an option of
 * one has fail once, in up and in destroy; otherwise a few types do, one of them an option's.
 */
import assert from "node:assert/strict";
import { orphans } from "./orphans";
import { configured, describeEngine, Sandbox } from "./sandbox";

const IS_ALL = process.env["ENGINE_TESTS"] === "all";
const STACK = "dev";

/** Settings that bring types with them; the other options bring none. */
const VARIANTS = {
  "as it is": {},
  "podIdentity, alb": {
    autoscaler: { permissions: "podIdentity" },
    ingress: { controller: "alb" },
  },
};

/** Types of the short run. */
const SOME_TYPES = [
  "aws:ec2/subnet:Subnet",
  "aws:eks/nodeGroup:NodeGroup",
  "aws:eks/podIdentityAssociation:PodIdentityAssociation",
  "kubernetes:core/v1:Service",
];

/** Makes each type fail once, over as many runs as that takes, and then lets all go through. */
async function failEach(
  sandbox: Sandbox,
  command: "up" | "destroy",
  types: ReadonlySet<string>,
  file: string,
): Promise<number> {
  const operation = command === "up" ? "create" : "delete";
  const waiting = new Set(types);
  let runs = 0;
  while (waiting.size > 0) {
    const faults = [...waiting].map((type) => `${operation}@${type}=once`).join(",");
    const { code } = await sandbox.try(`${command} -s ${STACK} --skip-preview ${file}`, {
      SANDBOX_FAULTS: faults,
    });
    runs++;
    const failed = sandbox.journal().filter(({ error }) => error?.includes("SANDBOX_FAULTS"));
    assert.ok(failed.length > 0, `not reached: ${[...waiting].join(", ")}`);
    assert.notEqual(code, 0);
    for (const { urn } of failed) waiting.delete(urn.split("::")[2]!.split("$").at(-1)!);
  }
  await sandbox.run(`${command} -s ${STACK} --skip-preview ${file}`);
  return runs;
}

/** Types that a variant creates in an undisturbed up. */
async function typesOf(settings: Record<string, unknown>): Promise<string[]> {
  const undisturbed = new Sandbox();
  const file = configured(undisturbed, STACK, settings);
  await undisturbed.run(`up -s ${STACK} --skip-preview ${file}`);
  const made = undisturbed.cloud().map(({ type }) => type);
  undisturbed.remove();
  return [...new Set(made)].filter((type) => !type.startsWith("hidden:"));
}

describeEngine("the real engine, with resources that fail", function () {
  this.timeout(1_800_000);
  const seen = new Set<string>();
  const variants = Object.entries(VARIANTS).filter(
    ([name]) => IS_ALL || name === "podIdentity, alb",
  );

  for (const [name, settings] of variants) {
    describe(`${STACK}, ${name}`, () => {
      const sandbox = new Sandbox();
      after(() => sandbox.remove());
      let file = "";
      let types = new Set<string>();

      before(async () => {
        file = configured(sandbox, STACK, settings);
        const candidates = IS_ALL ? await typesOf(settings) : SOME_TYPES;
        types = new Set(candidates.filter((type) => !seen.has(type)));
        for (const type of types) seen.add(type);
      });

      it("converges after failures during up: nothing orphaned, nothing twice", async () => {
        assert.ok(types.size > 0, "it has no type of its own");
        const runs = await failEach(sandbox, "up", types, file);
        console.log(`        ${types.size} types failed once each, in ${runs} runs of up`);
        assert.deepEqual(orphans(sandbox, [STACK]), []);
        await sandbox.run(`up -s ${STACK} --skip-preview --expect-no-changes ${file}`);
      });

      it("converges after failures during destroy: nothing is left", async () => {
        const runs = await failEach(sandbox, "destroy", types, file);
        console.log(`        ${types.size} types failed once each, in ${runs} runs of destroy`);
        assert.deepEqual(sandbox.lasting(), []);
      });
    });
  }
});
