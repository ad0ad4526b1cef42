import * as pulumi from "@pulumi/pulumi";

/** Credentials with which the tokens of a kubeconfig are made. */
export interface TokenCredentials {
  /**
   * Profile of the AWS CLI.
   * Default: the usual chain of credentials.
   */
  profile?: pulumi.Input<string>;
  /**
   * ARN of a role that is assumed for each token.
   * Default: none.
   */
  roleArn?: pulumi.Input<string>;
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
 * Adds credentials to a kubeconfig of EKS. @pulumi/eks leaves profile and role out of what it
 * exports (pulumi-eks 4.3, kubeconfigJson; issues 1207 and 1426), so that everybody can use it with
 * credentials of their own; a provider has to use those of the stack.
 * @param kubeconfig JSON, as EKS's kubeconfigs are
 */
export function kubeconfigFor(
  kubeconfig: pulumi.Input<string>,
  credentials: TokenCredentials,
): pulumi.Output<string> {
  return pulumi
    .all([kubeconfig, credentials.profile, credentials.roleArn])
    .apply(([text, profile, roleArn]) => addCredentials(text, profile, roleArn));
}

/** The same, of plain values. */
export function addCredentials(kubeconfig: string, profile?: string, roleArn?: string): string {
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
