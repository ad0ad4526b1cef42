import assert from "node:assert/strict";
import { at, MY_ADDRESS } from "../support/harness";
import { assertNone, useShippedStacks } from "../support/shipped";

const ME = `${MY_ADDRESS}/32`;

describe("exercise 5: a LoadBalancer service", () => {
  const stack = useShippedStacks();

  const run = () => stack("exercise-loadbalancer");

  it("has a service of type LoadBalancer without a node port", () => {
    const service = run().one("service");
    assert.equal(at(service, "inputs.spec.type"), "LoadBalancer");
    assert.deepEqual(at(service, "inputs.spec.ports"), [
      { port: 8080, targetPort: 8080, protocol: "TCP" },
    ]);
  });

  it("admits your IP only, by the load balancer alone", () => {
    assert.deepEqual(at(run().one("service"), "inputs.spec.loadBalancerSourceRanges"), [ME]);
    assertNone(run(), "ingressRule");
  });

  it("is reachable at the load balancer's hostname", () => {
    assert.match(
      String(run().outputs["jenkinsUrl"]),
      /^http:\/\/[^/]+\.elb\.us-east-1\.amazonaws\.com:8080$/,
    );
  });
});
