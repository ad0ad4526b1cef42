import { typesToName } from "./action-types";
import { matching } from "./arn-patterns";
import { lookUpAction, lookUpService } from "./data";
import { isWild } from "./glob";
import { type ArnParts, fillTemplate, findPartition, readArnParts } from "./placeholders";
import { coversType, isStar, isUnscoped } from "./scope";
import { type Statement } from "./types";

export const serviceOfAction = (action: string): string => action.slice(0, action.indexOf(":"));

/** What the proposals for a document have in common: worked out once, and only when it is asked for. */
export class ProposalContext {
  private found: { partition: string; names: ReadonlySet<string> } | undefined;
  private readonly writes = new Map<string, readonly string[]>();

  constructor(private readonly statements: readonly Statement[]) {}

  private get all(): { partition: string; names: ReadonlySet<string> } {
    return (this.found ??= {
      partition: findPartition(this.statements.flatMap((s) => s.resources)) ?? "aws",
      names: new Set(this.statements.flatMap((s) => s.actions).filter((a) => !isWild(a))),
    });
  }

  /** The partition that any of the document's ARNs spells out. */
  get partition(): string {
    return this.all.partition;
  }

  /** The actions that the document names without a wildcard, to allow or to deny. */
  get names(): ReadonlySet<string> {
    return this.all.names;
  }

  /** Those of a service that write. */
  readonly listWrites = (service: string): readonly string[] => {
    let known = this.writes.get(service);
    if (known === undefined) {
      const own = [...this.names].filter((action) => action.startsWith(`${service}:`));
      known = own.filter((action) => lookUpAction(action)?.access === "write");
      this.writes.set(service, known);
    }
    return known;
  };
}

/** What an action of a proposal is limited to, and whether a tag of the request has to limit it further. */
interface Target {
  arns: readonly string[];
  needsTag: boolean;
}

/** Verbs of actions that make a resource, whose id nobody knows before. */
const CREATES = /^(create|run|allocate|request|copy|import|register|start|purchase)/;

/** The ARNs that proposals for a statement are limited to, by the author's own and by AWS's templates. */
export class Arns {
  private readonly parts = new Map<string, ArnParts>();
  private readonly owned = new Map<string, readonly string[]>();
  private readonly targets = new Map<string, Target>();

  constructor(
    private readonly resources: readonly string[],
    private readonly document: ProposalContext,
  ) {}

  /** What the ARNs of a service are filled in with. */
  partsFor(service: string): ArnParts {
    let known = this.parts.get(service);
    if (known === undefined) {
      const own = this.resources.filter((arn) => arn.split(":", 3)[2] === service);
      this.parts.set(service, (known = readArnParts(own, this.document.partition)));
    }
    return known;
  }

  /** The author's own patterns that take in some of a type and not all of it. */
  private ownOf(service: string, type: string, template: string): readonly string[] {
    let known = this.owned.get(template);
    if (known === undefined) {
      known = matching(this.resources, template).filter(
        (arn) => arn !== "*" && !coversType([arn], service, type) && !isStar([arn]),
      );
      this.owned.set(template, known);
    }
    return known;
  }

  /** The author's own patterns for a type if they are narrow, or the type's ARN to fill in. */
  private arnsOf(action: string, type: string): readonly string[] {
    const service = serviceOfAction(action);
    const template = lookUpService(service)?.templates.get(type);
    if (template === undefined) return [];
    const own = this.ownOf(service, type, template);
    if (own.length > 0) return own;
    const name = action.slice(service.length + 1);
    const isCreated =
      CREATES.test(name) &&
      (name.replace(/[^a-z]/g, "").includes(type.toLowerCase().replace(/[^a-z]/g, "")) ||
        (name === "runinstances" && /^(instance|volume|network-interface)$/.test(type)));
    return [fillTemplate(template, this.partsFor(service), isCreated)];
  }

  /** The ARNs to write for an action. */
  of(action: string): Target {
    let known = this.targets.get(action);
    if (known === undefined) this.targets.set(action, (known = this.findArns(action)));
    return known;
  }

  private findArns(action: string): Target {
    const info = lookUpAction(action);
    if (info === undefined) {
      return {
        arns: isStar(this.resources) ? ["ARN_OF_THE_RESOURCE"] : [...this.resources],
        needsTag: false,
      };
    }
    if (info.types.length === 0) return { arns: ["*"], needsTag: false };
    const types = typesToName(action, this.document.listWrites);
    const arns = [...new Set(types.flatMap((type) => this.arnsOf(action, type)))];
    // If every ARN of the proposal is open, only a tag of the request is left to narrow it.
    const needsTag = arns.length > 0 && isUnscoped(action, arns);
    return { arns: arns.length === 0 ? ["ARN_OF_THE_RESOURCE"] : arns, needsTag };
  }
}
