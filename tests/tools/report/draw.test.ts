import assert from "node:assert/strict";
import { layOut } from "../../../tools/report/draw/layout";
import { sizeOf } from "../../../tools/report/draw/lines";
import { widthOf, wrap } from "../../../tools/report/draw/measure";
import { accessOf, arrowText, summaryOf } from "../../../tools/report/draw/words";
import { svgFile } from "../../../tools/report/files";
import { viewsOf, type Diagram } from "../../../tools/report/model/diagram";
import { useDrawnStacks } from "../../support/drawn";

const HOSTILE = `<script>alert("1")</script>&"'];--`;

/** Two nodes and an arrow, whose texts try to break out of whatever they are written into. */
const hostile: Diagram = {
  stack: HOSTILE,
  groups: [{ id: "g", kind: "namespace", label: HOSTILE, details: [], isForeign: false, urns: [] }],
  nodes: ["a", "b"].map((id) => ({
    id,
    kind: "pods" as const,
    label: HOSTILE,
    details: [HOSTILE],
    group: "g",
    isForeign: false,
    urns: [],
  })),
  edges: [{ from: "a", to: "b", kind: "routes", label: HOSTILE, isForeign: false, urns: [] }],
  drawn: 0,
  total: 0,
};

describe("a picture as SVG and in words", () => {
  const drawn = useDrawnStacks();

  it("escapes hostile texts in SVG", async () => {
    const svg = svgFile(await layOut(hostile), "x");
    assert.doesNotMatch(svg, /<script/);
    assert.equal(svg.match(/&lt;script>alert\(&quot;1&quot;\)&lt;\/script>&amp;/g)?.length, 7);
  });

  it("has each node, box and arrow of a view, with a title and a description", async () => {
    for (const { diagram } of viewsOf(drawn("dev").diagram)) {
      const svg = svgFile(await layOut(diagram), "dev");
      const count = (pattern: RegExp) => svg.match(pattern)?.length ?? 0;
      assert.equal(count(/<g class="node /g), diagram.nodes.length);
      assert.equal(count(/<g class="group /g), diagram.groups.length);
      assert.equal(count(/<g class="edge /g), diagram.edges.length);
      assert.match(svg, /role="img" aria-labelledby="dev-title dev-summary"/);
      assert.match(svg, /<title id="dev-title">[^<]+<\/title><desc id="dev-summary">[^<]+<\/desc>/);
    }
  });

  it("is the same on every run", async () => {
    const { diagram } = drawn("dev");
    const twice = await Promise.all([layOut(diagram), layOut(diagram)]);
    const [first, second] = twice.map((layout) => svgFile(layout, "dev"));
    assert.equal(first, second);
  });

  it("shows every arrow and every node of a stack in some view", () => {
    for (const stack of ["exercise-cluster", "exercise-autoscaler", "exercise-ingress", "dev"]) {
      const { diagram } = drawn(stack);
      const views = viewsOf(diagram).map((view) => view.diagram);
      const shown = views.flatMap(({ edges }) => edges);
      for (const edge of diagram.edges) assert.equal(shown.filter((e) => e === edge).length, 1);
      const urns = new Set(views.flatMap(({ nodes }) => nodes.flatMap((node) => node.urns)));
      for (const node of diagram.nodes) for (const urn of node.urns) assert.ok(urns.has(urn), urn);
    }
  });

  it("says who reaches what", () => {
    assert.equal(
      accessOf(drawn("dev").diagram),
      "Your address reaches the API server, Network Load Balancer, " +
        "NODE:30001 through cluster-nodes-firewall, NODE:32000 through cluster-nodes-firewall.",
    );
    assert.match(
      summaryOf(drawn("exercise-clusterip").diagram),
      /^4 parts in 4 boxes, 3 arrows\. No port is open to anyone outside the cluster\. kubectl port-forward is the way in\.$/,
    );
    const { diagram } = drawn("exercise-nodeport");
    assert.deepEqual(
      diagram.edges.map((edge) => `${edge.from} ${arrowText(edge, diagram)}`),
      [
        "caller:203.0.113.7/32 reaches cluster-nodes-firewall (Security group): TCP 32000",
        "node-port:32000 routes to jenkins (Service): port 8080",
        "security-group:cluster-nodes-firewall admits it to NODE:32000 (Node port)",
        "service:student-bc-svc/jenkins routes to jenkins (Pod): port 8080",
      ],
    );
  });
});

describe("the measure of text", () => {
  it("follows the published widths of Helvetica, with room to spare", () => {
    const exact = ((722 + 556 + 556 + 500) * 14) / 1000;
    const width = widthOf("Node".replace("N", "R").replace("e", "c"), 14);
    assert.ok(width > exact && width < exact * 1.12, `${width} for ${exact}`);
    assert.ok(widthOf("node", 14, true) > widthOf("node", 14));
    assert.equal(widthOf("世", 10), widthOf("@", 10));
  });

  it("breaks lines at spaces only, and loses nothing", () => {
    const text = "ClusterIP, with 12 Deployments behind";
    assert.deepEqual(wrap(text, 20), ["ClusterIP, with 12", "Deployments behind"]);
    assert.deepEqual(wrap("one two three four five", 8), ["one two", "three", "four", "five"]);
    assert.deepEqual(wrap("AVeryLongNameWithoutASpace", 5), ["AVeryLongNameWithoutASpace"]);
    assert.deepEqual(wrap("", 5), []);
    assert.deepEqual(sizeOf([]), { width: 0, height: 0 });
  });
});
