/** Exercises 5 and 6 on EKS: a real API server for Kubernetes, moto for AWS. */
import {
  CreateLoadBalancerCommand,
  ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { useLiveCluster, type KubernetesObject } from "../../support/cluster";
import { standIn, useEks } from "../../support/verify/eks";
import { fails, namedAsEks, passes, type Looking } from "../../support/verify/look";
import { playJenkins, playOther, serve, stopServing } from "../../support/verify/pages";
import { JENKINS_NAMESPACE, jenkinsService } from "../../support/verify/workloads";

describe("verify: Jenkins behind a load balancer, and an Ingress's address", function () {
  this.timeout(120_000);
  const live = useLiveCluster();
  const { make, moto } = useEks();
  afterEach(stopServing);
  const stack = (): Looking => ({
    sections: {
      cluster: { create: {} },
      sockShop: {},
      jenkins: { service: "LoadBalancer" },
      ingress: {},
    },
    kubeconfig: namedAsEks(live().kubeconfig),
  });
  const service = (ranges?: string[]): KubernetesObject =>
    jenkinsService("LoadBalancer", {
      spec: {
        type: "LoadBalancer",
        selector: { app: "jenkins" },
        loadBalancerSourceRanges: ranges,
      },
    });
  const entry = (hostname: string) => ({ status: { loadBalancer: { ingress: [{ hostname }] } } });

  it("jenkins-load-balancer", async () => {
    const { subnet } = await make();
    await live().namespace(JENKINS_NAMESPACE);
    await live().create(service());
    await fails("jenkins-load-balancer", stack(), {
      expected: /has a load balancer's hostname/,
      seen: /EXTERNAL-IP is pending/,
      likelyCause: /AWS takes a minute or two/,
      lookCloser: /kubectl describe service jenkins/,
      waits: true,
    });
    await live().api.patch(service(), entry("gone.elb.us-east-1.amazonaws.com"), "status");
    await fails("jenkins-load-balancer", stack(), {
      expected: /in us-east-1 with the hostname gone\.elb/,
      seen: /^AWS has none with that hostname$/,
      likelyCause: /deleted by hand/,
      lookCloser: /aws elbv2 describe-load-balancers --region us-east-1/,
    });
    const { LoadBalancers } = await new ElasticLoadBalancingV2Client({ region: "us-east-1" }).send(
      new CreateLoadBalancerCommand({
        Name: "jenkins",
        Type: "network",
        Scheme: "internet-facing",
        Subnets: [subnet],
      }),
    );
    await live().api.patch(service(), entry(LoadBalancers![0]!.DNSName!), "status");
    // In moto a load balancer stays in state provisioning; the stand-in makes it active.
    const endpoint = moto().endpoint;
    await standIn(endpoint, [], (body) => body.replaceAll("<Code>active<", "<Code>provisioning<"));
    await fails("jenkins-load-balancer", stack(), {
      seen: /provisioning$/,
      likelyCause: /still making it/,
      lookCloser: /./,
      waits: true,
    });
    await standIn(endpoint, [], (body) => body.replaceAll("<Code>provisioning<", "<Code>active<"));
    await passes("jenkins-load-balancer", stack(), /^jenkins: network, internet-facing, active$/);
  });

  it("jenkins-load-balancer-access", async () => {
    await make();
    await live().namespace(JENKINS_NAMESPACE);
    await live().create(service());
    await fails("jenkins-load-balancer-access", stack(), {
      expected: /^open to 203\.0\.113\.7\/32 and to nobody else$/,
      seen: /sets no loadBalancerSourceRanges: 0\.0\.0\.0\/0/,
      likelyCause: /the whole Internet/,
      lookCloser: /loadBalancerSourceRanges/,
    });
    await live().api.delete(service());
    await live().create(service(["203.0.113.7/32", "0.0.0.0/0"]));
    await fails("jenkins-load-balancer-access", stack(), {
      seen: /0\.0\.0\.0\/0/,
      likelyCause: /everybody/,
      lookCloser: /./,
    });
    await live().api.delete(service());
    await live().create(service(["203.0.113.7/32"]));
    await passes("jenkins-load-balancer-access", stack(), /^open to 203\.0\.113\.7\/32$/);
  });

  it("jenkins-at-load-balancer", async () => {
    await make();
    await live().namespace(JENKINS_NAMESPACE);
    await live().create(service());
    // A name of this machine's own stands for the load balancer's.
    await live().api.patch(service(), entry("localhost"), "status");
    await fails("jenkins-at-load-balancer", stack(), {
      expected: /X-Jenkins/,
      seen: /^http:\/\/localhost:8080\/login: the connection was refused$/,
      likelyCause: /some minutes/,
      lookCloser: /curl --verbose http:\/\/localhost:8080\/login/,
      waits: true,
    });
    const other = await serve(playOther, "localhost", 8080);
    await fails("jenkins-at-load-balancer", stack(), {
      seen: /Welcome to nginx!/,
      likelyCause: /something else/,
      lookCloser: /./,
    });
    other.close();
    await serve(playJenkins, "localhost", 8080);
    await passes("jenkins-at-load-balancer", stack(), /Jenkins 2\.568\.2 \(200\)$/);
  });

  it("ingress-address", async () => {
    await make();
    await live().namespace("sock-shop");
    const ingress: KubernetesObject = {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: { name: "sock-shop-ingress", namespace: "sock-shop" },
      spec: {
        ingressClassName: "nginx",
        defaultBackend: { service: { name: "front-end", port: { number: 80 } } },
      },
    };
    await live().create(ingress);
    await fails("ingress-address", stack(), {
      expected: /sock-shop-ingress with an ADDRESS/,
      seen: /^it has none yet$/,
      likelyCause: /does not take the Ingress/,
      lookCloser: /kubectl get ingress --namespace sock-shop/,
      waits: true,
    });
    await live().api.patch(ingress, entry("shop.elb.us-east-1.amazonaws.com"), "status");
    await passes("ingress-address", stack(), /^shop\.elb/);
  });
});
