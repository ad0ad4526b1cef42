import assert from "node:assert/strict";
import { CREATED, problemOf, problemsOf, settingsOf, SHARED } from "../support/parsing";
import { KIND } from "../support/kubeconfigs";

const BLOCK = "an IPv4 CIDR block, such as 203.0.113.7/32 for one address";
const REMOVE = "remove allowedCidrs to have your own address found out, or write a block";
const IPV4 = "give an IPv4 block: the cluster's endpoint and node addresses are IPv4";
const PUBLIC = "a public block: callers reach AWS from the Internet, never from a private address";
const YOURS =
  "name your public address (curl https://checkip.amazonaws.com), or remove allowedCidrs";
const NARROW = "a block no wider than /8, unless allowWorld is true";
const OPT_IN =
  "name your own address; if everybody is really meant: pulumi config set allowWorld true";

describe("settings: who may call", () => {
  const cases: [title: string, blocks: string[], allowed: string, fix: string | undefined][] = [
    ["text", ["home", "", "1.2.3", "1.2.3.4/33", "1.2.3.4/-1", "1.2.3.4/"], BLOCK, REMOVE],
    ["numbers as C writes them", ["010.0.0.0/8", "0x7f.1/32", "1.2.3.256/32"], BLOCK, REMOVE],
    ["white space", [" 203.0.113.7/32", "203.0.113.7/32 "], BLOCK, REMOVE],
    ["IPv6", ["2001:db8::/32", "::1", "::/0", "::ffff:1.2.3.4/128"], BLOCK, IPV4],
    [
      "an address without a mask",
      ["203.0.113.7"],
      BLOCK,
      "write 203.0.113.7/32 for this one address",
    ],
    ["host bits", ["203.0.113.7/24"], BLOCK, "write 203.0.113.0/24, the network it is in"],
    [
      "a mask with a zero before it",
      ["203.0.113.7/032"],
      BLOCK,
      "write 203.0.113.7/32, the network it is in",
    ],
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
      YOURS,
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
          assert.deepEqual(problemOf({ ...cluster, allowedCidrs: [value] }), expected);
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
      allowed: "each block once: AWS refuses a second rule for the same block",
      fix: "remove it: allowedCidrs[0] is the same",
    });
  });
});
