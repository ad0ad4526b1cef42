/** What a check is, and what it may look at. */
import type { Aws } from "../shared/aws";
import type { KubeClient } from "./kube-client";
import type { Connection } from "./connection";
import type { LiveEks } from "./eks";
import type { Result } from "./result";
import type { Target } from "./target";

/** What a check may look at. Every question has a deadline; one without an answer throws CouldNotCheck. */
export interface Context {
  readonly target: Target;
  readonly connection: Connection;
  readonly kube: KubeClient;
  /** @throws CouldNotCheck on a cluster that is not of EKS: its checks do not ask */
  readonly aws: Aws;
  /** The cluster as AWS describes it; likewise. */
  readonly eks: LiveEks;
  /** The CIDR blocks that may reach what is opened: those configured, or your own address. */
  callers(): Promise<readonly string[]>;
  /** Aborted when the run's time is over, or you end it. */
  readonly signal: AbortSignal;
  /** Whether to wait for the autoscaler to take the nodes to the fewest. */
  readonly waitForScaleDown: boolean;
  /** Seconds for which the nodes must stay the fewest. */
  readonly steadySeconds: number;
}

/** One of the chapter's own checks. It looks, once; whoever runs it does the waiting. */
export interface Check {
  /** A name of small letters and hyphens, the same for ever: instructors' tools rest on it. */
  readonly id: string;
  /** What must hold, as a sentence. */
  readonly title: string;
  /** Number of the chapter's exercise, 1 to 6. */
  readonly exercise: number;
  /** The place in the chapter. */
  readonly passage: string;
  run(context: Context): Promise<Result>;
}

/** A check that does not apply to a stack, with the reason why not. */
export interface SkippedCheck {
  readonly check: Omit<Check, "run">;
  readonly why: string;
}

const EXERCISES = [
  "Creating an EKS cluster",
  "Adding an autoscaler to your cluster",
  "Create a ClusterIP Service",
  "Create a NodePort Service",
  "Create a LoadBalancer Service",
  "Adding an Ingress and Ingress Controller to your cluster",
];

/** A place in the chapter: `Exercise 4 "Create a NodePort Service", step 3`. */
function formatPassage(exercise: number, step: number): string {
  return `Exercise ${exercise} "${EXERCISES[exercise - 1]}", step ${step}`;
}

/** A check, with its place in the chapter written out. */
export function define(
  id: string,
  title: string,
  [exercise, step]: readonly [number, number],
  run: Check["run"],
): Check {
  return { id, title, exercise, passage: formatPassage(exercise, step), run };
}
