import assert from "node:assert/strict";
import { at, MY_ADDRESS } from "../support/harness";
import { useShippedStacks } from "../support/shipped";

const ME = `${MY_ADDRESS}/32`;

describe("exercise 6: an ingress controller and an Ingress", () => {
  const stack = useShippedStacks();

  const run = () => stack("exercise-ingress");

  it("installs the maintained NGINX ingress controller", () => {
    const { inputs } = run().one("release");
    assert.equal(inputs["chart"], "oci://ghcr.io/nginx/charts/nginx-ingress");
    assert.deepEqual(run().result.warnings, []);
  });

  it("serves the shop by http: F5's controller redirects nothing to https", () => {
    const values = run().one("release").inputs["values"];
    assert.deepEqual(at(values, "controller.config.entries"), { "ssl-redirect": "false" });
  });

  it("has an Ingress sock-shop-ingress in the namespace sock-shop, with its ingressClassName", () => {
    const ingress = run().one("ingress");
    assert.equal(at(ingress, "inputs.metadata.name"), "sock-shop-ingress");
    assert.equal(at(ingress, "inputs.metadata.namespace"), "sock-shop");
    assert.equal(at(ingress, "inputs.spec.ingressClassName"), "nginx");
    const values = run().one("release").inputs["values"];
    assert.equal(at(values, "controller.ingressClass.name"), "nginx");
    assert.equal(at(values, "controller.allowEmptyIngressHost"), true);
  });

  it("routes every path to the front page's Service", () => {
    const path = at(run().one("ingress"), "inputs.spec.rules.0.http.paths.0");
    assert.equal(at(path, "path"), "/");
    assert.equal(at(path, "pathType"), "Prefix");
    const frontEnd = stack("exercise-cluster").one("service", "sock-shop-front-end");
    assert.deepEqual(at(path, "backend.service"), {
      name: at(frontEnd, "inputs.metadata.name"),
      port: { number: at(frontEnd, "inputs.spec.ports.0.port") },
    });
  });

  it("has a load balancer for your IP only, whose address is the Ingress's", () => {
    const service = run().one("service");
    assert.equal(at(service, "inputs.spec.type"), "LoadBalancer");
    assert.deepEqual(at(service, "inputs.spec.loadBalancerSourceRanges"), [ME]);
    const values = run().one("release").inputs["values"];
    assert.equal(at(values, "controller.service.create"), false);
    assert.equal(
      at(values, "controller.reportIngressStatus.externalService"),
      at(service, "inputs.metadata.name"),
    );
    assert.match(String(run().outputs["ingressUrl"]), /^http:\/\/.+\.amazonaws\.com$/);
  });
});
