import assert from "node:assert/strict";
import { diagramOf } from "../../../tools/report/model/diagram";
import { arrows, nodesOf, useDrawnStacks } from "../../support/drawn";

describe("a picture and its recording", () => {
  const drawn = useDrawnStacks();

  it("counts the resources that it stands for, each once, and all resources", () => {
    const counts = ["exercise-cluster", "exercise-nodeport", "dev"].map((stack) => {
      const { drawn: of, total } = drawn(stack).diagram;
      return [of, total, drawn(stack).rehearsal.resources.length];
    });
    assert.deepEqual(counts, [
      [54, 64, 64],
      [4, 8, 8],
      [65, 79, 79],
    ]);
    const own = new Set(drawn("dev").rehearsal.resources.map(({ urn }) => urn));
    const parts = [
      drawn("dev").diagram.groups,
      drawn("dev").diagram.nodes,
      drawn("dev").diagram.edges,
    ].flat();
    const urns = new Set(parts.flatMap((part) => part.urns));
    assert.ok([...urns].every((urn) => own.has(urn)));
    assert.equal(urns.size, 65);
  });

  it("is drawn from the recording: what is not recorded is not there", () => {
    const { rehearsal } = drawn("exercise-nodeport");
    const cluster = drawn("exercise-cluster").rehearsal;
    const without = (type: string) => ({
      ...rehearsal,
      resources: rehearsal.resources.filter((resource) => resource.type !== type),
    });
    const rule = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
    assert.deepEqual(nodesOf(diagramOf(without(rule), cluster), "caller"), []);
    const pod = diagramOf(without("kubernetes:core/v1:Pod"), cluster);
    assert.deepEqual(nodesOf(pod, "pods"), []);
    assert.ok(!arrows(pod, "routes").some((arrow) => arrow.includes("pods:")));
  });

  it("is drawn the same whatever the order in which resources were registered", () => {
    const { rehearsal, diagram: picture } = drawn("dev");
    const reversed = { ...rehearsal, resources: [...rehearsal.resources].reverse() };
    const ids = ({ nodes, groups }: typeof picture) => [...nodes, ...groups].map(({ id }) => id);
    assert.deepEqual(ids(diagramOf(reversed)), ids(picture));
    assert.deepEqual(arrows(diagramOf(reversed)), arrows(picture));
  });
});
