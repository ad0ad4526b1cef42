/** What is asked of a run, and what it leaves. */
import type { Props, SimulatedCloud } from "../cloud";

/** Options of a resource that decide its life, as they reached the engine. */
export interface RecordedOptions {
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly deleteBeforeReplace: boolean;
  readonly ignoreChanges: readonly string[];
  readonly replaceOnChanges: readonly string[];
  readonly deleteTimeout: string;
}

/** A resource that the program registered; secrets are redacted. */
export interface RecordedResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** What the cloud calls it; empty for a component. */
  readonly id: string;
  readonly parent?: string;
  readonly inputs: Props;
  readonly outputs: Props;
  /** URNs of what it depends on, explicitly or by a value. */
  readonly dependencies: readonly string[];
  /** Which of its inputs depend on which resources. */
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  /** URN of its provider; undefined for components. */
  readonly provider?: string;
  readonly options: RecordedOptions;
  /** What a component registered as its outputs; undefined if it registered none. */
  registeredOutputs?: Props;
}

/** What is known of a stack that was run: its outputs, in plain text, and which are secret. */
export interface StackState {
  readonly outputs: Props;
  readonly secretOutputNames: readonly string[];
}

/** A program, and the stack that it is run as. */
export interface RunRequest {
  readonly organization: string;
  readonly project: string;
  readonly stack: string;
  /** Configuration by full key; structured values as JSON. */
  readonly config: Readonly<Record<string, string>>;
  /** Full keys of the configuration's secrets. */
  readonly secretKeys?: readonly string[];
  readonly program: () => unknown;
  readonly cloud: SimulatedCloud;
  /** Stacks that may be referred to, by organization/project/stack. */
  readonly stacks?: ReadonlyMap<string, StackState>;
  /** Runs as a preview does: what a provider would add is unknown. */
  readonly preview?: boolean;
}

/** What a run left. */
export interface RunResult {
  readonly resources: readonly RecordedResource[];
  /** The stack's outputs, secrets redacted. */
  readonly outputs: Props;
  readonly warnings: readonly string[];
  /** What made it fail; empty if it succeeded. */
  readonly errors: readonly Error[];
  /** What other stacks may refer to. */
  readonly state: StackState;
}
