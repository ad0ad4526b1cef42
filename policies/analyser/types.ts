import { type JsonPath } from "./json-text";

/** Stops an update (mandatory) or is only reported (advisory). */
export type Level = "mandatory" | "advisory";

/** What a document is attached to: a principal, a role as its trust policy, or a resource. */
export type DocumentKind = "identity" | "trust" | "resource";

/** One defect, with all that a reader needs to see it and to mend it. */
export interface Finding {
  /** The id of the rule; its page is docs/policies/<rule>.md. */
  rule: string;
  level: Level;
  /**
   * The Sid of the statement, or `#<index>`; several are parted by commas. Empty if the finding is about
   * a whole document or role. A Sid that occurs again is followed by its index: `Read#2`.
   */
  statement: string;
  /** Where the fault is in the document: `["Statement", 0, "Action", 1]`. */
  path?: JsonPath;
  /** The line and column of that place, counted from 1, if the document was given as text. */
  line?: number;
  column?: number;
  /** The wildcards, as written, by which the document takes in the actions at fault. */
  caughtBy?: string[];
  /** What is wrong, in one sentence that names the value at fault. */
  message: string;
  /** The actions, resources, condition or principal at fault. */
  actions: string[];
  resources: string[];
  condition?: string;
  principal?: string;
  /** Why it matters, in one sentence. */
  why: string;
  /** A concrete request that this lets through and should not. */
  request: string;
  /** The narrower statement (JSON) or setting to write instead. */
  instead: string;
  /** The placeholders in `instead` that only the author can fill in: `ACCOUNT`, `BUCKET_NAME`. */
  missing?: string[];
  /** Where the rule is explained, for a rule of a team's own. */
  page?: string;
}

/** A condition of a statement, taken apart. */
export interface Condition {
  /** The operator without qualifier and `IfExists`, in lower case: `stringlike`. */
  operator: string;
  qualifier: "forallvalues" | "foranyvalue" | undefined;
  ifExists: boolean;
  /** The key in lower case; keys of conditions are case-insensitive. */
  key: string;
  values: string[];
  /** As written, for messages: `StringLike aws:ResourceTag/x`. */
  text: string;
}

/** A principal: its type (`AWS`, `Service`, `Federated`, `CanonicalUser`) and its value. */
export interface Principal {
  type: string;
  value: string;
}

/** A statement in one normal shape, whatever shape it was written in. */
export interface Statement {
  /** The Sid, or `#<index>`; unique in the document. */
  id: string;
  /** Where the statement is in the document, and what it is there. */
  path: JsonPath;
  source: Readonly<Record<string, unknown>>;
  effect: "Allow" | "Deny";
  /** Lower case. */
  actions: string[];
  notActions: string[] | undefined;
  resources: string[];
  notResources: string[] | undefined;
  principals: Principal[];
  notPrincipals: Principal[] | undefined;
  conditions: Condition[];
  /** The parts whose value is not known yet: the verdict on them has to wait. */
  pending: string[];
}

/** What a document came to: statements, or why it cannot be read. */
export interface ParsedDocument {
  statements: Statement[];
  problems: string[];
  /** Paths of values that are not known yet, such as `Statement[0].Resource`. */
  pending: string[];
}

/** What is known of the account and the clusters of a document. */
export interface TrustContext {
  /** Own account ids; without one an account is foreign to nobody. */
  accounts?: readonly string[];
  /** Issuers of this stack's clusters (host and path, no scheme); without one no issuer is foreign. */
  issuers?: readonly string[];
}

/** The kind of a document, and its context. */
export interface AnalyseOptions extends TrustContext {
  kind: DocumentKind;
  /** Rules of a team's own, beside the pack's. */
  rules?: readonly CustomRule[];
}

/** What a rule of a team's own reports. `statement` is the id of the statement at fault. */
export type CustomDefect = Pick<Finding, "message"> &
  Partial<Pick<Finding, "statement" | "actions" | "resources" | "condition" | "principal">> & {
    /** A request that is allowed and should not be. */
    request?: string;
    /** What to write instead. */
    instead?: string;
  };

/** A rule of a team's own. It judges one document at a time, and must not keep or change what it is given. */
export interface CustomRule {
  /** In lower case with hyphens; none of the pack's own ids. */
  id: string;
  /** What it reports, in a few words. */
  title: string;
  /** Why it matters, in one sentence. */
  why: string;
  /** `mandatory` stops an update, `advisory` only reports. */
  level: Level;
  /** Where the rule is explained: a URL or a path. */
  page?: string;
  /** The defects of a document; actions are in lower case, and values may be unknown (`pending`). */
  check: (document: ParsedDocument, kind: DocumentKind) => readonly CustomDefect[];
}
