/**
 * The simulated Kubernetes' rules on what the program makes, where some of it is known after the
 * update only. Whether they are Kubernetes' own rules is for tests/real/kubernetes.
 */
import assert from "node:assert/strict";
import { findModel } from "../../../tools/cloud/registry";
import { failuresOf } from "../../../tools/cloud/rules";
import type { RecordedResource } from "../../../tools/rehearse/records";
import { useShippedStacks } from "../../support/shipped";

const UNKNOWN = "(known after the update)";

function failures({ type }: RecordedResource, inputs: unknown): string[] {
  const found = failuresOf(findModel(type)!, inputs as never, (v) => v === UNKNOWN);
  return found.map(({ property, reason }) => `${property}: ${reason}`);
}

/** Copies of a value, in each of which another part of it is unknown; paths of those parts. */
function* unknownIn(value: unknown, path = ""): Generator<[path: string, copy: unknown]> {
  yield [path, UNKNOWN];
  if (typeof value !== "object" || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    for (const [below, changed] of unknownIn(inner, `${path}.${key}`)) {
      const copy: unknown = Array.isArray(value)
        ? value.map((item: unknown, i) => (String(i) === key ? changed : item))
        : { ...value, [key]: changed };
      yield [below, copy];
    }
  }
}

describe("the rules of the simulated Kubernetes", () => {
  const shipped = useShippedStacks();
  const objects = () =>
    shipped("dev").resources.filter(
      ({ type }) => type.startsWith("kubernetes:") && findModel(type)?.check,
    );

  it("refuse nothing that the program makes", () => {
    assert.ok(objects().length > 30);
    for (const object of objects()) assert.deepEqual(failures(object, object.inputs), []);
  });

  it("refuse nothing for what is not known yet, wherever that is", () => {
    for (const object of objects()) {
      for (const [path, inputs] of unknownIn(object.inputs)) {
        if (path === "") continue;
        assert.deepEqual(failures(object, inputs), [], `${object.name}: ${path} is unknown`);
      }
    }
  });

  it("name each field that is wrong, and what is wrong with it", () => {
    const service = objects().find(({ name }) => name === "jenkins-service")!;
    const inputs = {
      metadata: { name: "My Jenkins", labels: { app: "my app" } },
      spec: { type: "NodePort", ports: [{ port: 0, nodePort: 8080 }] },
    };
    assert.deepEqual(
      failures(service, inputs).map((words) => words.split(": ").slice(0, 3).join(": ")),
      [
        'metadata.name: Invalid value: "My Jenkins"',
        'metadata.labels: Invalid value: "my app"',
        "spec.ports[0].port: Invalid value: 0",
        "spec.ports[0].targetPort: Invalid value: 0",
        "spec.ports[0].nodePort: Invalid value: 8080",
      ],
    );
  });
});
