/** The models of the components of @pulumi/eks. */
export { cluster } from "./cluster";
export { managedNodeGroup } from "./managed-node-group";
