/** Settings parsed without the program: what is wrong with a configuration, or what it means. */
import assert from "node:assert/strict";
import { SettingsError, type Problem } from "../../settings/problems";
import { parseSettings, type Settings } from "../../settings/settings";
import { rawConfig, type Config } from "./harness";

/** Configurations of one cluster and nothing else, by the source of the cluster. */
export const CREATED: Config = { cluster: { create: {} } };
export const SHARED: Config = { cluster: { stack: "exercise-cluster" } };

/** The stack that is parsed as, and which of its keys are secret. */
export interface Parsing {
  readonly stack?: string;
  readonly region?: string;
  readonly secretKeys?: readonly string[];
}

/** What a configuration means. A value of undefined stands for a key that is not there. */
export function settingsOf(config: Config, parsing: Parsing = {}): Settings {
  const { stack = "test", secretKeys = [] } = parsing;
  const region = "region" in parsing ? parsing.region : "us-east-1";
  const raw = Object.entries(rawConfig(config)).filter(([, value]) => value !== undefined);
  const around = { organization: "organization", project: "eks-exercises", stack, region };
  return parseSettings(Object.fromEntries(raw), around, (key) =>
    secretKeys.includes(key.replace("eks-exercises:", "")),
  );
}

/** The error that a configuration makes; fails where it makes none, or another kind. */
export function errorOf(config: Config, parsing?: Parsing): SettingsError {
  try {
    settingsOf(config, parsing);
  } catch (error) {
    if (error instanceof SettingsError) return error;
    throw error;
  }
  assert.fail(`nothing is wrong with ${JSON.stringify(config)}`);
}

/** All that is wrong with a configuration, in order; a value that is not set is left out. */
export function problemsOf(config: Config, parsing?: Parsing): Problem[] {
  return errorOf(config, parsing).problems.map(({ value, ...rest }) =>
    value === undefined ? rest : { ...rest, value },
  );
}

/** The only thing that is wrong with a configuration. */
export function problemOf(config: Config, parsing?: Parsing): Problem {
  const problems = problemsOf(config, parsing);
  assert.equal(problems.length, 1, JSON.stringify(problems, null, 2));
  return problems[0]!;
}
