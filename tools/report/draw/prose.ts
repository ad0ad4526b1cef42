/** A picture in words: for those who do not see it, and for search. */
import type { Diagram, DiagramEdge, DiagramNode } from "../model/diagram";
import { count } from "../model/scene";
import { EDGE_KINDS, NODE_KINDS } from "./kinds";

/** A way in: who comes from outside, where to, and what lets them in. */
export interface Entrance {
  readonly caller: DiagramNode;
  readonly target: DiagramNode;
  /** The security group that is passed on the way. */
  readonly through?: DiagramNode;
}

/** All ways in from outside, through security groups to what is behind them. */
export function entrancesOf({ nodes, edges }: Diagram): Entrance[] {
  const node = (id: string) => nodes.find((other) => other.id === id);
  const inward = edges.filter(({ kind }) => kind === "reaches");
  return inward.flatMap(({ from, to }): Entrance[] => {
    const [caller, target] = [node(from), node(to)];
    if (caller?.kind !== "caller" || !target) return [];
    if (target.kind !== "securityGroup") return [{ caller, target }];
    return inward
      .filter((next) => next.from === to)
      .flatMap((next) => node(next.to) ?? [])
      .map((behind) => ({ caller, target: behind, through: target }));
  });
}

/** Who reaches what from outside, in a sentence for each caller. */
export function accessOf(diagram: Diagram): string {
  const entrances = entrancesOf(diagram);
  if (entrances.length === 0) return "Nothing here can be reached from outside the cluster.";
  const callers = [...new Set(entrances.map(({ caller }) => caller))];
  return callers
    .map((caller) => {
      const ways = entrances
        .filter((entrance) => entrance.caller === caller)
        .map(({ target, through }) => {
          const name = target.kind === "controlPlane" ? "the API server" : target.label;
          return through ? `${name} through ${through.label}` : name;
        });
      return `${caller.label} reaches ${ways.join(", ")}.`;
    })
    .join(" ");
}

/** A picture in short. */
export function summaryOf(diagram: Diagram): string {
  const { nodes, edges, groups } = diagram;
  const boxes = `${groups.length} box${groups.length === 1 ? "" : "es"}`;
  const access = groups.some(({ kind }) => kind === "iam") ? "" : ` ${accessOf(diagram)}`;
  return `${count(nodes.length, "part")} in ${boxes}, ${count(edges.length, "arrow")}.${access}`;
}

/** What a kind is called within a sentence: `caller`, but `Helm release` and `IAM role`. */
function kindText({ kind }: DiagramNode): string {
  const { caption } = NODE_KINDS[kind];
  const isCommon = /^[A-Z][a-z]+( [a-z ]+)?$/.test(caption) && !caption.startsWith("Helm");
  return isCommon ? caption.charAt(0).toLowerCase() + caption.slice(1) : caption;
}

/** A node in words: its name, its kind, what is said of it. */
export function nodeText(node: DiagramNode, { clusterStack }: Diagram): string {
  const by = clusterStack === undefined ? "there already" : `there already, by ${clusterStack}`;
  const facts = [kindText(node), ...node.details, ...(node.isForeign ? [by] : [])];
  return `${node.label}: ${facts.join("; ")}`;
}

/** An arrow in words. */
export function edgeText({ from, to, kind, label }: DiagramEdge, { nodes }: Diagram): string {
  const ends = [from, to].map((id) => nodes.find((node) => node.id === id));
  const [source, target] = ends.map((node) => (node ? `${node.label} (${kindText(node)})` : ""));
  const isGate = ends[0]?.kind === "securityGroup";
  const { verb, gateVerb } = EDGE_KINDS[kind];
  return `${source} ${isGate ? (gateVerb ?? verb) : verb} ${target}${label === "" ? "" : `: ${label}`}`;
}

/** What a picture shows, as its title. */
export function titleOf({ stack, groups }: Diagram): string {
  return groups.some(({ kind }) => kind === "iam")
    ? `Who takes which role in ${stack}`
    : `What ${stack} makes, and who may reach it`;
}
