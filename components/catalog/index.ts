/** Every pin: versions, images, charts, what the workloads ask for, instance types. */
export * from "./addons";
export * from "./instance-types";
export * from "./versions";
export * from "./workloads";
