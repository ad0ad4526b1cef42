/** Draws the shipped stacks, each rehearsed once, and stacks of a test's own configuration. */
import assert from "node:assert/strict";
import program = require("../../index");
import { Rehearsals, type Rehearsal } from "../../tools/rehearse/rehearse";
import { stackNames } from "../../tools/shared/stack-files";
import { draw } from "../../tools/report";
import type { Diagram, DiagramEdge, DiagramNode } from "../../tools/report/model/diagram";
import type { DrawnStack } from "../../tools/report/page/stack";
import { DIRECTORY } from "./shipped";

/** The shipped project. */
export const PROJECT = { directory: DIRECTORY, program };

let shipped: Promise<Map<string, DrawnStack>> | undefined;

/** All shipped stacks, drawn, before the tests of a file. */
export function useDrawnStacks(): (stack: string) => DrawnStack {
  let drawn: Map<string, DrawnStack> | undefined;
  before(async function () {
    this.timeout(120_000);
    shipped ??= drawAll();
    drawn = await shipped;
  });
  return (stack) => {
    const found = drawn?.get(stack);
    assert.ok(found, `the stack ${stack} is drawn`);
    return found;
  };
}

async function drawAll(): Promise<Map<string, DrawnStack>> {
  const all = new Rehearsals(DIRECTORY, program);
  const drawn = new Map<string, DrawnStack>();
  for (const stack of stackNames(DIRECTORY)) {
    drawn.set(stack, await draw(await all.rehearse(stack), all));
  }
  return drawn;
}

/** Draws a shipped stack with other sections in its file; undefined removes a section. */
export async function drawnWith(
  stack: string,
  sections: Readonly<Record<string, unknown>>,
): Promise<DrawnStack> {
  const all = new Rehearsals(DIRECTORY, program, (name, file) => {
    if (name !== stack) return file;
    const config: Record<string, string> = { ...file.config };
    for (const [section, value] of Object.entries(sections)) {
      const key = `eks-exercises:${section}`;
      if (value === undefined) delete config[key];
      else config[key] = typeof value === "string" ? value : JSON.stringify(value);
    }
    return { ...file, config };
  });
  const rehearsal: Rehearsal = await all.rehearse(stack);
  assert.deepEqual(rehearsal.errors, []);
  return draw(rehearsal, all);
}

/** The arrows of a picture as `from -> to`, in their order. */
export function arrows(diagram: Diagram, ...kinds: DiagramEdge["kind"][]): string[] {
  return diagram.edges
    .filter(({ kind }) => kinds.length === 0 || kinds.includes(kind))
    .map(({ from, to }) => `${from} -> ${to}`);
}

/** The nodes of a kind. */
export function nodesOf(diagram: Diagram, kind: DiagramNode["kind"]): DiagramNode[] {
  return diagram.nodes.filter((node) => node.kind === kind);
}

/** The boxes around a part, from the inside. */
export function boxesAround(diagram: Diagram, id: string): string[] {
  const part = [...diagram.nodes, ...diagram.groups].find((other) => other.id === id);
  assert.ok(part, `${id} is drawn`);
  return part.group === undefined ? [] : [part.group, ...boxesAround(diagram, part.group)];
}
