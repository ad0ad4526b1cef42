/** The pure parts of verify: comparing pages and addresses, hiding secrets, pods that pin nodes. */
import assert from "node:assert/strict";
import { isWithin, notAdmitted, tooMany } from "../../../tools/verify/addresses";
import { redact } from "../../../tools/shared/redact";
import { differences } from "../../../tools/verify/compare";
import type { V1Deployment, V1Pod } from "../../../tools/verify/kube-types";
import type { Page } from "../../../tools/verify/page";
import { exitCodeOf, type StackReport } from "../../../tools/verify/report";
import { pinnedBy, reported, readPinRules } from "../../../tools/verify/scale-blockers";

const page = (body: string, type = "text/html", status = 200): Page => ({
  url: "http://shop/",
  status,
  headers: { "content-type": type },
  body: Buffer.from(body),
});

describe("verify: its parts", () => {
  it("takes two pages for the same when only what always changes differs", () => {
    const own = page("a\ntoken 1\nb");
    assert.equal(differences(own, page("a\ntoken 2\nb"), page("a\ntoken 3\nb")), undefined);
    assert.match(
      differences(own, page("a\ntoken 2\nb"), page("a\ntoken 3\nc"))!,
      /lacks 1 lines .*: b$/,
    );
    assert.match(differences(own, own, page("a\ntoken 2\nb"))!, /has another content/);
    assert.match(
      differences(own, own, page("a\ntoken 1\nb", "text/plain"))!,
      /is text\/plain, instead of text\/html/,
    );
    assert.match(differences(own, own, page("", "text/html", 404))!, /answers 404/);
    // Where all of a page changes, nothing can be taken to be the same.
    assert.match(differences(page("x1"), page("x2"), page("other"))!, /lacks 1 lines/);
  });

  it("compares blocks of addresses", () => {
    assert.ok(isWithin("203.0.113.7/32", ["203.0.113.0/24"]));
    assert.ok(!isWithin("203.0.113.0/24", ["203.0.113.7/32"]));
    const blocks = ["10.0.0.0/16", "203.0.113.7/32", "198.51.100.1/32", "0.0.0.0/1", "::/0"];
    assert.deepEqual(tooMany(blocks, ["203.0.113.7/32"]), ["0.0.0.0/1", "::/0", "198.51.100.1/32"]);
    assert.deepEqual(notAdmitted(["203.0.113.0/28"], ["203.0.113.7/32", "203.0.113.99/32"]), [
      "203.0.113.99/32",
    ]);
  });

  it("hides secrets and control characters", () => {
    const text =
      "k8s-aws-v1.aGVsbG8 Bearer abcdefgh12345 ASIAABCDEFGHIJKLMNOP my-password-1 \u001b[31mred\u0007";
    assert.equal(redact(text, ["my-password-1"]), "[secret] [secret] [secret] [secret] red");
  });

  it("knows which pods pin their node", () => {
    const rules = { skipSystem: true, skipLocal: true };
    const pod = (metadata: object, spec: object = {}): V1Pod => ({
      metadata,
      spec: { containers: [], ...spec },
    });
    const owned = {
      ownerReferences: [
        { kind: "ReplicaSet", controller: true, apiVersion: "", name: "", uid: "" },
      ],
    };
    const safe = "cluster-autoscaler.kubernetes.io/safe-to-evict";
    const none = (): "none" => "none";
    const local = { volumes: [{ name: "x", emptyDir: {} }] };
    const memory = { volumes: [{ name: "x", emptyDir: { medium: "Memory" } }] };
    assert.match(pinnedBy(pod({}), rules, none)!, /^a bare pod/);
    assert.equal(pinnedBy(pod({ annotations: { [safe]: "true" } }), rules, none), undefined);
    assert.match(
      pinnedBy(pod({ ...owned, annotations: { [safe]: "false" } }), rules, none)!,
      /^annotated/,
    );
    assert.match(
      pinnedBy(pod({ ...owned, namespace: "kube-system" }), rules, none)!,
      /kube-system/,
    );
    assert.equal(
      pinnedBy(pod({ ...owned, namespace: "kube-system" }), { ...rules, skipSystem: false }, none),
      undefined,
    );
    assert.match(pinnedBy(pod(owned, local), rules, none)!, /volume on the node's disk/);
    assert.equal(pinnedBy(pod(owned, memory), rules, none), undefined);
    assert.match(
      pinnedBy(pod(owned), rules, () => "tight")!,
      /PodDisruptionBudget/,
    );
    assert.equal(
      pinnedBy(pod({ ownerReferences: [{ kind: "DaemonSet" }] }), rules, none),
      undefined,
    );
    const args = ["--skip-nodes-with-local-storage=false"];
    const deployment = {
      spec: { template: { spec: { containers: [{ args }] } } },
    } as unknown as V1Deployment;
    assert.deepEqual(readPinRules(deployment), { skipSystem: true, skipLocal: false });
  });

  it("reads the autoscaler's report, of now and of before 1.30", () => {
    assert.equal(
      reported("clusterWide:\n  scaleDown:\n    status: CandidatesPresent\n"),
      "scale-down: CandidatesPresent",
    );
    assert.equal(
      reported("Cluster-wide:\n  ScaleDown:   NoCandidates (candidates=0)\n"),
      "scale-down: NoCandidates",
    );
    assert.equal(reported(""), undefined);
  });

  it("exits with 1 for a failure, 2 for what could not be checked or for nothing, else 0", () => {
    const report = (...statuses: string[]): StackReport =>
      ({
        stack: "x",
        notes: [],
        skipped: [],
        judged: statuses.map((status) => ({ result: { status } })),
      }) as unknown as StackReport;
    assert.equal(exitCodeOf([report("passed")]), 0);
    assert.equal(exitCodeOf([report("passed", "unknown", "failed")]), 1);
    assert.equal(exitCodeOf([report("passed", "unknown")]), 2);
    assert.equal(exitCodeOf([report()]), 2);
    assert.equal(exitCodeOf([report("passed"), { ...report(), problem: { why: "x" } }]), 2);
    assert.equal(
      exitCodeOf([report("passed"), { ...report(), problem: { why: "x" }, isNotUp: true }]),
      0,
    );
  });
});
