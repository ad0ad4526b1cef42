/** The models of Kubernetes' resources. */
export { deployment } from "./deployment";
export { ingress } from "./ingress";
export { namespace } from "./namespace";
export { pod } from "./pod";
export { release } from "./release";
export { service } from "./service";
