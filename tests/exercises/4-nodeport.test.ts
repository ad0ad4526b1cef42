import assert from "node:assert/strict";
import { at, MY_ADDRESS } from "../support/harness";
import { useShippedStacks } from "../support/shipped";

const ME = `${MY_ADDRESS}/32`;

describe("exercise 4: a NodePort service", () => {
  const stack = useShippedStacks();

  const run = () => stack("exercise-nodeport");

  it("has a service of type NodePort with node port 32000", () => {
    const service = run().one("service");
    assert.equal(at(service, "inputs.spec.type"), "NodePort");
    assert.deepEqual(at(service, "inputs.spec.ports"), [
      { port: 8080, targetPort: 8080, protocol: "TCP", nodePort: 32000 },
    ]);
  });

  it("lets the nodes' security group admit port 32000, from your IP only", () => {
    const rule = run().one("ingressRule").inputs;
    const nodes = stack("exercise-cluster").outputs["nodeSecurityGroupId"];
    assert.equal(rule["securityGroupId"], nodes);
    assert.deepEqual(
      [rule["ipProtocol"], rule["fromPort"], rule["toPort"], rule["cidrIpv4"]],
      ["tcp", 32000, 32000, ME],
    );
  });

  it("is reachable without port forwarding at http://NODE:32000", () => {
    assert.match(String(run().outputs["jenkinsUrl"]), /^http:\/\/198\.51\.100\.\d+:32000$/);
    assert.equal(run().outputs["jenkinsPortForward"], undefined);
  });
});
