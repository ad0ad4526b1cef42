import { parseDocument } from "./analyser";
import { trustedBy, type Trusted } from "./analyser/trust";
import {
  type Attached,
  attachmentsOf,
  documentsOf,
  nodeRolesOf,
  ROLE,
  targetsOf,
} from "./extract-documents";
import { elements, field, knownString, type ResourceRecord } from "./records";

/** A policy document of a principal, with the resource that brings it. */
export interface HeldPolicy {
  name: string;
  document: unknown;
  carrier: ResourceRecord;
  inline: boolean;
}

/** A managed policy by ARN, with the resource that attaches it. */
export interface HeldAttachment {
  arn: string;
  carrier: ResourceRecord;
}

/** A role, user or group with everything that the stack gives it. */
export interface PrincipalView {
  kind: "role" | "user" | "group";
  name: string;
  /** Absent where the principal is of another stack and only its name is known. */
  record: ResourceRecord | undefined;
  trust: Trusted | undefined;
  policies: HeldPolicy[];
  attachments: HeldAttachment[];
  /** Inline policies known by name only (RolePoliciesExclusive). */
  inlineNames: { name: string; carrier: ResourceRecord }[];
  /** The node groups that run under it. */
  usedBy: ResourceRecord[];
}

const TYPES: Record<PrincipalView["kind"], string> = {
  role: ROLE,
  user: "aws:iam/user:User",
  group: "aws:iam/group:Group",
};

/** The strings by which a resource may be referred to. */
function namesOf(record: ResourceRecord): string[] {
  const { props } = record;
  const known = [props.name, props.arn, props.id, record.urn].map(knownString);
  return known.filter((name) => name !== undefined);
}

/** Joins what is attached with what it is attached to: by name, ARN or URN, else by dependency. */
export class Principals {
  readonly views = new Map<string, PrincipalView>();
  private readonly byName = new Map<string, ResourceRecord>();
  private readonly byUrn: ReadonlyMap<string, ResourceRecord>;

  constructor(private readonly records: readonly ResourceRecord[]) {
    this.byUrn = new Map(records.map((record) => [record.urn, record]));
    for (const record of records) {
      const kind = kindOf(record);
      if (kind === undefined) continue;
      for (const name of namesOf(record)) this.byName.set(`${kind}:${name}`, record);
    }
    for (const record of records) this.collect(record);
  }

  /** The principal that a value of a property refers to; undefined where nothing tells. */
  resolve(
    from: ResourceRecord,
    kind: PrincipalView["kind"],
    property: string,
    value: unknown,
  ): PrincipalView | undefined {
    const spelled = [
      value,
      field(value, "urn"),
      field(value, "arn"),
      field(value, "name"),
      field(value, "id"),
    ];
    const known = spelled.map(knownString).filter((text) => text !== undefined);
    for (const text of known) {
      const short = /^arn:.*\/([^/]+)$/.exec(text)?.[1];
      const record =
        this.byName.get(`${kind}:${text}`) ?? this.byName.get(`${kind}:${short ?? text}`);
      if (record !== undefined) return this.viewOf(kind, record);
    }
    const record = this.dependency(from, property, (r) => kindOf(r) === kind);
    if (record !== undefined) return this.viewOf(kind, record);
    const [text] = known;
    if (text !== undefined) return this.external(kind, /^arn:.*\/([^/]+)$/.exec(text)?.[1] ?? text);
    // An output of another stack has no resource here: the principal is not of this stack.
    const elsewhere = this.dependency(
      from,
      property,
      (r) => r.type === "pulumi:pulumi:StackReference",
    );
    return elsewhere === undefined
      ? undefined
      : this.external(kind, `(an output of ${elsewhere.name})`);
  }

  /** The one resource of a sort that a property's value comes from. */
  private dependency(
    from: ResourceRecord,
    property: string,
    test: (record: ResourceRecord) => boolean,
  ): ResourceRecord | undefined {
    const urns = from.propertyDependencies?.[property] ?? from.dependencies ?? [];
    const found = [...new Set(urns)]
      .map((urn) => this.byUrn.get(urn))
      .filter((r) => r !== undefined && test(r));
    return found.length === 1 ? found[0] : undefined;
  }

  private viewOf(kind: PrincipalView["kind"], record: ResourceRecord): PrincipalView {
    const trust = parseDocument(record.props.assumeRolePolicy, "trust");
    const isKnown = kind === "role" && trust.pending.length === 0;
    return this.view(record.urn, kind, knownString(record.props.name) ?? record.name, record, () =>
      isKnown ? trustedBy(trust.statements) : undefined,
    );
  }

  private external(kind: PrincipalView["kind"], name: string): PrincipalView {
    return this.view(`${kind}:${name}`, kind, name, undefined, () => undefined);
  }

  private view(
    key: string,
    kind: PrincipalView["kind"],
    name: string,
    record: ResourceRecord | undefined,
    trust: () => Trusted | undefined,
  ): PrincipalView {
    let view = this.views.get(key);
    if (view === undefined) {
      const lists = { policies: [], attachments: [], inlineNames: [], usedBy: [] };
      view = { kind, name, record, trust: trust(), ...lists };
      this.views.set(key, view);
    }
    return view;
  }

  private collect(record: ResourceRecord): void {
    if (record.type === ROLE) this.collectRole(record);
    for (const { property, value } of nodeRolesOf(record)) {
      this.resolve(record, "role", property, value)?.usedBy.push(record);
    }
    for (const target of targetsOf(record)) {
      const view = this.resolve(record, target.kind, target.property, target.value);
      if (view === undefined) continue;
      for (const { document } of documentsOf(record)) {
        const name = knownString(record.props.name) ?? record.name;
        view.policies.push({ name, document, carrier: record, inline: true });
      }
      for (const attached of attachmentsOf(record)) this.attach(view, record, attached);
      for (const name of elements(record.props.policyNames)) {
        const known = knownString(name);
        if (known !== undefined) view.inlineNames.push({ name: known, carrier: record });
      }
    }
  }

  private collectRole(record: ResourceRecord): void {
    const view = this.viewOf("role", record);
    for (const { kind, path, document } of documentsOf(record)) {
      if (kind === "identity")
        view.policies.push({ name: path, document, carrier: record, inline: true });
    }
    for (const attached of attachmentsOf(record)) this.attach(view, record, attached);
  }

  private attach(view: PrincipalView, carrier: ResourceRecord, { path, arn }: Attached): void {
    const text = knownString(arn);
    const property = path.replace(/\[.*$/, "");
    const policy =
      this.records.find(
        (r) =>
          r.type === "aws:iam/policy:Policy" &&
          text !== undefined &&
          knownString(r.props.arn) === text,
      ) ??
      (text === undefined
        ? this.dependency(carrier, property, (r) => r.type === "aws:iam/policy:Policy")
        : undefined);
    // A role's own outputs repeat what other resources attach to it: once is enough.
    if (text !== undefined && view.attachments.some((held) => held.arn === text)) return;
    if (text !== undefined) view.attachments.push({ arn: text, carrier });
    if (policy === undefined) return;
    const name = knownString(policy.props.name) ?? policy.name;
    if (text === undefined) view.attachments.push({ arn: `the policy ${name}`, carrier });
    view.policies.push({ name, document: policy.props.policy, carrier, inline: false });
  }
}

function kindOf(record: ResourceRecord): PrincipalView["kind"] | undefined {
  return (["role", "user", "group"] as const).find((kind) => TYPES[kind] === record.type);
}
