import { parseDocument, type ParsedDocument } from "./analyser";
import { trustedBy, type Trusted } from "./analyser/trust";
import {
  type Attachment,
  extractAttachments,
  extractDocuments,
  extractNodeRoles,
  extractTargets,
  MANAGED_POLICY,
} from "./extract-documents";
import { elements, field, knownString, type ResourceRecord } from "./records";

/** A policy document of a principal, with the resource that brings it. */
interface HeldPolicy {
  name: string;
  document: unknown;
  carrier: ResourceRecord;
  inline: boolean;
}

/** A managed policy by ARN, with the resource that attaches it. */
interface HeldAttachment {
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
  /** What the role's trust policy says; absent where it is not known yet, or not in this stack. */
  trustPolicy: ParsedDocument | undefined;
  policies: HeldPolicy[];
  attachments: HeldAttachment[];
  /** Inline policies known by name only (RolePoliciesExclusive). */
  inlineNames: { name: string; carrier: ResourceRecord }[];
  /** An output of another stack whose value is not known: two of them need not be one role. */
  isAnonymous: boolean;
  /** The node groups that run under it. */
  usedBy: ResourceRecord[];
}

const TYPES: Record<PrincipalView["kind"], readonly string[]> = {
  role: ["aws:iam/role:Role", "aws-native:iam:Role"],
  user: ["aws:iam/user:User", "aws-native:iam:User"],
  group: ["aws:iam/group:Group", "aws-native:iam:Group"],
};

/** The name that a resource has in AWS, as far as it is known. */
function awsName({ props }: ResourceRecord): string | undefined {
  const names = [
    props.name,
    props.roleName,
    props.userName,
    props.groupName,
    props.policyName,
    props.managedPolicyName,
  ];
  return names.map(knownString).find((name) => name !== undefined);
}

/** The strings by which a resource may be referred to. */
function listNames(record: ResourceRecord): string[] {
  const { props } = record;
  const known = [awsName(record), props.arn, props.id, record.urn].map(knownString);
  return known.filter((name) => name !== undefined);
}

/** Joins what is attached with what it is attached to: by name, ARN or URN, else by dependency. */
export class Principals {
  readonly views = new Map<string, PrincipalView>();
  private readonly byName = new Map<string, ResourceRecord>();
  private readonly byUrn: ReadonlyMap<string, ResourceRecord>;
  private readonly policies = new Map<string, ResourceRecord>();

  constructor(records: readonly ResourceRecord[]) {
    this.byUrn = new Map(records.map((record) => [record.urn, record]));
    for (const record of records) {
      const arn = MANAGED_POLICY.has(record.type) ? policyArn(record) : undefined;
      if (arn !== undefined) this.policies.set(arn, record);
      const kind = findKind(record);
      if (kind === undefined) continue;
      for (const name of listNames(record)) this.byName.set(`${kind}:${name}`, record);
    }
    for (const record of records) this.collect(record);
  }

  /** The principal that a value of a property refers to; undefined if nothing shows it. */
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
    const record = this.dependency(from, property, (r) => findKind(r) === kind);
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
      : this.external(kind, `(an output of ${elsewhere.name})`, true);
  }

  /** The resources of a sort that a property's value comes from. */
  private dependencies(
    from: ResourceRecord,
    property: string,
    test: (record: ResourceRecord) => boolean,
  ): ResourceRecord[] {
    const urns = from.propertyDependencies?.[property] ?? from.dependencies ?? [];
    return [...new Set(urns)]
      .map((urn) => this.byUrn.get(urn))
      .filter((r) => r !== undefined)
      .filter(test);
  }

  /** The one resource of a sort that a property's value comes from. */
  private dependency(
    from: ResourceRecord,
    property: string,
    test: (record: ResourceRecord) => boolean,
  ): ResourceRecord | undefined {
    const found = this.dependencies(from, property, test);
    return found.length === 1 ? found[0] : undefined;
  }

  private viewOf(kind: PrincipalView["kind"], record: ResourceRecord): PrincipalView {
    return this.view(record.urn, kind, awsName(record) ?? record.name, record);
  }

  private external(kind: PrincipalView["kind"], name: string, isAnonymous = false): PrincipalView {
    const view = this.view(`${kind}:${name}`, kind, name, undefined);
    view.isAnonymous = isAnonymous;
    return view;
  }

  private view(
    key: string,
    kind: PrincipalView["kind"],
    name: string,
    record: ResourceRecord | undefined,
  ): PrincipalView {
    let view = this.views.get(key);
    if (view === undefined) {
      const lists = { policies: [], attachments: [], inlineNames: [], usedBy: [] };
      const trustPolicy = record && kind === "role" ? readTrust(record) : undefined;
      const trust = trustPolicy && trustedBy(trustPolicy.statements);
      view = { kind, name, record, trust, trustPolicy, isAnonymous: false, ...lists };
      this.views.set(key, view);
    }
    return view;
  }

  private collect(record: ResourceRecord): void {
    const kind = findKind(record);
    if (kind !== undefined) this.collectPrincipal(kind, record);
    for (const { property, value } of extractNodeRoles(record)) {
      this.resolve(record, "role", property, value)?.usedBy.push(record);
    }
    for (const target of extractTargets(record)) {
      const view = this.resolve(record, target.kind, target.property, target.value);
      if (view === undefined) continue;
      for (const { document } of extractDocuments(record)) {
        const name = awsName(record) ?? record.name;
        const inline = !MANAGED_POLICY.has(record.type);
        view.policies.push({ name, document, carrier: record, inline });
      }
      for (const attachment of extractAttachments(record)) this.attach(view, record, attachment);
      for (const name of elements(record.props.policyNames)) {
        const known = knownString(name);
        if (known !== undefined) view.inlineNames.push({ name: known, carrier: record });
      }
    }
  }

  private collectPrincipal(kind: PrincipalView["kind"], record: ResourceRecord): void {
    const view = this.viewOf(kind, record);
    for (const { kind: documentKind, path, document } of extractDocuments(record)) {
      if (documentKind === "identity") {
        view.policies.push({ name: path, document, carrier: record, inline: true });
      }
    }
    for (const attachment of extractAttachments(record)) this.attach(view, record, attachment);
  }

  /** The customer managed policies of this stack that an attachment names, by ARN or by dependency. */
  findPolicies(carrier: ResourceRecord, { path, arn }: Attachment): ResourceRecord[] {
    const text = knownString(arn);
    const known = text === undefined ? undefined : this.policies.get(text);
    if (text !== undefined) return known === undefined ? [] : [known];
    const property = path.replace(/\[.*$/, "");
    const found = this.dependencies(carrier, property, (r) => MANAGED_POLICY.has(r.type));
    // A list may hold several: all that its values come from are in it.
    const isList = property !== path && carrier.propertyDependencies?.[property] !== undefined;
    return isList || found.length === 1 ? found : [];
  }

  private attach(view: PrincipalView, carrier: ResourceRecord, attachment: Attachment): void {
    const text = knownString(attachment.arn);
    // A role's own outputs repeat what other resources attach to it: once is enough.
    if (text !== undefined && view.attachments.some((held) => held.arn === text)) return;
    if (text !== undefined) view.attachments.push({ arn: text, carrier });
    for (const policy of this.findPolicies(carrier, attachment)) {
      const name = awsName(policy) ?? policy.name;
      const isHeld = view.policies.some((held) => held.carrier === carrier && held.name === name);
      if (isHeld) continue;
      if (text === undefined) view.attachments.push({ arn: `the policy ${name}`, carrier });
      for (const { document } of extractDocuments(policy)) {
        view.policies.push({ name, document, carrier, inline: false });
      }
    }
  }
}

function policyArn({ props }: ResourceRecord): string | undefined {
  return knownString(props.arn) ?? knownString(props.policyArn);
}

/** The trust policy of a role; undefined while a part of it is not known. */
function readTrust(record: ResourceRecord): ParsedDocument | undefined {
  const trust = extractDocuments(record).find(({ kind }) => kind === "trust");
  const parsed = parseDocument(trust?.document, "trust");
  return parsed.pending.length === 0 ? parsed : undefined;
}

function findKind(record: ResourceRecord): PrincipalView["kind"] | undefined {
  return (["role", "user", "group"] as const).find((kind) => TYPES[kind].includes(record.type));
}
