import { isWild } from "./glob";
import { type Condition } from "./types";

/** The issuers of EKS clusters, in lower case. */
export const EKS_ISSUER = /^oidc\.eks\.[a-z0-9-]+\.amazonaws\.com(\.cn)?\/id\//;

/** GitHub's own issuer, with an enterprise's path or without, and that of a GitHub Enterprise Server. */
export const GITHUB_ISSUER =
  /^token\.actions\.(githubusercontent|[a-z0-9-]+\.ghe)\.com|\/_services\/token$/;

/**
 * How the subjects of CI and deployment services begin, up to the end of what names one project. What
 * follows is a branch, an environment, a run: a wildcard there is these services' own idiom.
 */
const PROJECTS: readonly RegExp[] = [
  // GitHub: repo:OWNER/REPOSITORY:ref:refs/heads/main, or a repository by its claim or id.
  /^repo(sitory)?:[^*?/]+\/[^*?/:]+:/,
  /^repository_id:\d+:/,
  // GitLab: project_path:GROUP/PROJECT:ref_type:branch:ref:main
  /^project_path:[^*?:]+\/[^*?/:]+:/,
  // HCP Terraform: organization:O:project:P:workspace:W:run_phase:apply
  // Buildkite: organization:O:pipeline:P:ref:refs/heads/main:commit:C:step:S
  /^organization:[^*?:]+:(project|pipeline):[^*?:]+:/,
  // CircleCI: org/ORGANISATION/project/PROJECT/user/USER
  /^org\/[^*?/]+\/project\/[^*?/]+(\/|$)/,
  // Bitbucket: {REPOSITORY}:{ENVIRONMENT}:{STEP}, each of them a whole UUID
  /^\{[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}/i,
  // Spacelift: space:SPACE:stack:STACK:run_type:TRACKED:scope:write
  /^space:[^*?:]+:/,
  // Pulumi: pulumi:deploy:org:O:project:P:stack:S:operation:update:scope:write
  /^pulumi:deploy:org:[^*?:]+:project:[^*?:]+:/,
  // Azure DevOps: sc://ORGANISATION/PROJECT/CONNECTION
  /^sc:\/\/[^*?/]+\/[^*?/]+\//,
  // Semaphore: org:O:project:P:repo:R:ref_type:branch:ref:refs/heads/main
  /^org:[^*?:]+:project:[^*?:]+:/,
  // Harness: account/A:org/O:project/P
  /^account\/[^*?:]+:org\/[^*?:]+:project\/[^*?:]+(:|$)/,
  // Codefresh: account:A:pipeline:P:scm_repo_url:...
  /^account:[^*?:]+:pipeline:[^*?:]+:/,
  // Vercel: owner:TEAM:project:PROJECT:environment:production
  /^owner:[^*?:]+:project:[^*?:]+:/,
];

/** Whether a subject has one of the forms by which CI and deployment services name a project. */
export function isProjectSubject(subject: string): boolean {
  return PROJECTS.some((form) => form.test(subject));
}

/** Fly.io: ORGANISATION:APPLICATION:MACHINE. The form is too plain to mean the same of another issuer. */
const FLY_ISSUER = /^oidc\.fly\.io\//;
const FLY_APPLICATION = /^[^*?:]+:[^*?:]+:/;

/** Whether a subject names one workload, or one project of a CI service with whatever it runs. */
export function isPinned(issuer: string, subject: string): boolean {
  if (!isWild(subject)) return true;
  if (FLY_ISSUER.test(issuer)) return FLY_APPLICATION.test(subject);
  return !EKS_ISSUER.test(issuer) && isProjectSubject(subject);
}

/** Claims beside the subject that name one project; AWS STS takes them as condition keys. */
const PROJECT_CLAIM =
  /:(repository|repository_id|project_id|pipeline_id|oidc\.circleci\.com\/project-id)$/;

/** Whether a condition pins the token to one project by a claim of its own. */
export function pinsProject({ key, operator, values, ifExists, qualifier }: Condition): boolean {
  return (
    PROJECT_CLAIM.test(key) &&
    /^string(equals|equalsignorecase|like)$/.test(operator) &&
    !ifExists &&
    qualifier !== "forallvalues" &&
    values.every((value) => !isWild(value))
  );
}
