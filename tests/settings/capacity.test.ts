import assert from "node:assert/strict";
import fc from "fast-check";
import { PRICES } from "../../tools/cloud/prices";
import { allocatable, fittingTypes, shortage } from "../../settings/capacity";
import { INSTANCE_TYPES, chapterDemand, quantities } from "../../components/catalog";

describe("capacity", () => {
  it("asks for 18 pods of the chapter and 3 on each node", () => {
    // SockShop 13, Jenkins, autoscaler, controller, CoreDNS twice; CNI, kube-proxy, identity agent.
    assert.deepEqual(chapterDemand(2), { pods: 24, cpuMilli: 1950, memoryMiB: 3676 });
    assert.deepEqual(chapterDemand(3), { pods: 27, cpuMilli: 2100, memoryMiB: 3676 });
    assert.equal(chapterDemand(0).pods, 18);
  });

  it("takes from a node what EKS reserves, by its processors, memory and pods", () => {
    const of = (name: string) => allocatable(INSTANCE_TYPES[name]!);
    // 2 vCPU: 2000 - 60 - 10. 8192 MiB x 0.94 = 7700; - 255 - 11 x 35 - 100.
    assert.deepEqual(of("t3.large"), { cpuMilli: 1930, memoryMiB: 6960 });
    // 1 vCPU: 1000 - 60. 1024 x 0.94 = 962.56; - 255 - 11 x 4 - 100, rounded down.
    assert.deepEqual(of("t2.micro"), { cpuMilli: 940, memoryMiB: 563 });
    // 8 vCPU: 8000 - 60 - 10 - 5 - 5 - 4 x 2.5.
    assert.deepEqual(of("t3.2xlarge"), { cpuMilli: 7910, memoryMiB: 29808 });
  });

  const cases: [type: string, nodes: number, shortage: string | undefined][] = [
    ["t2.micro", 2, "8 of 24 pods, 1880 of 1950 millicores, 1126 of 3676 MiB of memory"],
    ["t3.small", 2, "22 of 24 pods, 2898 of 3676 MiB of memory"],
    ["t3.small", 3, undefined],
    ["t3.medium", 1, "17 of 21 pods, 3308 of 3676 MiB of memory"],
    ["t3.medium", 2, undefined],
    ["t3.large", 1, undefined],
    ["m5.large", 1, undefined],
  ];
  for (const [type, nodes, lacking] of cases) {
    it(`says of ${nodes} x ${type} ${lacking ? "what they lack" : "that they hold the chapter"}`, () => {
      const expected = lacking && `${nodes} x ${type} hold ${lacking} that the chapter needs`;
      assert.equal(shortage(type, nodes), expected);
    });
  }

  it("says nothing of a type that it does not know", () => {
    assert.equal(shortage("p5.48xlarge", 1), undefined);
  });

  it("offers the types that fit, without those of another architecture", () => {
    const large = ["t3.large", "t3.xlarge", "t3.2xlarge", "t3a.large", "t3a.xlarge"];
    const others = ["m5", "m6i", "m7i"].flatMap((family) => [
      `${family}.large`,
      `${family}.xlarge`,
    ]);
    assert.deepEqual(fittingTypes(1), [...large, ...others]);
    assert.deepEqual(
      new Set(fittingTypes(2)),
      new Set([...large, ...others, "t3.medium", "t3a.medium"]),
    );
    assert.ok(fittingTypes(3).includes("t3.small"));
  });

  it("has room on more nodes wherever it has on fewer", () => {
    const type = fc.constantFrom(...Object.keys(INSTANCE_TYPES));
    fc.assert(
      fc.property(type, fc.integer({ min: 1, max: 99 }), (name, nodes) => {
        if (!shortage(name, nodes)) assert.equal(shortage(name, nodes + 1), undefined);
      }),
    );
  });

  it("knows the price of every type that some number of nodes makes fit", () => {
    const unpriced = fittingTypes(100).filter((name) => PRICES.instances[name] === undefined);
    assert.deepEqual(unpriced, []);
  });

  it("writes requests as Kubernetes does", () => {
    assert.deepEqual(quantities({ cpuMilli: 250, memoryMiB: 1024 }), {
      cpu: "250m",
      memory: "1024Mi",
    });
  });
});
