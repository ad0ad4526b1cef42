/**
 * Who may do what with the autoscaler's rights on the nodes' role, and on a role of its own: each
 * request simulated by IAM's rules on the documents that the program registers.
 */
import { runSimulation } from "@cloud-copilot/iam-simulate";
import type { RecordedResource } from "../rehearse/records";
import type { Facts } from "./facts";

const ACCOUNT = "123456789012";
const REGION = "us-east-1";
/** What AWS's own policy lets a node do, in so far as the requests here are about it: nothing. */
const NOTHING = { Version: "2012-10-17", Statement: [] };

/** A request, and how both ways answer it. */
export interface Verdict {
  readonly caller: string;
  readonly request: string;
  readonly nodeRole: boolean;
  readonly irsa: boolean;
}

interface Ask {
  readonly caller: string;
  readonly request: string;
  readonly action: string;
  readonly tag: string;
  /** Whether the caller has the autoscaler's token; the others have the node's credentials only. */
  readonly hasToken: boolean;
}

const MINE = "k8s.io/cluster-autoscaler/student-exercise-cluster";
const ANY_POD = "a pod with the node's credentials";
const AUTOSCALER = "the autoscaler's pod";

const ASKS: readonly Ask[] = [
  {
    caller: ANY_POD,
    request: "end a node of this cluster",
    action: "autoscaling:TerminateInstanceInAutoScalingGroup",
    tag: MINE,
    hasToken: false,
  },
  {
    caller: ANY_POD,
    request: "grow this cluster to its most expensive size",
    action: "autoscaling:SetDesiredCapacity",
    tag: MINE,
    hasToken: false,
  },
  {
    caller: AUTOSCALER,
    request: "end a node of this cluster",
    action: "autoscaling:TerminateInstanceInAutoScalingGroup",
    tag: MINE,
    hasToken: true,
  },
  {
    caller: AUTOSCALER,
    request: "end a node of another cluster",
    action: "autoscaling:TerminateInstanceInAutoScalingGroup",
    tag: "k8s.io/cluster-autoscaler/of-somebody-else",
    hasToken: true,
  },
];

/** Puts each request to both ways. */
export async function verdicts(facts: Facts): Promise<Verdict[]> {
  const shared = facts.nodeRole.resources.find(({ name }) => name === "autoscaler-on-node-role");
  const own = facts.resource("exercise-autoscaler", "autoscaler-irsa-policy");
  return Promise.all(
    ASKS.map(async (ask) => ({
      caller: ask.caller,
      request: ask.request,
      // On the node's role both callers have the same credentials.
      nodeRole: await isAllowed(documentOf(shared), ask),
      irsa: await isAllowed(ask.hasToken ? documentOf(own) : NOTHING, ask),
    })),
  );
}

/** The policy document that a resource carries. */
export function documentOf(resource: RecordedResource | undefined, input = "policy"): object {
  const text = resource?.inputs[input];
  if (typeof text !== "string") throw new Error(`${resource?.name} carries no document`);
  return JSON.parse(text) as object;
}

async function isAllowed(policy: object, { action, tag }: Ask): Promise<boolean> {
  const group = `arn:aws:autoscaling:${REGION}:${ACCOUNT}:autoScalingGroup:0a1b:autoScalingGroupName/eks-nodes-0a1b`;
  const answer = await runSimulation(
    {
      request: {
        principal: `arn:aws:iam::${ACCOUNT}:role/caller`,
        action,
        resource: { resource: group, accountId: ACCOUNT },
        contextVariables: { [`aws:ResourceTag/${tag}`]: "owned" },
      },
      identityPolicies: [{ name: "policy", policy }],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    { simulationMode: "Strict" },
  );
  if (answer.resultType === "error") throw new Error(JSON.stringify(answer.errors));
  return answer.overallResult === "Allowed";
}
