/**
 * The package's schema for Pulumi's other languages, as the analyser of @pulumi/pulumi reads it from
 * the sources. `pulumi package add` generates its SDKs from the same.
 */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  ComponentProvider,
  getPulumiComponents,
} from "@pulumi/pulumi/provider/experimental/provider";
import * as components from "../../components";
import manifest from "../../components/package.json";

const DIRECTORY = join(__dirname, "..", "..", "components");
const GOLDEN = join(DIRECTORY, "schema.json");

interface Property {
  readonly type?: string;
  readonly $ref?: string;
  readonly plain?: boolean;
  readonly optional?: boolean;
  readonly description?: string;
}

interface Schema {
  readonly name: string;
  readonly version: string;
  readonly types: Record<
    string,
    { properties?: Record<string, Property>; enum?: { value: string; description?: string }[] }
  >;
  readonly resources: Record<
    string,
    {
      description: string;
      inputProperties: Record<string, Property>;
      requiredInputs: string[];
      properties: Record<string, Property>;
    }
  >;
}

describe("schema of the components", function () {
  this.timeout(120_000);
  let schema: Schema;
  let text: string;
  before(async () => {
    const provider = new ComponentProvider({
      name: manifest.name,
      dirname: DIRECTORY,
      components: getPulumiComponents(components),
    });
    schema = JSON.parse(await provider.getSchema()) as Schema;
    text = `${JSON.stringify(schema, undefined, 2)}\n`;
  });
  const component = (name: string) => {
    const found = schema.resources[`${manifest.name}:index:${name}`];
    assert.ok(found, name);
    return found;
  };

  it("is the one of components/schema.json (UPDATE_GOLDEN=1 writes it)", () => {
    if (process.env["UPDATE_GOLDEN"]) writeFileSync(GOLDEN, text);
    assert.equal(text, readFileSync(GOLDEN, "utf8"));
  });

  it("has every component of the package", () => {
    assert.deepEqual(
      Object.keys(schema.resources)
        .map((token) => token.replace(`${manifest.name}:index:`, ""))
        .sort(),
      ["Autoscaler", "EksCluster", "IngressStack", "JenkinsService", "SockShop", "WorkloadRole"],
    );
  });

  it("requires only what has no safe default", () => {
    const required: Record<string, string[]> = {};
    for (const [token, { requiredInputs }] of Object.entries(schema.resources)) {
      required[token.replace(`${manifest.name}:index:`, "")] = requiredInputs;
    }
    assert.deepEqual(required, {
      EksCluster: ["allowedCidrs"],
      Autoscaler: ["cluster"],
      JenkinsService: ["name"],
      IngressStack: [],
      SockShop: [],
      WorkloadRole: ["cluster", "serviceAccount"],
    });
  });

  it("describes every component, argument, output and value", () => {
    const missing: string[] = [];
    const check = (owner: string, properties: Record<string, Property> = {}) => {
      for (const [name, { description }] of Object.entries(properties)) {
        if (!description) missing.push(`${owner}.${name}`);
      }
    };
    for (const [token, resource] of Object.entries(schema.resources)) {
      if (!resource.description) missing.push(token);
      check(token, resource.inputProperties);
      check(token, resource.properties);
    }
    for (const [token, type] of Object.entries(schema.types)) {
      check(token, type.properties);
      for (const { value, description } of type.enum ?? []) {
        if (!description) missing.push(`${token}.${value}`);
      }
    }
    assert.deepEqual(missing, []);
  });

  it("says each optional argument's default", () => {
    const missing = Object.entries(schema.resources).flatMap(([token, { inputProperties }]) =>
      Object.entries(inputProperties)
        .filter(([, { optional, description = "" }]) => {
          // Without a cluster, a policy or callers there is nothing to assume.
          return (
            optional &&
            !/Default:\s|Leave\s+it\s+out|Required\s|either\s+this\s+or/.test(description)
          );
        })
        .map(([name]) => `${token}.${name}`),
    );
    assert.deepEqual(missing, []);
  });

  it("has each argument in the README, beside those of others", () => {
    const readme = readFileSync(join(DIRECTORY, "README.md"), "utf8");
    for (const [token, { inputProperties }] of Object.entries(schema.resources)) {
      for (const name of Object.keys(inputProperties)) {
        assert.ok(readme.includes(`\`${name}\``), `${token}.${name}`);
      }
    }
  });

  it("takes a whole cluster that is known only later, so that other languages can hand one on", () => {
    for (const name of [
      "Autoscaler",
      "JenkinsService",
      "IngressStack",
      "SockShop",
      "WorkloadRole",
    ]) {
      const { plain, $ref } = component(name).inputProperties["cluster"]!;
      assert.equal(plain, undefined, name);
      assert.equal($ref, component("EksCluster").properties["eks"]!.$ref, name);
    }
  });

  it("has the arguments as plain values that decide which resources there are, and no others", () => {
    const plain = Object.entries(schema.resources).flatMap(([token, { inputProperties }]) =>
      Object.entries(inputProperties)
        .filter(([, property]) => property.plain)
        .map(([name]) => `${token.split(":").at(-1)}.${name}`),
    );
    assert.ok(plain.includes("EksCluster.allowedCidrs"));
    assert.ok(plain.includes("JenkinsService.service"));
    for (const name of ["JenkinsService.nodePort", "WorkloadRole.policy", "Autoscaler.imageTag"]) {
      assert.ok(!plain.includes(name), name);
    }
  });
});
