import { type Level } from "./types";

/** Where a rule bites: on one document, on a role with all that it carries, or on the stack's joins. */
type Scope = "identity" | "trust" | "resource" | "role" | "attachment";

/** A rule: what it is called, how hard it bites, and why there is such a rule. */
export interface Rule {
  id: string;
  title: string;
  level: Level;
  scope: Scope;
  why: string;
}

type Of = (scope: Scope, id: string, title: string, why: string) => Rule;

/** A rule that stops an update. */
export const mandatory: Of = (scope, id, title, why) => ({
  id,
  title,
  level: "mandatory",
  scope,
  why,
});

/** A rule that only reports. */
export const advisory: Of = (scope, id, title, why) => ({
  id,
  title,
  level: "advisory",
  scope,
  why,
});
