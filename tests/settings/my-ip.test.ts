import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { findMyCidr } from "../../settings/my-ip";

const FIX =
  "\n  fix: pulumi config set allowedCidrs -s test\n  It asks for the block: your public IPv4 address, which a browser shows at https://checkip.amazonaws.com, and /32.";
const CONTEXT = { organization: "organization", project: "eks-exercises", stack: "test" };

describe("settings: your address", () => {
  const original = globalThis.fetch;
  afterEach(() => {
    globalThis.fetch = original;
  });

  const answering = (answer: () => Response | Promise<Response>): string[] => {
    const urls: string[] = [];
    globalThis.fetch = (input, init) => {
      urls.push(input instanceof Request ? input.url : String(input));
      assert.ok(init?.signal, "a call that would wait forever is given up");
      return Promise.resolve().then(answer);
    };
    return urls;
  };

  it("is a block of the one address that Amazon's service sees", async () => {
    const urls = answering(() => new Response("203.0.113.7\n"));
    assert.equal(await findMyCidr(CONTEXT), "203.0.113.7/32");
    assert.deepEqual(urls, ["https://checkip.amazonaws.com"]);
  });

  const failures: [title: string, answer: () => Response | Promise<Response>, reason: string][] = [
    ["the service fails", () => new Response("", { status: 503 }), "it answered 503"],
    [
      "the service fails, whatever its page says",
      () => new Response("203.0.113.7", { status: 404 }),
      "it answered 404",
    ],
    [
      "a portal answers in its place",
      () => new Response("<html>Log in</html>"),
      "it answered no IPv4 address",
    ],
    ["the answer is empty", () => new Response(""), "it answered no IPv4 address"],
    ["the address is IPv6", () => new Response("2001:db8::1"), "it answered no IPv4 address"],
    [
      "the address is one that nobody on the Internet has",
      () => new Response("10.0.0.7"),
      "it answered 10.0.0.7, which is not a public address",
    ],
    ["the network is down", () => Promise.reject(new TypeError("fetch failed")), "fetch failed"],
    [
      "the call takes too long",
      () => Promise.reject(new DOMException("The operation was aborted due to timeout")),
      "The operation was aborted due to timeout",
    ],
  ];
  for (const [title, answer, reason] of failures) {
    it(`is to be configured where ${title}`, async () => {
      answering(answer);
      await assert.rejects(findMyCidr(CONTEXT), (error) => {
        assert.ok(error instanceof pulumi.RunError, "shown without a stack trace");
        assert.equal(error.stack, error.message, "Pulumi formats a trace that it does not show");
        assert.equal(
          error.message,
          `Your public address could not be looked up at https://checkip.amazonaws.com (${reason}); nothing was created.${FIX}`,
        );
        return true;
      });
    });
  }
});
