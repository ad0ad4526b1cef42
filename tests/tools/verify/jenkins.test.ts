/** Exercises 3 to 5 on a real API server: each check passes on one state of it, and fails on another. */
import { NEVER_READY, useLiveCluster, type KubernetesObject } from "../../support/cluster";
import { fails, isUnknown, onKind, passes, type Looking } from "../../support/verify/look";
import { playJenkins, playOther, serve, stopServing } from "../../support/verify/pages";
import { JENKINS_NAMESPACE, jenkinsPod, jenkinsService } from "../../support/verify/workloads";

describe("verify: Jenkins", function () {
  this.timeout(120_000);
  const live = useLiveCluster();
  afterEach(stopServing);

  const stack = (service: string, more: object = {}): Looking => ({
    sections: onKind(live().kubeconfig, { jenkins: { service }, ...more }),
  });

  const place = async (...objects: KubernetesObject[]): Promise<void> => {
    await live().node("n1", { externalIp: "127.0.0.11" });
    await live().namespace(JENKINS_NAMESPACE);
    await live().create(...objects);
  };

  it("jenkins-namespace", async () => {
    await live().namespace("studnet-bc-svc");
    await fails("jenkins-namespace", stack("ClusterIP"), {
      expected: /^namespace student-bc-svc$/,
      seen: /not there, but studnet-bc-svc/,
      likelyCause: /the setting name/,
      lookCloser: /kubectl get namespaces/,
    });
    await live().namespace(JENKINS_NAMESPACE);
    await passes("jenkins-namespace", stack("ClusterIP"), /^student-bc-svc, Active$/);
  });

  it("jenkins-pod", async () => {
    await place(jenkinsPod());
    await passes(
      "jenkins-pod",
      stack("ClusterIP"),
      /container jenkins, jenkins\/jenkins:.*, port 8080, app=jenkins/,
    );
    await live().api.delete(jenkinsPod());
    await fails("jenkins-pod", stack("ClusterIP"), {
      seen: /there is no pod jenkins in student-bc-svc/,
      likelyCause: /a bare pod is not made anew/,
      lookCloser: /kubectl get pods --namespace student-bc-svc/,
    });
    const container = { image: "jenkins:2.60", ports: [{ containerPort: 80 }] };
    await live().create(jenkinsPod({ container, metadata: { labels: { app: "jenkins-server" } } }));
    await fails("jenkins-pod", stack("ClusterIP"), {
      expected: /container jenkins, image jenkins\/jenkins, containerPort 8080, label app=jenkins/,
      seen: /^image jenkins:2\.60; container ports 80; label app=jenkins-server$/,
      likelyCause: /by hand/,
      lookCloser: /kubectl get pod jenkins .* --output yaml/,
    });
    await live().api.delete(jenkinsPod());
    await live().create(jenkinsPod({ container: { name: "main" } }));
    await fails("jenkins-pod", stack("ClusterIP"), {
      seen: /containers named main/,
      likelyCause: /name/,
      lookCloser: /./,
    });
  });

  it("jenkins-ready", async () => {
    await place(jenkinsPod({ metadata: { annotations: { [NEVER_READY]: "true" } } }));
    await fails("jenkins-ready", stack("ClusterIP"), {
      seen: /^Running, not Ready$/,
      likelyCause: /still starting/,
      lookCloser: /kubectl logs jenkins/,
      waits: true,
    });
    const waiting = (reason: string, message: string) => ({
      status: {
        phase: "Pending",
        containerStatuses: [
          {
            name: "jenkins",
            image: "x",
            imageID: "",
            ready: false,
            restartCount: 0,
            state: { waiting: { reason, message } },
          },
        ],
      },
    });
    await live().api.patch(jenkinsPod(), waiting("ImagePullBackOff", "manifest unknown"), "status");
    await fails("jenkins-ready", stack("ClusterIP"), {
      seen: /^jenkins: ImagePullBackOff \(manifest unknown\)$/,
      likelyCause: /no such image/,
      lookCloser: /describe pod jenkins/,
    });
    await live().api.patch(jenkinsPod(), waiting("ImagePullBackOff", "toomanyrequests"), "status");
    await fails("jenkins-ready", stack("ClusterIP"), {
      seen: /toomanyrequests/,
      likelyCause: /limits its pulls/,
      lookCloser: /./,
      waits: true,
    });
    await live().api.delete(jenkinsPod());
    await live().create(jenkinsPod());
    await passes("jenkins-ready", stack("ClusterIP"), /^Running, Ready, on n1$/);
  });

  it("jenkins-ready: no node has room", async () => {
    await place(jenkinsPod({ container: { resources: { requests: { memory: "64Gi" } } } }));
    await fails("jenkins-ready", stack("ClusterIP"), {
      seen: /^Pending: 0\/1 nodes are available: .*Insufficient memory/,
      likelyCause: /no node has room/,
      lookCloser: /describe pod/,
      waits: true,
    });
  });

  it("jenkins-service: each type", async () => {
    await place(jenkinsPod(), jenkinsService("ClusterIP"));
    await passes(
      "jenkins-service",
      stack("ClusterIP"),
      /^ClusterIP, 8080 to 8080 TCP, app=jenkins$/,
    );
    await fails("jenkins-service", stack("NodePort"), {
      expected:
        /type NodePort, port 8080 to 8080 TCP, node port 32000, selector and label app=jenkins/,
      seen: /^type ClusterIP; node port none$/,
      likelyCause: /the service of another exercise is still there \(type ClusterIP\)/,
      lookCloser: /kubectl get service jenkins/,
    });
    await live().api.delete(jenkinsService("ClusterIP"));
    await live().create(jenkinsService("NodePort", { port: { nodePort: 32000 } }));
    await passes("jenkins-service", stack("NodePort"), /^NodePort, 8080:32000 to 8080 TCP/);
    await live().api.delete(jenkinsService("NodePort"));
    await live().create(
      jenkinsService("LoadBalancer", {
        port: { targetPort: 80 },
        spec: { selector: { app: "jenkins-server" } },
        labels: {},
      }),
    );
    await fails("jenkins-service", stack("LoadBalancer", { allowedCidrs: ["172.18.0.0/16"] }), {
      seen: /^target port 80; selector app=jenkins-server; label app=\(not set\)$/,
      likelyCause: /by hand/,
      lookCloser: /--output yaml/,
    });
  });

  it("jenkins-service-gone: only the service was deleted", async () => {
    await place(jenkinsPod(), jenkinsService("ClusterIP"));
    await fails("jenkins-service-gone", stack("none"), {
      expected: /no service jenkins in student-bc-svc; namespace and pod still there/,
      seen: /a service jenkins of type ClusterIP/,
      likelyCause: /pulumi up was not run/,
      lookCloser: /kubectl get service jenkins/,
    });
    await live().api.delete(jenkinsService("ClusterIP"));
    await passes("jenkins-service-gone", stack("none"), /there is no service jenkins/);
    await passes("jenkins-pod", stack("none"), /container jenkins/);
  });

  it("jenkins-endpoints", async () => {
    await place(jenkinsPod(), jenkinsService("ClusterIP"));
    await live().podReady(JENKINS_NAMESPACE, "jenkins");
    await passes("jenkins-endpoints", stack("ClusterIP"), /^10\.\d+\.\d+\.\d+:8080$/);
    await live().api.patch(jenkinsService("ClusterIP"), { spec: { selector: { app: "other" } } });
    await fails("jenkins-endpoints", stack("ClusterIP"), {
      expected: /^10\..*:8080, ready$/,
      seen: /^no endpoints$/,
      likelyCause: /selector matches no running pod/,
      lookCloser: /kubectl get endpointslices/,
      waits: true,
    });
  });

  it("jenkins-port-forward", async () => {
    await place(jenkinsPod());
    await live().podReady(JENKINS_NAMESPACE, "jenkins");
    const nothing = await serve(playJenkins);
    await live().portForward(JENKINS_NAMESPACE, "jenkins", 8080, nothing.port);
    await passes("jenkins-port-forward", stack("ClusterIP"), /^Jenkins 2\.568\.2 \(200\)$/);
    nothing.close();
    await fails("jenkins-port-forward", stack("ClusterIP"), {
      seen: /port-forward to student-bc-svc\/jenkins:8080: /,
      likelyCause: /does not listen yet/,
      lookCloser: /kubectl port-forward --namespace student-bc-svc/,
      waits: true,
    });
    const other = await serve(playOther);
    await live().portForward(JENKINS_NAMESPACE, "jenkins", 8080, other.port);
    await fails("jenkins-port-forward", stack("ClusterIP"), {
      expected: /X-Jenkins/,
      seen: /^200, "Welcome to nginx!"$/,
      likelyCause: /something else than Jenkins/,
      lookCloser: /./,
    });
  });

  it("jenkins-node-port", async () => {
    await place(jenkinsPod(), jenkinsService("NodePort", { port: { nodePort: 32000 } }));
    await live().podReady(JENKINS_NAMESPACE, "jenkins");
    await isUnknown(
      "jenkins-node-port",
      stack("NodePort"),
      /nodes of this cluster are not reached from here/,
    );
    const other = await serve(playOther, "127.0.0.11", 32000);
    await fails("jenkins-node-port", stack("NodePort"), {
      seen: /^http:\/\/127\.0\.0\.11:32000 answers: 200, "Welcome to nginx!"$/,
      likelyCause: /another service has this node port/,
      lookCloser: /kubectl get services/,
    });
    other.close();
    await serve(playJenkins, "127.0.0.11", 32000);
    await passes(
      "jenkins-node-port",
      stack("NodePort"),
      /^http:\/\/127\.0\.0\.11:32000 answers: Jenkins 2\.568\.2/,
    );
  });
});
