/** The exercises' own titles, and what each stack shows, in a sentence. */

interface Chapter {
  readonly title: string;
  readonly lead: string;
}

const STACKS: Readonly<Record<string, Chapter>> = {
  "exercise-cluster": {
    title: "Exercise 1: an EKS cluster",
    lead: "A network, a cluster and its nodes, and SockShop on them: a shop of many small services, whose front page answers at a port of each node.",
  },
  "exercise-autoscaler": {
    title: "Exercise 2: the autoscaler",
    lead: "A program in the cluster that ends nodes nobody needs and starts more when pods wait, with a role of its own for it.",
  },
  "exercise-clusterip": {
    title: "Exercise 3: a service of type ClusterIP",
    lead: "Jenkins gets an address that only the cluster knows; from your machine, kubectl carries you there through the API server.",
  },
  "exercise-nodeport": {
    title: "Exercise 4: a service of type NodePort",
    lead: "The same pod, and now a port of every node leads to it, for whom the nodes' security group lets in.",
  },
  "exercise-loadbalancer": {
    title: "Exercise 5: a service of type LoadBalancer",
    lead: "The same pod again, behind an address of AWS that stays when nodes come and go, and that costs money while it is there.",
  },
  "exercise-ingress": {
    title: "Exercise 6: an Ingress and its controller",
    lead: "One load balancer for many services: a controller reads the rules of an Ingress, and passes each request on by its path.",
  },
  dev: {
    title: "All of it in one stack",
    lead: "The whole chapter on a cluster of its own, to see how the parts stand beside each other.",
  },
};

/** Title and lead of a stack; of one that is not the chapter's, its name. */
export function chapterOf(stack: string): Chapter {
  return STACKS[stack] ?? { title: stack, lead: "A stack of your own." };
}
