import { type Finding } from "./analyser";
import { type ResourceRecord } from "./records";

/** A finding that several resources show together, with the one that it is about and the principal. */
export interface JoinedFinding {
  finding: Finding;
  record: ResourceRecord;
  /** The property at fault, if it is one. */
  property?: string;
  role?: string;
}
