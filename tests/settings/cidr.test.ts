import assert from "node:assert/strict";
import { CREATED, mendable, problemOf, problemsOf, settingsOf, SHARED } from "../support/parsing";
import { KIND } from "../support/kubeconfigs";

const BLOCK = "an IPv4 CIDR block, such as 203.0.113.7/32 for one address";
const IPV4 = "an IPv4 CIDR block: the cluster's endpoint and its nodes have IPv4 addresses";
const PUBLIC =
  "a public block, as https://checkip.amazonaws.com shows yours: no caller reaches AWS from a private address";
const REMOVE = "pulumi config rm allowedCidrs -s test";
const set = (block: string) => `pulumi config set --path 'allowedCidrs[0]' ${block} -s test`;
const NARROW = "a block no wider than /8, unless allowWorld is true because everybody is meant";
const OPT_IN = `${REMOVE}
    or: pulumi config set allowWorld true -s test`;

describe("settings: who may call", () => {
  const cases: [title: string, blocks: string[], allowed: string, fix: string | undefined][] = [
    ["text", ["home", "", "1.2.3", "1.2.3.4/33", "1.2.3.4/-1", "1.2.3.4/"], BLOCK, REMOVE],
    ["numbers as C writes them", ["010.0.0.0/8", "0x7f.1/32", "1.2.3.256/32"], BLOCK, REMOVE],
    ["white space", [" 203.0.113.7/32", "203.0.113.7/32 "], BLOCK, set("203.0.113.7/32")],
    ["IPv6", ["2001:db8::/32", "::1", "::/0", "::ffff:1.2.3.4/128"], IPV4, REMOVE],
    ["an address without a mask", ["203.0.113.7"], BLOCK, set("203.0.113.7/32")],
    ["host bits", ["203.0.113.7/24"], BLOCK, set("203.0.113.0/24")],
    ["a mask with a zero before it", ["203.0.113.7/032"], BLOCK, set("203.0.113.7/32")],
    [
      "a block that no caller from the Internet has",
      [
        "10.0.0.0/16",
        "172.18.0.0/16",
        "192.168.1.5/32",
        "127.0.0.1/32",
        "169.254.0.0/16",
        "100.64.0.0/10",
        "0.0.0.0/8",
      ],
      PUBLIC,
      REMOVE,
    ],
    [
      "the world, or half of it",
      ["0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "8.0.0.0/7"],
      NARROW,
      OPT_IN,
    ],
  ];
  for (const [title, blocks, allowed, fix] of cases) {
    it(`cannot be ${title}`, () => {
      for (const value of blocks) {
        const expected = { path: "allowedCidrs[0]", value, allowed, fix };
        for (const cluster of [CREATED, SHARED]) {
          const config = { ...cluster, allowedCidrs: [value] };
          assert.deepEqual({ ...mendable(config), fix: problemOf(config).fix }, expected);
        }
      }
    });
  }

  it("can be an address or a network, up to a /8", () => {
    const allowedCidrs = ["203.0.113.7/32", "198.51.100.0/24", "8.0.0.0/8"];
    assert.deepEqual(settingsOf({ ...CREATED, allowedCidrs }).allowedCidrs, allowedCidrs);
  });

  it("can be the world where allowWorld says that it is meant", () => {
    const allowedCidrs = ["0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1"];
    const settings = settingsOf({ ...CREATED, allowedCidrs, allowWorld: true });
    assert.deepEqual(settings.allowedCidrs, allowedCidrs);
  });

  it("does not get private blocks by allowWorld, which EKS would refuse", () => {
    const config = { ...CREATED, allowedCidrs: ["10.0.0.0/8"], allowWorld: true };
    assert.equal(problemOf(config).allowed, PUBLIC);
  });

  it("can be a private block on a cluster of a local network", () => {
    const allowedCidrs = ["172.18.0.0/16"];
    assert.deepEqual(settingsOf({ ...KIND, allowedCidrs }).allowedCidrs, allowedCidrs);
  });

  it("cannot be the world on a cluster of a local network either", () => {
    assert.equal(problemOf({ ...KIND, allowedCidrs: ["0.0.0.0/0"] }).fix, OPT_IN);
  });

  it("is refused block by block, each by its place in the list", () => {
    const allowedCidrs = ["203.0.113.7/32", "home", "10.0.0.0/8"];
    const paths = problemsOf({ ...CREATED, allowedCidrs }).map(({ path }) => path);
    assert.deepEqual(paths, ["allowedCidrs[1]", "allowedCidrs[2]"]);
  });

  it("is named once each: AWS refuses the same rule twice", () => {
    const allowedCidrs = ["203.0.113.7/32", "198.51.100.0/24", "203.0.113.7/32"];
    assert.deepEqual(problemOf({ ...CREATED, allowedCidrs }), {
      path: "allowedCidrs[2]",
      value: "203.0.113.7/32",
      allowed: "each block once: allowedCidrs[0] is the same, and AWS refuses a second rule for it",
      fix: "pulumi config rm --path 'allowedCidrs[2]' -s test",
    });
  });
});
