import { isDenied, plainDenials } from "./breadth";
import { isGated, mustWait, resourceTags } from "./conditions";
import { properName, serviceOf } from "./data";
import { escalationOf, type Part } from "./escalation";
import { matchesAny } from "./glob";
import { finding, statementJson } from "./rules";
import { type Finding, type Statement } from "./types";

/** The actions of a service that write tags, as far as a statement allows them. */
function tagWriters(service: string, statement: Statement): string[] {
  const known = serviceOf(service);
  if (known === undefined || statement.notActions !== undefined) return [];
  // A cheap look first: the services of a role are few, its statements are not.
  const own = statement.actions.filter((a) => a.startsWith(`${service}:`) || a.startsWith("*"));
  if (own.length === 0) return [];
  return [...known.actions]
    .filter(
      ([, info]) =>
        info.access === "tagging" &&
        /tag/i.test(info.name) &&
        !/^(un|delete|remove)/i.test(info.name),
    )
    .map(([name]) => `${service}:${name}`)
    .filter((action) => matchesAny(own, action));
}

/** Permissions that are limited by a resource's tag, where the same principal may write that tag. */
export function selfTag(statements: readonly Statement[]): Finding[] {
  const denials = plainDenials(statements);
  const allowing = statements.filter((s) => s.effect === "Allow" && !mustWait(s));
  const found = new Map<string, Finding>();
  for (const limited of allowing) {
    const tags = resourceTags(limited);
    if (tags.length === 0) continue;
    const services = new Set(limited.actions.map((a) => a.slice(0, a.indexOf(":"))));
    for (const service of services) {
      for (const writer of allowing) {
        // A tag permission that is itself limited (by the tags asked for, or those there) is no way round.
        if (writer === limited || isGated(writer)) continue;
        const actions = tagWriters(service, writer).filter((a) => !isDenied(a, denials));
        const [action] = actions;
        const [tag] = tags;
        if (action === undefined || tag === undefined) continue;
        const key = `${service} ${tag.tag}`;
        if (found.has(key)) continue;
        const written = tag.condition.text.slice(tag.condition.text.indexOf(" ") + 1);
        found.set(
          key,
          finding("self-tag", {
            statement: writer.id,
            actions: [properName(action)],
            resources: writer.resources,
            condition: tag.condition.text,
            message: `${properName(action)} can write the tag ${tag.tag}, which limits ${limited.id}`,
            request: `${properName(action)} with ${tag.tag} on another's resource, then ${properName(limited.actions[0] ?? "")}`,
            instead: statementJson({
              Effect: "Allow",
              Action: properName(action),
              Resource: writer.resources,
              Condition: { StringEquals: { [written]: tag.condition.values[0] ?? "" } },
            }),
          }),
        );
      }
    }
  }
  return [...found.values()];
}

/** What the documents of one principal come to together, and none of them alone. */
export function togetherFindings(parts: readonly Part[]): Finding[] {
  if (parts.length < 2) return [];
  const alone = new Set(parts.flatMap((part) => selfTag(part.statements).map((f) => f.condition)));
  const union = selfTag(parts.flatMap((part) => part.statements));
  return [...escalationOf(parts), ...union.filter((f) => !alone.has(f.condition))];
}
