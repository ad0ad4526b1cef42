/**
 * The EKS chapter on a page. A stack's configuration says what the stack is made of: each section
 * that is present composes its component, and its value sets it.
 */
import { Autoscaler, IngressStack, JenkinsService, SockShop } from "./components";
import { readSettings } from "./settings";
import { clusterOf } from "./settings/cluster-source";

const ANYBODY = "0.0.0.0/0";

export = async (): Promise<Record<string, unknown>> => {
  const settings = await readSettings();

  // Exercise 1: a cluster, and SockShop on it.
  const { eks: cluster, providers, outputs } = await clusterOf(settings);
  // The settings name no callers only for a cluster known by its kubeconfig, whose own network
  // already decides who reaches it.
  const allowedCidrs = settings.allowedCidrs.length > 0 ? [...settings.allowedCidrs] : [ANYBODY];
  const shared = { cluster, allowedCidrs, tags: settings.tags };
  const shop =
    settings.sockShop &&
    new SockShop("sock-shop", { ...shared, ...settings.sockShop }, { providers });

  // Exercise 2: an autoscaler. The settings have made sure that the cluster is EKS.
  const autoscaler =
    settings.autoscaler &&
    cluster &&
    new Autoscaler("autoscaler", { cluster, ...settings.autoscaler }, { providers });

  // Exercises 3 to 5: Jenkins, behind a Service of each type.
  const jenkins =
    settings.jenkins &&
    new JenkinsService(
      "jenkins",
      { ...shared, name: settings.name, ...settings.jenkins },
      { providers },
    );

  // Exercise 6: an ingress controller, and an Ingress for the shop.
  const ingress =
    settings.ingress &&
    new IngressStack(
      "ingress",
      { ...shared, backend: shop?.frontEnd, ...settings.ingress },
      { providers },
    );

  return {
    ...outputs,
    ...(shop && { sockShopUrl: shop.url }),
    ...(autoscaler && { autoscalerLogs: autoscaler.logsCommand }),
    ...(autoscaler?.roleArn && { autoscalerRoleArn: autoscaler.roleArn }),
    ...(jenkins && {
      jenkinsNamespace: jenkins.namespace,
      jenkinsPassword: jenkins.passwordCommand,
    }),
    ...(jenkins?.url && { jenkinsUrl: jenkins.url }),
    ...(jenkins?.portForward && { jenkinsPortForward: jenkins.portForward }),
    ...(ingress && { ingressUrl: ingress.url }),
  };
};
