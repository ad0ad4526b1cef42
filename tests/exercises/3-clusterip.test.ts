import assert from "node:assert/strict";
import { at } from "../support/harness";
import { assertNone, useShippedStacks } from "../support/shipped";

describe("exercise 3: a ClusterIP service", () => {
  const stack = useShippedStacks();

  const run = () => stack("exercise-clusterip");

  it("has a namespace NAME-bc-svc", () => {
    assert.equal(at(run().one("namespace"), "inputs.metadata.name"), "student-bc-svc");
  });

  it("has a pod jenkins, container jenkins, image jenkins/jenkins, port 8080, label app=jenkins", () => {
    const pod = run().one("pod");
    assert.equal(at(pod, "inputs.metadata.name"), "jenkins");
    assert.equal(at(pod, "inputs.metadata.namespace"), "student-bc-svc");
    assert.deepEqual(at(pod, "inputs.metadata.labels"), { app: "jenkins" });
    const containers = at(pod, "inputs.spec.containers") as Record<string, unknown>[];
    assert.equal(containers.length, 1);
    assert.equal(containers[0]!["name"], "jenkins");
    assert.match(String(containers[0]!["image"]), /^jenkins\/jenkins:\d+\.\d+\.\d+-lts/);
    assert.equal(at(containers[0], "ports.0.containerPort"), 8080);
    assertNone(run(), "deployment");
  });

  it("gives the pod enough resources, and no more than it is allowed", () => {
    const container = at(run().one("pod"), "inputs.spec.containers.0");
    assert.deepEqual(at(container, "resources.requests"), { cpu: "250m", memory: "1024Mi" });
    assert.deepEqual(at(container, "resources.limits"), { cpu: "1", memory: "2048Mi" });
  });

  it("has a service of type ClusterIP whose selector and label are the pod's, 8080 to 8080, TCP", () => {
    const service = run().one("service");
    const labels = at(run().one("pod"), "inputs.metadata.labels");
    assert.equal(at(service, "inputs.spec.type"), "ClusterIP");
    assert.deepEqual(at(service, "inputs.spec.selector"), labels);
    assert.deepEqual(at(service, "inputs.metadata.labels"), labels);
    assert.deepEqual(at(service, "inputs.spec.ports"), [
      { port: 8080, targetPort: 8080, protocol: "TCP" },
    ]);
  });

  it("is not reachable from outside: no rule opens a port, and an output forwards one", () => {
    assertNone(run(), "ingressRule");
    assert.equal(
      run().outputs["jenkinsPortForward"],
      "kubectl port-forward --namespace student-bc-svc service/jenkins 8080:8080",
    );
    assert.equal(run().outputs["jenkinsUrl"], "http://localhost:8080");
  });
});
