/** The exercises' titles, and a sentence on what each stack shows. */

interface Chapter {
  readonly title: string;
  readonly lead: string;
}

const STACKS: Readonly<Record<string, Chapter>> = {
  "exercise-cluster": {
    title: "Exercise 1: an EKS cluster",
    lead: "A network, an EKS cluster and its nodes, and SockShop on them: a shop of many small services, whose front page answers at a port of each node.",
  },
  "exercise-autoscaler": {
    title: "Exercise 2: the autoscaler",
    lead: "A program in the cluster that removes unneeded nodes and adds nodes when pods wait. It has an IAM role of its own.",
  },
  "exercise-clusterip": {
    title: "Exercise 3: a Service of type ClusterIP",
    lead: "Jenkins gets an address that only the cluster knows. From your machine, kubectl port-forward leads there through the API server.",
  },
  "exercise-nodeport": {
    title: "Exercise 4: a Service of type NodePort",
    lead: "The same pod, now also at a port of every node. The nodes' security group admits your address only.",
  },
  "exercise-loadbalancer": {
    title: "Exercise 5: a Service of type LoadBalancer",
    lead: "The same pod behind an AWS load balancer: a stable address, which costs money while it exists.",
  },
  "exercise-ingress": {
    title: "Exercise 6: an Ingress and its controller",
    lead: "One load balancer for many Services: a controller reads the rules of an Ingress and routes each request by its path.",
  },
  dev: {
    title: "The whole chapter in one stack",
    lead: "Every exercise on one cluster, to see the parts beside each other.",
  },
};

/** Title and lead of a stack. A stack that is not the chapter's has its name as title. */
export function chapterOf(stack: string): Chapter {
  return STACKS[stack] ?? { title: stack, lead: "A stack of your own." };
}
