/** The models: one for every type that a stack registers, each fact with its source. */
import assert from "node:assert/strict";
import type { Aspect, ResourceModel } from "../../../tools/cloud/model";
import { findModel, MODELS } from "../../../tools/cloud/registry";
import { useShippedStacks } from "../../support/shipped";

/** The parts of a model that state a fact, by the source that they need. */
const PARTS: Readonly<Record<Aspect, readonly (keyof ResourceModel)[]>> = {
  inputs: ["required", "exclusive", "check"],
  replaces: ["immutable"],
  create: ["refuseCreate", "refusePlaced"],
  update: ["refuseUpdate"],
  delete: ["refuseDelete"],
  effects: ["afterChange", "beforeDelete", "leak"],
  latency: ["latency"],
  price: ["price"],
};

describe("the registry of models", () => {
  const shipped = useShippedStacks();

  it("has a model for every type that a stack registers", () => {
    const stacks = ["dev", "exercise-cluster", "exercise-nodeport", "exercise-ingress"];
    const types = new Set(stacks.flatMap((s) => shipped(s).resources.map(({ type }) => type)));
    const simulated = [...types].filter(
      (type) => type !== "pulumi:pulumi:Stack" && !type.startsWith("eks-exercises:components:"),
    );
    assert.ok(simulated.length > 20);
    assert.deepEqual(
      simulated.filter((type) => !findModel(type)),
      [],
    );
  });

  it("has one model a type", () => {
    assert.equal(new Set(MODELS.map(({ type }) => type)).size, MODELS.length);
  });

  for (const [aspect, parts] of Object.entries(PARTS)) {
    it(`names the source of what it says of ${aspect}, and no source of what it does not say`, () => {
      for (const model of MODELS) {
        const isStated = parts.some((part) => model[part] !== undefined);
        const source = model.sources[aspect as Aspect];
        assert.equal(source !== undefined, isStated, `${model.type}: ${aspect}`);
      }
    });
  }
});
