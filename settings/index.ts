export { expandHome } from "./kubeconfig";
export { readSettings } from "./read-settings";
