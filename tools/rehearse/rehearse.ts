import { SimulatedCloud } from "../cloud";
import { estimate, type Cost } from "./cost";
import { findingsOf, type StackFinding } from "./findings";
import type { RecordedResource, RunResult, StackState } from "./records";
import { run } from "./run";
import { withStandIns } from "./stand-ins";
import { projectName, stackConfig, type StackConfig } from "../shared/stack-files";

/** The organization of a stack that is on no service: what the Pulumi CLI calls it too. */
const ORGANIZATION = "organization";

/** A rehearsed stack. */
export interface Rehearsal extends Omit<RunResult, "state"> {
  readonly stack: string;
  /** The stack whose cluster it takes; undefined where it takes no other's. */
  readonly clusterStack?: string;
  /** What the policy pack finds. */
  readonly findings: readonly StackFinding[];
  readonly cost: Cost;
}

/** Whether `up` would fail: the program does, or the policy pack stops it. */
export function fails({ errors, findings }: Rehearsal): boolean {
  return errors.length > 0 || findings.some(({ stops }) => stops);
}

/** Rehearses the stacks of a project, each once, on one simulated cloud. */
export class Rehearsals {
  private readonly cloud = new SimulatedCloud();
  private readonly states = new Map<string, StackState>();
  private readonly done = new Map<string, Rehearsal>();
  private readonly underWay = new Set<string>();

  /**
   * @param adjust changes the configuration that a stack's file gives it, for a rehearsal of what
   *   would be if the file said otherwise
   */
  constructor(
    private readonly directory: string,
    private readonly program: () => unknown,
    private readonly adjust: (stack: string, file: StackConfig) => StackConfig = (_, file) => file,
  ) {}

  /**
   * Rehearses a stack, and before it, unless that was done, the one whose cluster it takes. A stack
   * whose file is missing or cannot be read fails.
   */
  async rehearse(stack: string): Promise<Rehearsal> {
    const before = this.done.get(stack);
    if (before) return before;
    this.underWay.add(stack);
    const rehearsal = await this.perform(stack);
    this.underWay.delete(stack);
    this.done.set(stack, rehearsal);
    return rehearsal;
  }

  private async perform(stack: string): Promise<Rehearsal> {
    const project = projectName(this.directory);
    let file: StackConfig;
    try {
      file = this.adjust(stack, stackConfig(this.directory, stack));
    } catch (error) {
      const nothing = { resources: [], outputs: {}, warnings: [], findings: [] };
      return { stack, ...nothing, cost: estimate([], 0), errors: [error as Error] };
    }
    const { secretKeys } = file;
    const { config, warnings } = withStandIns(file, project);
    const cluster = referredStack(config[`${project}:cluster`]);
    // Where two stacks take their cluster from each other, neither has one: as in the engine.
    if (cluster && !this.underWay.has(cluster)) await this.rehearse(cluster);
    const { state, ...result } = await run({
      organization: ORGANIZATION,
      project,
      stack,
      config,
      secretKeys,
      program: this.program,
      cloud: this.cloud,
      stacks: this.upFor(project, cluster),
    });
    const errors = withCause(result.errors, cluster, this.done.get(cluster ?? "")?.errors);
    if (result.errors.length === 0) this.states.set(`${ORGANIZATION}/${project}/${stack}`, state);
    const zones = zonesOf(result.resources) || zonesOf(this.done.get(cluster ?? "")?.resources);
    const cost = estimate(result.resources, zones);
    const findings = findingsOf(result.resources);
    const clusterStack = cluster && { clusterStack: cluster };
    return {
      stack,
      ...clusterStack,
      ...result,
      warnings: [...warnings, ...result.warnings],
      errors,
      findings,
      cost,
    };
  }

  /** Each stack is rehearsed as if no other were up but the one whose cluster it takes. */
  private upFor(project: string, cluster: string | undefined): ReadonlyMap<string, StackState> {
    const name = `${ORGANIZATION}/${project}/${cluster}`;
    const state = this.states.get(name);
    return new Map(state ? [[name, state]] : []);
  }
}

/** Shows why the cluster's stack failed, which is the cause if this one has no cluster. */
function withCause(
  errors: readonly Error[],
  cluster: string | undefined,
  causes: readonly Error[] = [],
): readonly Error[] {
  const [cause] = causes;
  if (!cause) return errors;
  const shown = cause.message.replaceAll("\n", "\n      ");
  return errors.map((error) =>
    error.message.includes("has no cluster to offer yet")
      ? new Error(`${error.message}\n    cause: the rehearsal of ${cluster} failed: ${shown}`)
      : error,
  );
}

/** In how many zones a stack's own cluster has load balancers. */
function zonesOf(resources: readonly RecordedResource[] = []): number {
  const zones = resources
    .filter(({ type, inputs }) => type === "aws:ec2/subnet:Subnet" && inputs["mapPublicIpOnLaunch"])
    .map(({ inputs }) => inputs["availabilityZone"]);
  return new Set(zones).size;
}

/** The stack whose cluster a stack takes; undefined where the setting is none, or malformed. */
function referredStack(cluster: string | undefined): string | undefined {
  try {
    const { stack } = JSON.parse(cluster ?? "{}") as { stack?: unknown };
    return typeof stack === "string" ? stack.split("/").at(-1) : undefined;
  } catch {
    return undefined;
  }
}
