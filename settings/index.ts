export { expandHome } from "./kubeconfig";
export { ProgramError } from "./problems";
export { readSettings, type ClusterSource, type Settings } from "./settings";
