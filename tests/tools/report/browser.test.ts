/** The report in a real browser. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { AxeResults } from "axe-core";
import type { Browser, Page } from "playwright-core";
import { stackNames } from "../../../tools/shared/stack-files";
import { viewsOf } from "../../../tools/report/model/diagram";
import { EXECUTABLE, launch, open, type Opened } from "../../support/browser";
import { rehearse } from "../../support/cli";
import { useDrawnStacks } from "../../support/drawn";
import {
  crossings,
  faintTexts,
  misplacedTexts,
  overlaps,
  scrollingPictures,
  smallestText,
  tooWide,
} from "../../support/in-page";
import { DIRECTORY } from "../../support/shipped";

const WIDTHS = [375, 768, 1024, 1440];
const SCHEMES = ["light", "dark"] as const;
const AXE = readFileSync(createRequire(__filename).resolve("axe-core/axe.min.js"), "utf8");

describe("the report in a browser", function () {
  this.timeout(180_000);
  const drawn = useDrawnStacks();
  const directory = mkdtempSync(join(tmpdir(), "eks-exercises-browser-"));
  const url = pathToFileURL(join(directory, "index.html")).href;
  let browser: Browser;

  before(async function () {
    if (EXECUTABLE === undefined) this.skip();
    const { code, stderr } = await rehearse(["--report", directory]);
    assert.equal(code, 0, stderr);
    browser = await launch();
  });
  after(async () => {
    await (browser as Browser | undefined)?.close();
    rmSync(directory, { recursive: true, force: true });
  });

  /** Opens the page in a context of its own, and closes it afterwards. */
  async function withPage<T>(
    options: Parameters<typeof open>[2],
    work: (page: Page, opened: Opened) => Promise<T>,
  ): Promise<T> {
    const opened = await open(browser, url, options);
    try {
      return await work(opened.page, opened);
    } finally {
      await opened.page.context().close();
    }
  }
  const openAll = (page: Page) =>
    page.evaluate(() => document.querySelectorAll("details").forEach((part) => (part.open = true)));

  it("requests nothing, and logs no error", async () => {
    await withPage({}, async (page, { requests, complaints }) => {
      await openAll(page);
      await page.waitForTimeout(200);
      assert.deepEqual(requests, []);
      assert.deepEqual(complaints, []);
      assert.match(
        await page.locator("header").innerText(),
        /This is a rehearsal\..*Nothing was created/s,
      );
    });
  });

  it("has every stack in the chapter's order, with its pictures and all their parts", async () => {
    await withPage({ viewport: { width: 1440, height: 900 } }, async (page) => {
      const headings = page.locator("section.stack > h2");
      const ids = await headings.evaluateAll((all) => all.map(({ id }) => id));
      assert.deepEqual(ids, stackNames(DIRECTORY));
      for (const stack of ids) {
        const views = viewsOf(drawn(stack).diagram);
        assert.ok(views.length > 0);
        for (const { view, diagram } of views) {
          const picture = page.locator(`#${stack}-${view} svg`);
          assert.equal(await picture.count(), 1, `${stack}, ${view}`);
          assert.ok(await picture.isVisible(), `${stack}, ${view}`);
          const count = (selector: string) => picture.locator(selector).count();
          assert.equal(await count("g.node"), diagram.nodes.length);
          assert.equal(await count("g.edge"), diagram.edges.length);
          assert.equal(await count("g.group"), diagram.groups.length);
        }
        const { resources, outputs } = drawn(stack).rehearsal;
        const section = page.locator(`section.stack[aria-labelledby="${stack}"]`);
        assert.equal(await section.locator(".tree li").count(), resources.length);
        assert.equal(await section.locator(".outputs dt").count(), Object.keys(outputs).length);
      }
    });
  });

  it("shows who can do what before and after IRSA", async () => {
    await withPage({}, async (page) => {
      const section = page.locator(".permissions");
      assert.equal(await section.locator("svg.diagram").count(), 2);
      assert.equal(
        await section.locator("#irsa-before .node", { hasText: "Any other pod" }).count(),
        1,
      );
      assert.equal(
        await section.locator("#irsa-after .node", { hasText: "Any other pod" }).count(),
        0,
      );
      const row = section.locator("tr", { hasText: "a pod with the node's credentials" }).first();
      assert.deepEqual(await row.locator("td").allInnerTexts(), [
        "terminate a node",
        "may",
        "may not",
      ]);
    });
  });

  for (const colorScheme of SCHEMES) {
    it(`passes axe-core, in ${colorScheme}`, async () => {
      await withPage({ colorScheme }, async (page) => {
        await openAll(page);
        await page.evaluate(AXE);
        const { violations, passes } = await page.evaluate<AxeResults>("axe.run()");
        assert.ok(passes.length > 20, `${passes.length} rules passed`);
        const told = violations.map(({ id, nodes }) => `${id}: ${nodes.map((n) => n.html).join()}`);
        assert.deepEqual(told, []);
      });
    });

    it(`has readable contrast in its pictures, in ${colorScheme}`, async () => {
      await withPage({ colorScheme }, async (page) => {
        assert.deepEqual(await page.evaluate(faintTexts), []);
        const paper = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
        assert.equal(paper, colorScheme === "light" ? "rgb(255, 255, 255)" : "rgb(17, 22, 29)");
      });
    });
  }

  for (const width of WIDTHS) {
    it(`can be read at ${width} pixels: nothing is cut or crossed, and nothing scrolls sideways`, async () => {
      await withPage({ viewport: { width, height: 900 } }, async (page) => {
        await openAll(page);
        assert.deepEqual(await page.evaluate(tooWide), []);
        const scrolls = await page.evaluate(() => document.documentElement.scrollWidth);
        assert.equal(scrolls, width);
        assert.ok((await page.evaluate(smallestText)) >= 12);
        assert.deepEqual(await page.evaluate(misplacedTexts), []);
        assert.deepEqual(await page.evaluate(overlaps), []);
        assert.deepEqual(await page.evaluate(scrollingPictures), []);
        assert.deepEqual(await page.evaluate(crossings), []);
      });
    });
  }

  it("shows every picture at 1440 pixels, and all of its parts as cards where it does not fit", async () => {
    await withPage({ viewport: { width: 1440, height: 900 } }, async (page) => {
      for (const drawing of await page.locator(".drawing").all()) {
        assert.ok(await drawing.isVisible());
      }
      await page.setViewportSize({ width: 375, height: 800 });
      assert.equal(await page.locator("#dev-reach .drawing").isVisible(), false);
      const { diagram } = viewsOf(drawn("dev").diagram)[0]!;
      const cards = page.locator("#dev-reach .card");
      assert.equal(await cards.count(), diagram.nodes.length + diagram.groups.length);
      for (const card of await cards.all()) assert.ok(await card.isVisible());
      const arrows = page.locator("#dev-reach .card .arrow");
      assert.equal(await arrows.count(), diagram.edges.length);
    });
  });

  it("adds up what the exercises cost, without dev", async () => {
    await withPage({}, async (page) => {
      const exercises = stackNames(DIRECTORY).filter((stack) => stack !== "dev");
      const perHour = exercises.reduce((sum, s) => sum + drawn(s).rehearsal.cost.perHour, 0);
      assert.equal(
        await page.locator(".total").innerText(),
        `6 exercises up at once cost ${perHour.toFixed(2)} USD an hour, ` +
          `${(perHour * 24).toFixed(2)} a day, ${Math.round(perHour * 730)} a month.`,
      );
    });
  });

  it("is used by keyboard: past the contents, and into the words of a picture", async () => {
    await withPage({ viewport: { width: 1440, height: 800 } }, async (page) => {
      const focused = () =>
        page.evaluate(
          () => `${document.activeElement?.tagName} ${document.activeElement?.className}`,
        );
      await page.keyboard.press("Tab");
      assert.equal(await focused(), "A skip");
      assert.ok(await page.locator(".skip").isVisible());
      await page.keyboard.press("Enter");
      assert.equal(await page.evaluate(() => document.activeElement?.id), "content");
      const isInPicture = () =>
        page.evaluate(() => document.activeElement?.closest(".picture") !== null);
      for (let i = 0; i < 40 && !(await isInPicture()); i++) await page.keyboard.press("Tab");
      const words = page.locator("#exercise-cluster-reach details");
      assert.equal(await words.getAttribute("open"), null);
      await page.keyboard.press("Enter");
      assert.equal(await words.getAttribute("open"), "");
      assert.ok(await words.locator("li").first().isVisible());
    });
  });

  it("prints all of it: everything open, no picture cut, nothing to skip", async () => {
    await withPage(
      { viewport: { width: 760, height: 1000 }, colorScheme: "dark" },
      async (page) => {
        await page.emulateMedia({ media: "print" });
        const state = await page.evaluate(() => ({
          ink: getComputedStyle(document.querySelector(".picture text.name")!).fill,
          drawings: [...document.querySelectorAll(".drawing")].filter((part) =>
            part.checkVisibility(),
          ).length,
          skip: getComputedStyle(document.querySelector(".skip")!).display,
          hidden: [...document.querySelectorAll("details > :not(summary)")].filter(
            (part) =>
              !part.checkVisibility({ contentVisibilityAuto: true }) ||
              part.getBoundingClientRect().height === 0,
          ).length,
          parts: document.querySelectorAll("details > :not(summary)").length,
          cut: [...document.querySelectorAll(".picture svg")].filter(
            (svg) => svg.getBoundingClientRect().right > document.documentElement.clientWidth,
          ).length,
        }));
        assert.equal(state.ink, "rgb(24, 32, 42)");
        assert.equal(state.drawings, await page.locator(".drawing").count());
        assert.equal(state.skip, "none");
        assert.ok(state.parts > 20);
        assert.equal(state.hidden, 0);
        assert.equal(state.cut, 0);
        assert.ok((await page.pdf({ format: "A4" })).length > 100_000);
      },
    );
  });
});
