import assert from "node:assert/strict";
import fc from "fast-check";
import { SettingsError } from "../../settings/problems";
import { parseSettings } from "../../settings/settings";
import { CREATED, problemOf, settingsOf, SHARED } from "../support/parsing";

const SECTIONS = ["cluster", "sockShop", "autoscaler", "jenkins", "ingress"];
const VALUES = ["name", "owner", "costCenter", "allowedCidrs", "allowWorld"];
const KEYS = [
  "create stack kubeconfig kubernetesVersion zones nodes instanceType minSize desiredSize maxSize",
  "diskSizeGiB amiRelease path context nodePort permissions service controller __proto__ length",
].flatMap((names) => names.split(" "));

const around = { organization: "o", project: "eks-exercises", stack: "s", region: "us-east-1" };

/** Values as a stack file may have them, with names that the settings know at any place. */
const anything = fc.letrec((again) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom("t3.small", "1.36", "NodePort", "alb", "s", "0.0.0.0/0", "~/x", ""),
    fc.string({ unit: "binary" }),
    fc.double(),
    fc.integer({ min: -1, max: 40_000 }),
    fc.boolean(),
    fc.constant(null),
    fc.array(again("value"), { maxLength: 3 }),
    fc.dictionary(fc.oneof(fc.constantFrom(...KEYS), fc.string()), again("value"), { maxKeys: 4 }),
  ),
})).value;

const rawValue = fc.oneof(
  fc.string({ unit: "binary" }),
  anything.map((value) => JSON.stringify(value)),
);
const rawKey = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...SECTIONS, ...VALUES) },
  fc.string(),
  fc.constantFrom("__proto__", "constructor", "valueOf"),
);

/** Parses; fails on whatever is thrown but a SettingsError. @returns the error, if any */
function parse(
  config: Record<string, string>,
  isSecret?: (key: string) => boolean,
): SettingsError | undefined {
  try {
    parseSettings(config, around, isSecret);
    return undefined;
  } catch (error) {
    if (error instanceof SettingsError) return error;
    throw error;
  }
}

const rawConfigs = fc
  .dictionary(rawKey, rawValue, { maxKeys: 6 })
  .map((config) =>
    Object.fromEntries(Object.entries(config).map(([key, raw]) => [`eks-exercises:${key}`, raw])),
  );

describe("settings: whatever is configured", () => {
  it("is settings, or an error that says of each problem where, what is allowed, and the fix", () => {
    fc.assert(
      fc.property(rawConfigs, (config) => {
        for (const { path, allowed, fix } of parse(config)?.problems ?? []) {
          assert.ok(path !== "" || "eks-exercises:" in config);
          assert.ok(allowed.length > 0 && fix.length > 0, path);
          assert.doesNotMatch(allowed, /undefined|\[object/);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("has the same problems in the same order, whatever the order in the file", () => {
    fc.assert(
      fc.property(rawConfigs, (config) => {
        const reversed = Object.fromEntries(Object.entries(config).reverse());
        assert.equal(parse(reversed)?.message, parse(config)?.message);
      }),
    );
  });

  it("is in no error where it is secret", () => {
    const word = fc.string({ unit: fc.constantFrom(..."QXZ"), minLength: 8, maxLength: 12 });
    const leaf = fc.constantFrom(
      "cluster.stack",
      "cluster.create",
      "cluster.create.zones",
      "cluster.create.nodes.instanceType",
      "cluster.kubeconfig.path",
      "cluster.kubeconfig.context",
      "sockShop",
      "jenkins.service",
      "jenkins.zzz",
      "name",
      "owner",
      "allowedCidrs",
      "hush.a.b",
    );
    fc.assert(
      fc.property(word, leaf, (secret, path) => {
        const [key, ...rest] = path.split(".");
        const value = rest.reduceRight<unknown>((inner, name) => ({ [name]: inner }), secret);
        const raw = typeof value === "string" ? value : JSON.stringify(value);
        const config = { "eks-exercises:cluster": '{"create":{}}', [`eks-exercises:${key}`]: raw };
        const error = parse(config, (full) => full === `eks-exercises:${key}`);
        assert.ok(error, "something is wrong with each: the name is not set");
        assert.ok(!error.message.includes(secret), error.message);
      }),
    );
  });
});

describe("settings: what is valid", () => {
  it("passes: every DNS label of at most 56 characters", () => {
    const end = fc.constantFrom(..."abcxyz0189");
    const middle = fc.string({ unit: fc.constantFrom(..."abcxyz0189-"), maxLength: 54 });
    const label = fc.oneof(
      end,
      fc.tuple(end, middle, end).map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(label, (name) => {
        assert.equal(settingsOf({ ...CREATED, name }).name, name);
      }),
    );
  });

  it("passes: every block of public addresses, and its network where it has host bits", () => {
    const octet = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(octet, octet, octet, fc.integer({ min: 8, max: 32 }), (b, c, d, bits) => {
        const mask = (-1 << (32 - bits)) >>> 0;
        const address = ((8 << 24) | (b << 16) | (c << 8) | d) >>> 0;
        const write = (n: number) => [24, 16, 8, 0].map((shift) => (n >>> shift) & 255).join(".");
        const network = `${write((address & mask) >>> 0)}/${bits}`;
        const { allowedCidrs } = settingsOf({ ...CREATED, allowedCidrs: [network] });
        assert.deepEqual(allowedCidrs, [network]);
        const withHost = `${write(address)}/${bits}`;
        if (withHost === network) return;
        const { fix } = problemOf({ ...CREATED, allowedCidrs: [withHost] });
        assert.equal(fix, `pulumi config set --path 'allowedCidrs[0]' ${network} -s test`);
      }),
    );
  });

  it("passes: every node port, and no other number", () => {
    const config = (nodePort: number) => ({
      ...SHARED,
      jenkins: { service: "NodePort", nodePort },
    });
    fc.assert(
      fc.property(fc.integer({ min: 30000, max: 32767 }), (port) => {
        assert.equal(settingsOf(config(port)).jenkins?.nodePort, port);
      }),
    );
    const others = fc.oneof(fc.integer({ max: 29999 }), fc.integer({ min: 32768 }));
    fc.assert(
      fc.property(others, (port) => {
        assert.equal(problemOf(config(port)).value, port);
      }),
    );
  });

  it("passes: every order of node counts that is one", () => {
    const counts = fc.array(fc.integer({ min: 2, max: 100 }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(counts, (found) => {
        const [minSize, desiredSize, maxSize] = [...found].sort((a, b) => a - b);
        const nodes = { minSize, desiredSize, maxSize };
        const { cluster } = settingsOf({ cluster: { create: { nodes } } });
        assert.equal(cluster.kind === "create" && cluster.nodes.maxSize, maxSize);
      }),
    );
  });
});
