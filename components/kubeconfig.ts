/** Whose credentials a kubeconfig's tokens are made with. */
export interface TokenCredentials {
  /** Profile of the AWS CLI. @default the usual chain of credentials */
  readonly profile?: string;
  /** ARN of a role that is assumed for the token. @default none */
  readonly roleArn?: string;
}

interface ExecUser {
  readonly user?: {
    readonly exec?: {
      readonly args?: readonly string[];
      readonly env?: readonly { name: string; value: string }[] | null;
    };
  };
}

/**
 * A kubeconfig of EKS whose tokens are made with these credentials. @pulumi/eks leaves profile and
 * role out of what it exports (pulumi-eks 4.3, kubeconfigJson; issues 1207 and 1426), so that anybody
 * can use it with credentials of their own; a provider has to use those of the stack.
 * @param kubeconfig JSON, as EKS's kubeconfigs are
 */
export function kubeconfigFor(kubeconfig: string, credentials: TokenCredentials): string {
  const { profile, roleArn } = credentials;
  if (profile === undefined && roleArn === undefined) return kubeconfig;
  const config = JSON.parse(kubeconfig) as { users?: ExecUser[] };
  const users = config.users?.map((entry) => {
    const exec = entry.user?.exec;
    if (!exec) return entry;
    const own = (exec.env ?? []).filter(({ name }) => name !== "AWS_PROFILE");
    const env = profile === undefined ? own : [...own, { name: "AWS_PROFILE", value: profile }];
    const args = roleArn === undefined ? exec.args : [...(exec.args ?? []), "--role-arn", roleArn];
    return { ...entry, user: { ...entry.user, exec: { ...exec, args, env } } };
  });
  return JSON.stringify({ ...config, users });
}
