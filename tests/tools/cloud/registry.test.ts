/** The models: one for every type that a stack registers, each fact with its source. */
import assert from "node:assert/strict";
import type { Aspect, ResourceModel } from "../../../tools/cloud/model";
import { findModel, MODELS } from "../../../tools/cloud/registry";
import { stackNames } from "../../../tools/shared/stack-files";
import { runStack } from "../../support/harness";
import { DIRECTORY, useShippedStacks } from "../../support/shipped";

/** The parts of a model that state a fact, by the source that they need. */
const PARTS: Readonly<Record<Aspect, readonly (keyof ResourceModel)[]>> = {
  schema: [
    ...(["required", "exclusive", "check", "immutable", "deleteFirst"] as const),
    ...(["autoNamed", "taggable", "documents", "unknownOnUpdate"] as const),
  ],
  create: ["refuseCreate", "refusePlaced"],
  update: ["refuseUpdate", "updateOutputs", "keepsOwned"],
  delete: ["refuseDelete"],
  effects: ["afterChange", "afterDelete", "leak"],
  latency: ["latency"],
  price: ["price"],
};

/** Options of which the stacks show the defaults only. */
const OPTIONS = [
  { autoscaler: { permissions: "podIdentity" }, ingress: { controller: "alb" } },
  { autoscaler: { permissions: "nodeRole" }, ingress: { controller: "ingress-nginx" } },
  { jenkins: { service: "LoadBalancer" } },
];

describe("the registry of models", () => {
  const shipped = useShippedStacks();

  it("has a model for every type that a stack or an option of one registers", async () => {
    const options = await Promise.all(
      OPTIONS.map((config) => runStack({ cluster: { create: {} }, sockShop: {}, ...config })),
    );
    const runs = [...stackNames(DIRECTORY).map((stack) => shipped(stack)), ...options];
    const types = new Set(runs.flatMap(({ resources }) => resources.map(({ type }) => type)));
    const simulated = [...types].filter(
      (type) =>
        type !== "pulumi:pulumi:Stack" && !type.startsWith("eks-exercises-components:index:"),
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
