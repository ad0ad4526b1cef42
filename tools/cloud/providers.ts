/** The models of Pulumi's own providers. */
import { hex } from "./ids";
import type { ResourceModel } from "./model";
import type { Handler } from "./types";

const simulate: Handler = ({ seed }) => ({ id: hex(seed, 32) });

export const awsProvider: ResourceModel = {
  type: "pulumi:providers:aws",
  sources: {},
  simulate,
};

export const kubernetesProvider: ResourceModel = {
  type: "pulumi:providers:kubernetes",
  sources: {},
  simulate,
};
