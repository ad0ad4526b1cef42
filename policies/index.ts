import { PolicyPack } from "@pulumi/policy";
import { policies } from "./pack";

/** The pack as the engine loads it; what it checks is in pack.ts, and what it finds in analyser/. */
export const pack = new PolicyPack("eks-exercises-iam", {
  description: "Finds over-broad IAM: policies, trust, attachments, and roles as a whole",
  displayName: "Over-broad IAM",
  policies,
});
