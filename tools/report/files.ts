/** The pictures as files for the docs: SVG, and an index page. */
import { h } from "preact";
import { renderToStaticMarkup } from "preact-render-to-string";
import { Rehearsals } from "../rehearse/rehearse";
import { stackNames } from "../shared/stack-files";
import { layOut, type Layout } from "./draw/layout";
import { DIAGRAM_STYLE, palette } from "./draw/style";
import { Svg } from "./draw/svg";
import { summaryOf } from "./draw/words";
import { draw, withPermissions, type Project } from "./index";
import { diagramOf, viewsOf } from "./model/diagram";

/** Where the files are, from the project's directory. */
export const FOLDER = "docs/diagrams";

const AUTOSCALER = "exercise-autoscaler";

/** A picture as a file of its own. */
export function svgFile(layout: Layout, id: string): string {
  const style = h("style", null, palette(".diagram") + DIAGRAM_STYLE);
  return `${renderToStaticMarkup(h(Svg, { layout, id, margin: 16 }, style))}\n`;
}

/**
 * All files by name. A stack's first picture has the stack's name, and its rights the suffix
 * `-rights`. The chapter's shortcut in exercise 2 has the suffix `-node-role`.
 */
export async function diagramFiles(project: Project): Promise<Map<string, string>> {
  const layouts = await allLayouts(project);
  const sections = [...layouts].map(
    ([name, { diagram }]) => `## ${name}\n\n![${summaryOf(diagram)}](${name}.svg)\n`,
  );
  const intro =
    "# Pictures of the stacks\n\n`npm run diagrams` draws these pictures from what a rehearsal " +
    "recorded, and a test compares them. A dashed outline existed before the stack.\n";
  return new Map([
    ...[...layouts].map(([name, layout]): [string, string] => [
      `${name}.svg`,
      svgFile(layout, name),
    ]),
    ["README.md", [intro, ...sections].join("\n")],
  ]);
}

async function allLayouts(project: Project): Promise<Map<string, Layout>> {
  const all = new Rehearsals(project.directory, project.program);
  const layouts = new Map<string, Layout>();
  for (const stack of stackNames(project.directory)) {
    const { pictures } = await draw(await all.rehearse(stack), all);
    pictures.forEach(({ layout }, i) => layouts.set(i === 0 ? stack : `${stack}-rights`, layout));
    if (stack !== AUTOSCALER) continue;
    const { recording, cluster } = await withPermissions(stack, "nodeRole", project);
    for (const { diagram } of viewsOf(diagramOf(recording, cluster))) {
      layouts.set(`${stack}-node-role`, await layOut(diagram));
    }
  }
  return layouts;
}
