/** Every type of resource that the simulation has: a file, and a line in its package's index.ts. */
import * as aws from "./aws";
import * as eks from "./eks";
import * as kubernetes from "./kubernetes";
import type { ResourceModel } from "./model";
import * as providers from "./providers";

/** All models; an estimate lists its items in this order. */
export const MODELS: readonly ResourceModel[] = [providers, eks, kubernetes, aws].flatMap(
  (models) => Object.values<ResourceModel>(models),
);

const BY_TYPE = new Map(MODELS.map((model) => [model.type, model]));

/** The model of a type; undefined if the simulation does not have the type. */
export function findModel(type: string): ResourceModel | undefined {
  return BY_TYPE.get(type);
}

/**
 * The model of a type.
 * @throws Error for a type that the simulation does not have
 */
export function modelOf(type: string): ResourceModel {
  const model = findModel(type);
  if (!model) throw new Error(`the simulated cloud has no ${type}`);
  return model;
}
