/** Exercise 1, step 1: the roles have what they need, and no more; by the policy pack's rules. */
import { define, type Context } from "../check";
import { CouldNotCheck } from "../../shared/could-not-check";
import { failing, passed, type Result } from "../result";
import { analyseRole, readRole, roleName } from "../live-roles";

/** What each role cannot do without. */
const NEEDED = {
  cluster: [/^AmazonEKSClusterPolicy$/],
  node: [
    /^AmazonEKSWorkerNode(Minimal)?Policy$/,
    /^AmazonEC2ContainerRegistry(ReadOnly|PullOnly)$/,
  ],
};

async function judge(
  context: Context,
  kind: "cluster" | "node",
  arn: string | undefined,
): Promise<Result> {
  if (arn === undefined) throw new CouldNotCheck(`AWS does not say which role the ${kind} has`);
  const name = roleName(arn);
  const role = await readRole(context.aws, name);
  const lookCloser = `aws iam list-attached-role-policies --role-name ${name}; aws iam list-role-policies --role-name ${name}`;
  const trusted = kind === "cluster" ? "eks.amazonaws.com" : "ec2.amazonaws.com";
  const expected = `${name}: trusted by ${trusted}, with what the ${kind} needs and no more`;
  const fail = failing(expected, lookCloser);
  if (!role) {
    return fail("there is no such role", "it was deleted by hand");
  }
  const names = role.attached.map((policy) => policy.name);
  const lacking = NEEDED[kind].filter((needed) => !names.some((each) => needed.test(each)));
  const findings = analyseRole(role, kind);
  const mandatory = findings.filter((finding) => finding.level === "mandatory");
  // The chapter's lesson first: every pod of a node has what the node's role has.
  const isLesson = ({ rule }: { rule: string }): boolean => rule.startsWith("node-role-");
  const grave = [...mandatory.filter(isLesson), ...mandatory.filter((each) => !isLesson(each))];
  if (grave.length > 0) {
    const [first] = grave;
    return fail(
      grave.map(({ rule, message }) => `${message} (${rule})`).join("; "),
      `${first!.why} Instead: ${first!.instead.split("\n", 1)[0]}`,
      { lookCloser: `${lookCloser}; docs/policies/${first!.rule}.md` },
    );
  }
  if (!role.trust.includes(trusted) || lacking.length > 0) {
    return fail(
      role.trust.includes(trusted)
        ? `attached: ${names.join(", ") || "nothing"}`
        : `its trust does not name ${trusted}`,
      "the role was made for something else, or a policy was detached by hand",
    );
  }
  const advice = findings.map(({ message }) => message);
  return passed(
    `${name}: ${names.join(", ")}${advice.length > 0 ? `; worth knowing: ${advice.join("; ")}` : ""}`,
  );
}

export const clusterRole = define(
  "cluster-role",
  "the cluster's role has what EKS needs, and no more",
  [1, 1],
  async (context) => judge(context, "cluster", (await context.eks.cluster()).roleArn),
);

export const nodeRole = define(
  "node-role",
  "the nodes' role has what a node needs, and no more",
  [1, 1],
  async (context) => judge(context, "node", (await context.eks.nodeGroup()).nodeRole),
);
