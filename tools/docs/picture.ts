/** npm run docs:picture: takes the README's picture of the report, docs/report.png, with Chromium. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import program = require("../../index");
import { Rehearsals } from "../rehearse/rehearse";
import { writeReport } from "../report";
import { runCommandLine } from "../shared/command-line";
import { UserError } from "../shared/user-error";
import { PROJECT } from "./markdown";

const PICTURE = "docs/report.png";
const CHROMIUM = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

const HELP = `Takes ${PICTURE}: who can do what before and after IRSA, as the report shows it.

  npm run docs:picture          CHROMIUM names the browser (${CHROMIUM})`;

async function main(): Promise<number> {
  if (!existsSync(CHROMIUM)) {
    throw new UserError(`There is no browser at ${CHROMIUM}.`, {
      fix: "bash tests/support/browser.sh",
    });
  }
  const directory = mkdtempSync(join(tmpdir(), "picture-"));
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
  try {
    const all = new Rehearsals(PROJECT, program);
    const stacks = [await all.rehearse("exercise-autoscaler")];
    const path = await writeReport(directory, stacks, all, { directory: PROJECT, program });
    const page = await browser.newPage({ viewport: { width: 1240, height: 900 } });
    await page.goto(pathToFileURL(path).href);
    await page.locator(".permissions .pair").screenshot({ path: join(PROJECT, PICTURE) });
  } finally {
    await browser.close();
    rmSync(directory, { recursive: true });
  }
  console.log(PICTURE);
  return 0;
}

runCommandLine({ name: "docs:picture", help: HELP, options: {}, main });
