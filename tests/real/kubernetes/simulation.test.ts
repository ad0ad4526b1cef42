/**
 * The simulated cloud against a real API server: for each manifest the same verdict, in the same
 * fields, and in words with which the server's begin.
 */
import assert from "node:assert/strict";
import { StatefulCloud } from "../../../tools/cloud/stateful-cloud";
import { failuresOf } from "../../../tools/cloud/rules";
import type { CreateRequest, Props } from "../../../tools/cloud";
import { changesOf } from "../../../tools/sandbox/diff";
import { ApiError, useLiveCluster, type KubernetesObject } from "../../support/cluster";
import { CHANGES } from "./changes";
import { PLACE, TAKEN } from "./objects";
import { CASES } from "./verdicts";

const PROVIDER = "urn:pulumi:s::p::pulumi:providers:kubernetes::kind";

/** What is refused, one by one; nothing where it is accepted. */
type Verdict = readonly string[];

const typeOf = ({ apiVersion, kind }: KubernetesObject) =>
  `kubernetes:${apiVersion.includes("/") ? apiVersion : `core/${apiVersion}`}:${kind}`;

/** A simulated cluster that has the namespace and the service of the tables. */
function simulation(): StatefulCloud {
  const cloud = new StatefulCloud({
    store: { load: () => [], save: () => undefined },
    eniDelayMs: 0,
  });
  cloud.configure(PROVIDER, { kubeconfig: "kind" });
  const place = { apiVersion: "v1", kind: "Namespace", metadata: { name: PLACE } };
  for (const object of [place, TAKEN]) cloud.create(requestFor(object));
  return cloud;
}

function requestFor(object: KubernetesObject): CreateRequest {
  const type = typeOf(object);
  const name = object.metadata.name;
  // As Pulumi hands it over: what is undefined is not there.
  const inputs = JSON.parse(JSON.stringify(object)) as Props;
  return { urn: `urn:pulumi:s::p::${type}::${name}`, type, name, inputs, provider: PROVIDER };
}

function simulated(object: KubernetesObject): Verdict {
  const cloud = simulation();
  const { type, inputs } = requestFor(object);
  const failures = failuresOf(cloud.rulesOf(type), inputs, () => false);
  if (failures.length > 0) return failures.map(({ property, reason }) => `${property}: ${reason}`);
  try {
    // Another resource than the one that has made what is there.
    cloud.create({ ...requestFor(object), urn: `urn:pulumi:s::p::${type}::other` });
    return [];
  } catch (error) {
    return [(error as Error).message];
  }
}

/** The server's words; where an object is invalid, with what begins every such message. */
function wordsOf(error: unknown, object: KubernetesObject): Verdict {
  if (!(error instanceof ApiError)) throw error;
  const { message, details, reason } = error.status;
  if (reason !== "Invalid") return [message];
  const beginning = `${details?.kind}${details?.group ? `.${details.group}` : ""} "${object.metadata.name}" is invalid: `;
  assert.ok(message.startsWith(beginning), message);
  return (details?.causes ?? []).map((cause) => `${cause.field}: ${cause.message}`);
}

function assertAgree(sim: Verdict, real: Verdict): void {
  const agree =
    sim.length === real.length &&
    [...sim].sort().every((words, i) => plain([...real].sort()[i]!).startsWith(plain(words)));
  assert.ok(agree, `\n  simulated: ${sim.join("\n    ")}\n  real: ${real.join("\n    ")}`);
}

/** A refusal of one field, without the beginning that a whole message has. */
function plain(words: string): string {
  return words.replace(/^\S+ "[^"]*" is invalid: /, "");
}

describe("the simulated cloud, against a real API server", function () {
  this.timeout(60_000);
  const live = useLiveCluster({ keep: true });

  before(async () => {
    await live().namespace(PLACE);
    await live().create(TAKEN);
  });

  for (const { what, object } of CASES) {
    it(`agrees about a ${what}`, async () => {
      const real = await live()
        .api.create(object)
        .then(
          async () => {
            await live().api.delete(object);
            return [];
          },
          (error: unknown) => wordsOf(error, object),
        );
      assertAgree(simulated(object), real);
    });
  }

  for (const { what, object, change } of CHANGES) {
    it(`agrees whether a ${what} can be changed in place`, async () => {
      const { api } = live();
      await api.create(object);
      const isRefused = await api.patch(object, change).then(
        () => false,
        (error: unknown) => {
          const [words] = wordsOf(error, object);
          assert.match(words!, /immutable|may not change|Forbidden/);
          return true;
        },
      );
      await api.delete(object);
      const cloud = simulation();
      const after = merged(object, change) as Props;
      const changes = changesOf(requestFor(object).inputs, after, cloud.rulesOf(typeOf(object)));
      assert.ok(changes.length > 0 && before);
      assert.equal(
        changes.some(({ replaces }) => replaces),
        isRefused,
      );
    });
  }
});

/** A merge patch, applied. */
function merged(value: unknown, change: unknown): unknown {
  if (typeof change !== "object" || change === null || Array.isArray(change)) return change;
  const base = typeof value === "object" && value !== null ? value : {};
  const entries = Object.entries(change).map(([key, inner]) => [
    key,
    merged((base as Props)[key], inner),
  ]);
  return { ...base, ...Object.fromEntries(entries) } as unknown;
}
