/** Exercise 1, step 1: the roles have what they need, and no more; told by the policy pack's analyser. */
import {
  analyseDocument,
  analyseRole,
  attachmentFindings,
  type Finding,
} from "../../../policies/analyser";
import { isAwsManaged, nodeAttachment, nodeInline } from "../../../policies/analyser/attachments";
import { define, type Context } from "../check";
import { CouldNotCheck } from "../../shared/could-not-check";
import { failed, passed, type Result } from "../result";
import { readRole, roleName, type LiveRole } from "../live-roles";

/** What each role cannot do without. */
const NEEDED = {
  cluster: [/^AmazonEKSClusterPolicy$/],
  node: [
    /^AmazonEKSWorkerNode(Minimal)?Policy$/,
    /^AmazonEC2ContainerRegistry(ReadOnly|PullOnly)$/,
  ],
};

/** What the analyser says of a role: of its documents one by one, and together. */
function findingsOn(role: LiveRole, kind: "cluster" | "node"): Finding[] {
  const own = role.attached.filter(({ arn }) => !isAwsManaged(arn));
  const policies = [...role.inline, ...own];
  const found = [
    ...analyseDocument(role.trust, { kind: "trust" }),
    ...role.attached.flatMap(({ arn }) => attachmentFindings(arn)),
    ...policies.flatMap(({ document }) => analyseDocument(document, { kind: "identity" })),
    ...analyseRole({ policies }),
  ];
  if (kind === "cluster") return found;
  // The chapter's lesson first: what is on a node's role is every pod's.
  return [
    ...role.attached.flatMap(({ arn }) => nodeAttachment(arn)),
    ...role.inline.flatMap(({ name }) => nodeInline(name)),
    ...found,
  ];
}

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
  if (!role) {
    return failed({
      expected,
      seen: "there is no such role",
      likelyCause: "it was deleted by hand",
      lookCloser,
    });
  }
  const names = role.attached.map((policy) => policy.name);
  const lacking = NEEDED[kind].filter((needed) => !names.some((each) => needed.test(each)));
  const findings = findingsOn(role, kind);
  const grave = findings.filter((finding) => finding.level === "mandatory");
  if (grave.length > 0) {
    const [first] = grave;
    return failed({
      expected,
      seen: grave.map(({ rule, message }) => `${message} (${rule})`).join("; "),
      likelyCause: `${first!.why} Instead: ${first!.instead.split("\n", 1)[0]}`,
      lookCloser: `${lookCloser}; docs/policies/${first!.rule}.md`,
    });
  }
  if (!role.trust.includes(trusted) || lacking.length > 0) {
    return failed({
      expected,
      seen: role.trust.includes(trusted)
        ? `attached: ${names.join(", ") || "nothing"}`
        : `its trust does not name ${trusted}`,
      likelyCause: "the role was made for something else, or a policy was detached by hand",
      lookCloser,
    });
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
