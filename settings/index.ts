export { expandHome } from "./kubeconfig";
export { readSettings, type ClusterSource, type Settings } from "./settings";
