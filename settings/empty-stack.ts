/** A stack that composes nothing: its section was removed, or never written. */
import { commandOf, type CommandContext, type Edit } from "./edits";
import type { Settings } from "./settings";

/** What the chapter's stacks are made of, by the end of their names. */
const SECTIONS: Readonly<Record<string, Edit>> = {
  autoscaler: { set: ["autoscaler", "permissions"], to: "irsa" },
  clusterip: { set: ["jenkins", "service"], to: "ClusterIP" },
  nodeport: { set: ["jenkins", "service"], to: "NodePort" },
  loadbalancer: { set: ["jenkins", "service"], to: "LoadBalancer" },
  ingress: { set: ["ingress", "controller"], to: "nginx" },
};

/** What to say of a stack that uses a cluster for nothing; undefined if it has a section. */
export function emptyStackWarning(settings: Settings, context: CommandContext): string | undefined {
  const { cluster, sockShop, autoscaler, jenkins, ingress } = settings;
  const isEmpty = [sockShop, autoscaler, jenkins, ingress].every((part) => part === undefined);
  if (cluster.kind === "create" || !isEmpty) return undefined;
  const section = SECTIONS[context.stack.split("-").at(-1)!] ?? SECTIONS["clusterip"]!;
  return (
    `Stack ${context.stack} puts nothing on its cluster: it has none of the sections sockShop, autoscaler, jenkins, ingress.\n` +
    `  fix: ${commandOf([section], context)}`
  );
}
