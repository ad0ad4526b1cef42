/** A picture in words: for readers who do not see it, and for narrow screens. */
import type { Diagram, DiagramEdge, DiagramNode } from "../model/diagram";
import { count } from "../model/recordings";
import { EDGE_KINDS, NODE_KINDS } from "./kinds";

/** A way in: who comes from outside, what they reach, and the security group on the way. */
interface Entrance {
  readonly caller: DiagramNode;
  readonly target: DiagramNode;
  readonly through?: DiagramNode;
}

function entrancesOf({ nodes, edges }: Diagram): Entrance[] {
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

/** Who reaches what from outside: a sentence for each caller. */
export function accessOf(diagram: Diagram): string {
  const entrances = entrancesOf(diagram);
  const callers = [...new Set(entrances.map(({ caller }) => caller))];
  const sentences = callers.map((caller) => {
    const targets = entrances
      .filter((entrance) => entrance.caller === caller)
      .map(({ target, through }) => {
        const name = target.kind === "controlPlane" ? "the API server" : target.label;
        return through ? `${name} through ${through.label}` : name;
      });
    return `${caller.label} reaches ${targets.join(", ")}.`;
  });
  const isForwarded = diagram.edges.some(({ kind }) => kind === "forwards");
  return [
    ...(entrances.length > 0 ? sentences : ["No port is open to anyone outside the cluster."]),
    ...(isForwarded ? ["kubectl port-forward is the way in."] : []),
  ].join(" ");
}

/** Counts and access in short. */
export function summaryOf(diagram: Diagram): string {
  const { nodes, edges, groups } = diagram;
  const boxes = `${groups.length} box${groups.length === 1 ? "" : "es"}`;
  const access = isOfRights(diagram) ? "" : ` ${accessOf(diagram)}`;
  return `${count(nodes.length, "part")} in ${boxes}, ${count(edges.length, "arrow")}.${access}`;
}

/** What a picture shows, as its title. */
export function titleOf(diagram: Diagram): string {
  return isOfRights(diagram)
    ? `Who assumes which role in ${diagram.stack}`
    : `What ${diagram.stack} creates, and who can reach it`;
}

const isOfRights = ({ groups }: Diagram): boolean => groups.some(({ kind }) => kind === "iam");

/** What another stack made, in words. */
export function origin({ isForeign }: DiagramNode, { clusterStack }: Diagram): string[] {
  if (!isForeign) return [];
  return [clusterStack === undefined ? "existed before" : `created by ${clusterStack}`];
}

/** An arrow in words, after the name of the part where it starts. */
export function arrowText({ from, to, kind, label }: DiagramEdge, { nodes }: Diagram): string {
  const [source, target] = [from, to].map((id) => nodes.find((node) => node.id === id));
  const { verb, gateVerb = verb } = EDGE_KINDS[kind];
  const caption = target ? NODE_KINDS[target.kind].caption : "";
  const end = `${target?.label ?? ""} (${caption})${label === "" ? "" : `: ${label}`}`;
  return `${source?.kind === "securityGroup" ? gateVerb : verb} ${end}`;
}
