import { isDeepStrictEqual } from "node:util";
import { isMap } from "../../settings/is-map";
import type { Props } from "../cloud";

/**
 * What a preview says of an update: the new inputs, and what the cloud had added to the old ones, at
 * any depth. As the real providers do, it takes what an update does not name for unchanged.
 */
export function plannedOutputs(outputs: Props, oldInputs: Props, inputs: Props): Props {
  const planned = { ...outputs };
  for (const key of Object.keys(oldInputs)) if (!(key in inputs)) delete planned[key];
  for (const [key, input] of Object.entries(inputs)) {
    planned[key] = plan(outputs[key], oldInputs[key], input);
  }
  return planned;
}

function plan(output: unknown, oldInput: unknown, input: unknown): unknown {
  if (isDeepStrictEqual(oldInput, input) && output !== undefined) return output;
  if (isMap(output) && isMap(input)) {
    return plannedOutputs(output, isMap(oldInput) ? oldInput : {}, input);
  }
  return input;
}
