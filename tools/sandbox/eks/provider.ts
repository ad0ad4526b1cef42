/** Serves the components of @pulumi/eks, with the children that the real provider gives them. */
import * as pulumi from "@pulumi/pulumi";
// Registers what references to clusters and to resources of AWS are read as.
import "@pulumi/eks";
import "@pulumi/aws/ec2";
import "@pulumi/aws/eks";
import "@pulumi/aws/iam";
import { version } from "@pulumi/eks/package.json";
import { ClusterComponent } from "./cluster";
import { ManagedNodeGroupComponent, type ManagedNodeGroupInputs } from "./node-group";

const provider: pulumi.provider.Provider = {
  version,
  construct(name, type, inputs, options) {
    switch (type) {
      case "eks:index:Cluster": {
        const component = new ClusterComponent(name, inputs, options);
        return Promise.resolve({ urn: component.urn, state: component.state });
      }
      case "eks:index:ManagedNodeGroup": {
        const group = inputs as ManagedNodeGroupInputs;
        const component = new ManagedNodeGroupComponent(name, group, options);
        return Promise.resolve({ urn: component.urn, state: component.state });
      }
      default:
        return Promise.reject(new Error(`the simulated cloud has no ${type}`));
    }
  },
};

void pulumi.provider.main(provider, []);
