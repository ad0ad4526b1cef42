/** Types every command of the docs that the sandbox can run, on the real engine, page by page. */
import {
  allPages,
  commandBlocks,
  givenStack,
  isOfGuide,
  markdownFiles,
  type Page,
} from "../../../tools/docs/markdown";
import { Reader, typeAll } from "../../tools/docs/support/reader";
import { describeEngine } from "./sandbox";

describeEngine("the guide: commands on the real engine", function () {
  this.timeout(900_000);
  let pages: Page[] = [];
  const cluster = new Reader();
  const readers: Reader[] = [cluster];
  after(() => readers.forEach((reader) => reader.remove()));

  function newReader(page: Page): Reader {
    const made = new Reader();
    readers.push(made);
    if (givenStack(page)) made.startFrom(cluster);
    return made;
  }

  before(async () => {
    pages = await allPages();
    const up = { page: "", line: 0, needs: [], fails: false, notRun: false };
    await typeAll(cluster, [{ ...up, script: "npm run sandbox -- up -s exercise-cluster" }]);
  });

  for (const path of markdownFiles().filter(isOfGuide)) {
    it(`${path}: all, in their order`, async () => {
      const page = pages.find((each) => each.path === path)!;
      await typeAll(
        newReader(page),
        commandBlocks(page).filter(({ notRun }) => !notRun),
      );
    });
  }
});
