import { isUndetermined, narrowsResource, resourceTags } from "./conditions";
import { isDenied, plainDenials } from "./denials";
import { properName, lookUpService } from "./data";
import { documentedAs, listPublished } from "./documented";
import { findEscalation, type Part } from "./escalation";
import { matches, matchesAny } from "./glob";
import { finding, statementJson } from "./rules";
import { type Condition, type Finding, type Statement } from "./types";

const taggers = new Map<string, readonly string[]>();

/** The actions of a service that set tags. */
function listTaggers(service: string): readonly string[] {
  let known = taggers.get(service);
  if (known === undefined) {
    const listed = lookUpService(service);
    known = (listed?.names ?? [])
      .filter((name) => /^(?!un|delete|remove).*tag/.test(name))
      .filter((name) => listed?.action(name)?.access === "tagging")
      .map((name) => `${service}:${name}`);
    taggers.set(service, known);
  }
  return known;
}

/** The actions of a service that set tags, as far as a statement allows them. */
function tagWriters(service: string, statement: Statement): string[] {
  if (statement.notActions !== undefined) return [];
  const own = statement.actions.filter((a) => a.startsWith(service) || a.startsWith("*"));
  if (own.length === 0) return [];
  return listTaggers(service).filter((action) => matchesAny(own, action));
}

/** Services whose tagging can be kept to what is being made: the key `ec2:CreateAction` and its like. */
const TAGS_ON_CREATION = /^(cloudformation|drs|ec2|ecs|elasticfilesystem|elasticloadbalancing):/;

/**
 * Whether a permission to tag is itself limited: by what is there already, or by tags that may be set and
 * do not lift the limit. One that asks for the very tag and value is the way round, not a limit, unless
 * the service gives its users no other way to tag what they make.
 */
function isLimitedWriter(
  writer: Statement,
  { tag, condition }: { tag: string; condition: Condition },
): boolean {
  return writer.conditions.some((c) => {
    if (c.key === "aws:tagkeys" && c.qualifier === "forallvalues" && takesKeys(c)) {
      return !c.values.some((value) => matches(value.toLowerCase(), tag));
    }
    if (!narrowsResource(c)) return false;
    if (
      !c.key.startsWith("aws:requesttag/") ||
      !writer.actions.some((a) => TAGS_ON_CREATION.test(a))
    ) {
      return true;
    }
    return c.key === `aws:requesttag/${tag}` && !c.values.some((v) => condition.values.includes(v));
  });
}

const takesKeys = ({ operator }: Condition): boolean => /^string(equals|like)/.test(operator);

/** Permissions that are limited by a resource's tag, where the same principal may write that tag. */
export function selfTag(statements: readonly Statement[]): Finding[] {
  const allowing = statements.filter((s) => s.effect === "Allow" && !isUndetermined(s));
  const limited = allowing.flatMap((statement) => {
    const [tag] = resourceTags(statement);
    return tag === undefined ? [] : [{ statement, tag }];
  });
  if (limited.length === 0) return [];
  const denials = plainDenials(statements);
  // A published policy that can lift its own limit is reported as broad, once, and not as this too.
  const published = listPublished(documentedAs(statements));
  const found = new Map<string, Finding>();
  for (const { statement, tag } of limited) {
    const services = new Set(statement.actions.map((a) => a.slice(0, a.indexOf(":"))));
    for (const service of services) {
      for (const writer of allowing) {
        if (isLimitedWriter(writer, tag)) continue;
        const action = tagWriters(service, writer).find(
          (a) => !isDenied(a, denials) && !published.has(a),
        );
        const key = `${service} ${tag.tag}`;
        if (action === undefined || found.has(key)) continue;
        found.set(key, lifted(statement, writer, tag, action));
      }
    }
  }
  return [...found.values()];
}

function lifted(
  limited: Statement,
  writer: Statement,
  { tag, condition }: { tag: string; condition: Condition },
  action: string,
): Finding {
  const written = condition.text.slice(condition.text.indexOf(" ") + 1);
  return finding("self-tag", {
    statement: writer.id,
    actions: [properName(action)],
    resources: writer.resources,
    condition: condition.text,
    message: `${properName(action)} can write the tag ${tag}, which limits ${limited.id}`,
    request: `${properName(action)} with ${tag} on another's resource, then ${properName(limited.actions[0] ?? "")}`,
    instead: statementJson({
      Effect: "Allow",
      Action: properName(action),
      Resource: writer.resources,
      Condition: { StringEquals: { [written]: condition.values[0] ?? "" } },
    }),
  });
}

/** What the documents of one principal come to together, and none of them alone. */
export function togetherFindings(parts: readonly Part[]): Finding[] {
  if (parts.length < 2) return [];
  const alone = new Set(parts.flatMap((part) => selfTag(part.statements).map((f) => f.condition)));
  const union = selfTag(parts.flatMap((part) => part.statements));
  return [...findEscalation(parts), ...union.filter((f) => !alone.has(f.condition))];
}
