/**
 * The EKS chapter on a page. A stack's configuration says what the stack is made of: each section
 * that is present composes its component, and its value sets it.
 */
import { Autoscaler, IngressStack, JenkinsService, SockShop } from "./components";
import { readSettings } from "./settings";
import { clusterOf } from "./settings/cluster-source";

export = async (): Promise<Record<string, unknown>> => {
  const settings = await readSettings();
  const { allowedCidrs, tags } = settings;

  // Exercise 1: a cluster, and SockShop on it.
  const cluster = await clusterOf(settings);
  const shop =
    settings.sockShop && new SockShop("sock-shop", { cluster, allowedCidrs, ...settings.sockShop });

  // Exercise 2: an autoscaler. The settings have made sure that the cluster is of EKS.
  const autoscaler =
    settings.autoscaler &&
    cluster.eks &&
    new Autoscaler("autoscaler", {
      cluster: { ...cluster, eks: cluster.eks },
      ...settings.autoscaler,
    });

  // Exercises 3 to 5: Jenkins, behind a service of each type.
  const jenkins =
    settings.jenkins &&
    new JenkinsService("jenkins", {
      cluster,
      name: settings.name,
      allowedCidrs,
      tags,
      ...settings.jenkins,
    });

  // Exercise 6: an ingress controller, and an Ingress for the shop.
  const ingress =
    settings.ingress &&
    new IngressStack("ingress", { cluster, shop, allowedCidrs, tags, ...settings.ingress });

  return {
    ...cluster.outputs,
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
