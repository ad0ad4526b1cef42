/** What a new version of the components does to a stack that the last one brought up, on the real engine. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describeEngine, PROJECT, Sandbox } from "./sandbox";

/**
 * The state of the stack dev, brought up in the sandbox by each release: `pulumi stack export
 * --show-secrets`. All that is in it is simulated.
 */
const RELEASES = join(PROJECT, "tests", "components", "releases");

interface Preview {
  readonly changeSummary: Readonly<Record<string, number>>;
  readonly steps: readonly { readonly op: string; readonly urn: string }[];
}

describeEngine("a stack of an older release of the components", () => {
  for (const file of readdirSync(RELEASES)) {
    it(`${file.replace(".json.gz", "")}: keeps every resource at the next up`, async () => {
      const sandbox = new Sandbox();
      try {
        const state = join(sandbox.directory, "state.json");
        writeFileSync(state, gunzipSync(readFileSync(join(RELEASES, file))));
        await sandbox.run(`stack import -s dev --file ${state}`);
        const text = await sandbox.run("preview -s dev --json");
        const preview = JSON.parse(text.slice(text.indexOf("{"))) as Preview;
        const { steps, changeSummary } = preview;
        assert.ok(changeSummary["same"]! > 40, "the stack is there");
        // A resource that is new in a release is created; none is replaced or deleted.
        const lost = steps.filter(({ op }) => !["same", "update", "create"].includes(op));
        assert.deepEqual(
          lost.map(({ op, urn }) => `${op} ${urn}`),
          [],
        );
      } finally {
        sandbox.remove();
      }
    });
  }
});
