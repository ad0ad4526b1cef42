import assert from "node:assert/strict";
import {
  CHARTS,
  DEFAULT_KUBERNETES,
  JENKINS_IMAGE,
  KUBERNETES,
  SOCK_SHOP,
  SOCK_SHOP_IMAGES,
  type ChartPin,
} from "../../components/catalog";

describe("versions", () => {
  for (const [minor, release] of Object.entries(KUBERNETES)) {
    it(`has an autoscaler of the same minor for Kubernetes ${minor}`, () => {
      assert.match(release.clusterAutoscaler, new RegExp(`^v${minor.replace(".", "\\.")}\\.\\d+$`));
    });

    it(`says until when Kubernetes ${minor} has standard support, as a date`, () => {
      const date = new Date(`${release.standardSupportUntil}T00:00:00Z`);
      assert.equal(date.toISOString().slice(0, 10), release.standardSupportUntil);
    });
  }

  it("are oldest first, each supported longer than the one before", () => {
    const minors = Object.keys(KUBERNETES).map((minor) => Number(minor.split(".")[1]));
    assert.deepEqual(
      minors,
      [...minors].sort((a, b) => a - b),
    );
    const dates = Object.values(KUBERNETES).map((release) => release.standardSupportUntil);
    assert.deepEqual(dates, [...dates].sort());
  });

  it("are known, where one is taken by default", () => {
    assert.ok(Object.hasOwn(KUBERNETES, DEFAULT_KUBERNETES));
  });

  it("are tags of images that say which release they are", () => {
    for (const image of [JENKINS_IMAGE, ...Object.values(SOCK_SHOP_IMAGES)]) {
      assert.match(image, /^[a-z0-9-]+(\/[a-z0-9-]+)?:\d+\.\d+\.\d+[a-z0-9.-]*$/);
    }
  });

  it("are those of the images that SockShop has, with none left over", () => {
    const used = new Set(Object.values(SOCK_SHOP).map(({ image }) => image));
    assert.deepEqual(used, new Set(Object.values(SOCK_SHOP_IMAGES)));
    assert.equal(Object.keys(SOCK_SHOP).length, 13);
  });

  for (const [name, pin] of Object.entries(CHARTS) as [string, ChartPin][]) {
    it(`are exact for the chart ${name}, from a repository by https or an OCI address`, () => {
      assert.match(pin.version, /^\d+\.\d+\.\d+$/);
      const source = pin.repository ?? pin.chart;
      assert.match(source, pin.repository ? /^https:\/\// : /^oci:\/\//);
    });
  }
});
