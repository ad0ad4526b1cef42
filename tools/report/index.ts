/** Writes the rehearsal's report: DIR/index.html. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sync as writeFileAtomically } from "write-file-atomic";
import { Rehearsals, type Rehearsal } from "../rehearse/rehearse";
import { projectName } from "../shared/stack-files";
import { UserError } from "../shared/user-error";
import { layOut } from "./draw/layout";
import { diagramOf, viewsOf, type Diagram, type View } from "./model/diagram";
import type { DrawnComparison } from "./page/permissions";
import type { Picture } from "./page/pictures";
import { GENERATOR, pageOf } from "./page/page";
import type { DrawnStack } from "./page/stack";
import { compare, type Rehearsed } from "./permissions/compare";

const PAGE = "index.html";

/** A project whose stacks can be rehearsed. */
export interface Project {
  readonly directory: string;
  readonly program: () => unknown;
}

/**
 * Makes sure that a report can be written to a directory, and creates the directory if needed.
 * @returns the path of the page
 * @throws UserError if it cannot be written, or if another page is there
 */
export function prepare(directory: string): string {
  const path = join(directory, PAGE);
  const probe = join(directory, `.${PAGE}.part`);
  try {
    mkdirSync(directory, { recursive: true });
    writeFileSync(probe, "");
    rmSync(probe);
  } catch (error) {
    throw new UserError(
      `--report ${directory}: the report cannot be written there (${(error as Error).message})`,
      { fix: "name a directory that you may write to, such as report-out", cause: error },
    );
  }
  if (existsSync(path) && !readFileSync(path, "utf8").includes(`content="${GENERATOR}"`)) {
    throw new UserError(
      `--report ${directory}: ${path} exists and is not a rehearsal report; it was not changed`,
      { fix: "name another directory, or remove the file" },
    );
  }
  return path;
}

/**
 * Writes the report of rehearsed stacks.
 * @returns the path of the page
 */
export async function writeReport(
  directory: string,
  stacks: readonly Rehearsal[],
  all: Rehearsals,
  project: Project,
): Promise<string> {
  const path = prepare(directory);
  const drawn: DrawnStack[] = [];
  for (const rehearsal of stacks) drawn.push(await draw(rehearsal, all));
  const comparison = await compareFor(stacks, project);
  const page = pageOf({ stacks: drawn, ...(comparison && { comparison }) });
  // A reader sees the old page or the new one, never a part.
  writeFileAtomically(path, page);
  return path;
}

/** Draws a stack, with the cluster that it uses. */
export async function draw(rehearsal: Rehearsal, all: Rehearsals): Promise<DrawnStack> {
  const diagram = diagramOf(rehearsal, (await withCluster(rehearsal, all)).cluster);
  const pictures = viewsOf(diagram).map(({ view, diagram: part }) => picture(view, part));
  return { rehearsal, diagram, pictures: await Promise.all(pictures) };
}

async function picture(view: View, diagram: Diagram): Promise<Picture> {
  return { view, layout: await layOut(diagram) };
}

async function withCluster(rehearsal: Rehearsal, all: Rehearsals): Promise<Rehearsed> {
  const { clusterStack } = rehearsal;
  if (clusterStack === undefined) return { recording: rehearsal };
  return { recording: rehearsal, cluster: await all.rehearse(clusterStack) };
}

/** The comparison for the first stack with an autoscaler; undefined without one. */
async function compareFor(
  stacks: readonly Rehearsal[],
  project: Project,
): Promise<DrawnComparison | undefined> {
  const found = stacks.find(
    ({ resources, errors }) =>
      errors.length === 0 &&
      resources.some(({ type }) => type === "eks-exercises-components:index:Autoscaler"),
  );
  if (!found) return undefined;
  const before = await withPermissions(found.stack, "nodeRole", project);
  const after = await withPermissions(found.stack, "irsa", project);
  const comparison = compare(before, after);
  return {
    comparison,
    before: await picture("rights", comparison.pictures.before),
    after: await picture("rights", comparison.pictures.after),
  };
}

/** Rehearses a stack with another value for a section of its file. */
export async function rehearseWith(
  stack: string,
  section: string,
  value: unknown,
  { directory, program }: Project,
): Promise<{ rehearsal: Rehearsal; all: Rehearsals }> {
  const key = `${projectName(directory)}:${section}`;
  const all = new Rehearsals(directory, program, (name, file) =>
    name === stack ? { ...file, config: { ...file.config, [key]: JSON.stringify(value) } } : file,
  );
  return { rehearsal: await all.rehearse(stack), all };
}

/** Rehearses a stack with other permissions for its autoscaler. */
export async function withPermissions(
  stack: string,
  permissions: "nodeRole" | "irsa",
  project: Project,
): Promise<Rehearsed> {
  const { rehearsal, all } = await rehearseWith(stack, "autoscaler", { permissions }, project);
  return withCluster(rehearsal, all);
}
