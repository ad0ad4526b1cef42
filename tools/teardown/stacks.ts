/** Which stacks there are, which of them use whose cluster, and in which order they can go. */
import { parseSettings, type Settings } from "../../settings/settings";
import { projectName, stackConfig, stackNames } from "../shared/stack-files";
import { UserError } from "../shared/user-error";
import type { State } from "./backend";
import type { Owner } from "./ownership";

/** A stack that has a file, or that the backend has. */
export interface Stack {
  readonly name: string;
  /** What it has; undefined if it is down, or nobody knows. */
  readonly state?: State;
  /** The stacks whose clusters it uses: by its settings, and by its state. */
  readonly uses: readonly string[];
  /** What its own cluster is known by in AWS; undefined if it has none. */
  readonly cluster?: Owner;
  /** Set if its settings are wrong, so that nothing is known of its cluster. */
  readonly problem?: string;
}

/** All stacks, in the chapter's order. */
export function readStacks(directory: string, states: ReadonlyMap<string, State>): Stack[] {
  const files = stackNames(directory);
  const project = projectName(directory);
  return [...new Set([...files, ...states.keys()])].map((name) => {
    const state = states.get(name);
    const references = state?.references ?? [];
    if (!files.includes(name)) return { name, uses: references, ...(state && { state }) };
    const read = readFile(directory, project, name);
    const uses = [...new Set([...read.uses, ...references])];
    return { name, ...read, uses, ...(state && { state }) };
  });
}

type Read = Pick<Stack, "uses" | "cluster" | "problem">;

function readFile(directory: string, project: string, name: string): Read {
  try {
    const { config, secretKeys } = stackConfig(directory, name);
    const region =
      config["aws:region"] ?? process.env["AWS_REGION"] ?? process.env["AWS_DEFAULT_REGION"];
    const context = { organization: "organization", project, stack: name, region };
    const settings = parseSettings(config, context, (key) => secretKeys.includes(key));
    const source = settings.cluster;
    if (source.kind === "stack") return { uses: [source.stack.split("/").at(-1)!] };
    if (source.kind === "kubeconfig") return { uses: [] };
    const profile = config["aws:profile"];
    return { uses: [], cluster: ownerOf(settings, source.clusterName, region, profile, name) };
  } catch (error) {
    return { uses: [], problem: (error as Error).message };
  }
}

function ownerOf(
  { tags }: Settings,
  clusterName: string,
  region: string | undefined,
  profile: string | undefined,
  stack: string,
): Owner {
  return {
    clusterName,
    region: region ?? "us-east-1",
    ...(profile && { profile }),
    project: tags["Project"]!,
    owner: tags["Owner"]!,
    stacks: [stack],
  };
}

/** The stacks that use another one's cluster. */
export function usersOf(name: string, stacks: readonly Stack[]): Stack[] {
  return stacks.filter((stack) => stack.name !== name && stack.uses.includes(name));
}

/**
 * The order in which stacks can be destroyed: each after all that use its cluster.
 * @throws UserError if stacks use each other
 */
export function destroyOrder(stacks: readonly Stack[]): Stack[] {
  const waiting = [...stacks];
  const order: Stack[] = [];
  while (waiting.length > 0) {
    const next = waiting.findIndex(({ name }) => usersOf(name, waiting).length === 0);
    if (next < 0) {
      const names = waiting.map(({ name }) => name).join(", ");
      throw new UserError(`The stacks ${names} use each other's clusters`, {
        fix: "correct cluster.stack in their files",
      });
    }
    order.push(...waiting.splice(next, 1));
  }
  return order;
}

/**
 * The stacks that were asked for.
 * @throws UserError with all that is wrong
 */
export function chooseStacks(
  stacks: readonly Stack[],
  named: readonly string[],
  all: boolean,
): readonly Stack[] {
  const known = stacks.map(({ name }) => name);
  const problems = named
    .filter((name) => !known.includes(name))
    .map((name) => `There is no stack ${name}.`);
  if (all && named.length > 0) problems.push("--all means every stack: name none beside it.");
  if (problems.length > 0) {
    throw new UserError(problems.join("\n"), { allowed: `--all, or of ${known.join(", ")}` });
  }
  return all ? stacks : stacks.filter(({ name }) => named.includes(name));
}

/**
 * What to look for in AWS for the stacks that were chosen: one owner for each cluster. If the cluster's
 * own stack is up, only what the other stacks have tagged can be left.
 */
export function ownersOf(chosen: readonly Stack[], stacks: readonly Stack[]): Owner[] {
  return stacks.flatMap((home) => {
    if (!home.cluster) return [];
    const around = [home, ...usersOf(home.name, stacks)];
    const wanted = around.filter((stack) => chosen.includes(stack));
    if (wanted.length === 0) return [];
    if (!home.state) return [{ ...home.cluster, stacks: around.map(({ name }) => name) }];
    const down = wanted.filter(({ state }) => state === undefined).map(({ name }) => name);
    return down.length > 0 ? [{ ...home.cluster, stacks: down, isUp: true }] : [];
  });
}
