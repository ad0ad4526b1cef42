/** How fast simulated time goes, and how long an operation takes by it. */
import type { Latency } from "../cloud/model";
import { findModel } from "../cloud/registry";
import { UserError } from "../shared/user-error";
import { commandWith } from "./typed-command";
import type { Operation } from "./faults";

/** Types whose models give no time: seconds to create, and to delete. */
const OTHERS: Latency = [1, 1];

/** How long network interfaces outlive what they were made for, in seconds. */
const ENI_DELAY = 90;

/** How fast the simulated time goes. */
export interface Clock {
  /** Seconds of AWS in one second here; undefined when nothing takes time. */
  readonly scale?: number;
  /** How long network interfaces outlive what they were made for here, in milliseconds. */
  readonly eniDelayMs: number;
}

/**
 * Reads SANDBOX_LATENCY: `real` is 60 times as fast as AWS, `real/N` is N times as fast.
 * @throws UserError for anything else
 */
export function clockOf(setting: string | undefined): Clock {
  if (!setting) return { eniDelayMs: 150 };
  const match = /^real(?:\/(\d+))?$/.exec(setting);
  const scale = match && Number(match[1] ?? 60);
  if (!scale) {
    throw new UserError(`SANDBOX_LATENCY is ${setting}`, {
      allowed: "real (60 times as fast as AWS), or real/N (N times)",
      fix: commandWith({ SANDBOX_LATENCY: "real" }),
    });
  }
  return { scale, eniDelayMs: (ENI_DELAY * 1000) / scale };
}

/** Milliseconds that an operation takes here. */
export function latencyOf(
  clock: Clock,
  operation: Operation,
  type: string,
  inputs: Record<string, unknown>,
): number {
  if (!clock.scale) return 0;
  const { latency = OTHERS } = findModel(type) ?? {};
  const [create, remove] = typeof latency === "function" ? latency(inputs) : latency;
  return ((operation === "delete" ? remove : create) * 1000) / clock.scale;
}
