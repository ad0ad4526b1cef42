import assert from "node:assert/strict";
import { answers, refuses, useChapter } from "../../support/node/chapter";
import { configured } from "../engine/sandbox";

describe("dev, all of the chapter in one stack, on a real node", function () {
  this.timeout(600_000);
  const chapter = useChapter();
  let before_: string[];
  let entrance: string;

  const entranceUrl = async (): Promise<string> => {
    const [balancer] = await chapter().cloud.balancers();
    return chapter().node.url(balancer!.ports[0]!.nodePort);
  };

  it("up; preview and refresh find nothing to change; every page answers", async () => {
    before_ = await chapter().inventory();
    await chapter().bringUp("dev");
    assert.equal((await answers(chapter().node.url(30001))).title, "WeaveSocks");
    assert.equal((await answers(chapter().node.url(32000, "/login"))).title, "Sign in [Jenkins]");
    entrance = await entranceUrl();
    assert.equal((await answers(entrance)).title, "WeaveSocks");
  });

  it("takes another ingress controller, which owns the same class, and has it back", async () => {
    const config = configured(chapter().sandbox, "dev", {
      ingress: { controller: "ingress-nginx" },
    });
    await chapter().run(`up -s dev --skip-preview ${config}`);
    entrance = await entranceUrl();
    assert.equal((await answers(entrance)).title, "WeaveSocks");
    await chapter().run("up -s dev --skip-preview");
    entrance = await entranceUrl();
    assert.equal((await answers(entrance)).title, "WeaveSocks");
  });

  it("destroy: every page is refused, and nothing is left", async () => {
    await chapter().destroy("dev");
    for (const url of [chapter().node.url(30001), chapter().node.url(32000), entrance]) {
      await refuses(url);
    }
    await chapter().hasOnly(before_);
    assert.deepEqual(await chapter().cloud.balancers(), []);
    assert.deepEqual(chapter().sandbox.lasting(), []);
  });
});
