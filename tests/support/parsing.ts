/** Parses settings without the program: problems of a configuration, or its meaning. */
import assert from "node:assert/strict";
import { SettingsError, type Problem } from "../../settings/problems";
import { parseSettings, type Settings } from "../../settings/settings";
import { typeCommands } from "./config-command";
import { rawConfig, type Config } from "./harness";

/** Configurations with a cluster and nothing else, by the source of the cluster. */
export const CREATED: Config = { cluster: { create: {} } };
export const SHARED: Config = { cluster: { stack: "exercise-cluster" } };

/** The stack to parse as, and its secret keys. */
export interface Parsing {
  readonly stack?: string;
  readonly region?: string;
  readonly secretKeys?: readonly string[];
}

/** The settings of a configuration. A value of undefined stands for a missing key. */
export function settingsOf(config: Config, parsing: Parsing = {}): Settings {
  return parse(rawOf(config, parsing), parsing);
}

function rawOf(config: Config, parsing: Parsing): Record<string, string> {
  const region = "region" in parsing ? parsing.region : "us-east-1";
  const entries = Object.entries({ ...rawConfig(config), "aws:region": region });
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

function parse(raw: Record<string, string>, parsing: Parsing): Settings {
  const { stack = "test", secretKeys = [] } = parsing;
  const region = raw["aws:region"];
  const context = { organization: "organization", project: "eks-exercises", stack, region };
  return parseSettings(raw, context, (key) =>
    secretKeys.includes(key.replace("eks-exercises:", "")),
  );
}

/** The error of a configuration; fails if there is none, or another kind. */
export function errorOf(config: Config, parsing?: Parsing): SettingsError {
  try {
    settingsOf(config, parsing);
  } catch (error) {
    if (error instanceof SettingsError) return error;
    throw error;
  }
  assert.fail(`nothing is wrong with ${JSON.stringify(config)}`);
}

/** The problems of a configuration, in order, without the value of a setting that is not set. */
export function problemsOf(config: Config, parsing?: Parsing): Problem[] {
  return errorOf(config, parsing).problems.map(({ value, ...rest }) =>
    value === undefined ? rest : { ...rest, value },
  );
}

/**
 * The only problem of a configuration, without its fix. Each command of the fix, as typed, leaves a
 * configuration without problems.
 */
export function mendable(config: Config, parsing: Parsing = {}): Omit<Problem, "fix"> {
  const { fix, ...problem } = problemOf(config, parsing);
  const { stack = "test" } = parsing;
  const raw = rawOf(config, parsing);
  for (const command of fix.split("\n    or: ")) {
    const mended = typeCommands(raw, command, stack);
    assert.doesNotThrow(() => parse(mended, { ...parsing, region: mended["aws:region"] }), command);
  }
  return problem;
}

/** The only problem of a configuration. */
export function problemOf(config: Config, parsing?: Parsing): Problem {
  const problems = problemsOf(config, parsing);
  assert.equal(problems.length, 1, JSON.stringify(problems, null, 2));
  return problems[0]!;
}
