import { ProposalContext } from "./advice-arns";
import { isWild, makeMatcher } from "./glob";
import { isDangling, isSlack, Narrower, type Slack } from "./narrower";
import { type Finding, type Statement } from "./types";

type Json = Record<string, unknown>;

/** Narrowers of a document, by what they mend and by their statement, whose findings share them. */
class Narrowers {
  private readonly surroundings: ProposalContext;
  private readonly known = new Map<Slack, Map<Statement, Narrower>>();

  constructor(statements: readonly Statement[]) {
    this.surroundings = new ProposalContext(statements);
  }

  of(statement: Statement, slack: Slack): Narrower {
    const ofSlack = this.known.get(slack) ?? new Map<Statement, Narrower>();
    this.known.set(slack, ofSlack);
    const known = ofSlack.get(statement) ?? new Narrower(statement, this.surroundings, slack);
    ofSlack.set(statement, known);
    return known;
  }
}

const narrowers = new WeakMap<readonly Statement[], Narrowers>();

function getNarrowers(statements: readonly Statement[]): Narrowers {
  const known = narrowers.get(statements) ?? new Narrowers(statements);
  narrowers.set(statements, known);
  return known;
}

/** Statements to write instead of the fault in a statement of an identity policy. */
export function narrowedStatements(
  found: Finding,
  about: readonly Statement[],
  all: readonly Statement[],
): Json[] {
  const actions = new Set(found.actions.map((action) => action.toLowerCase()));
  const document = getNarrowers(all);
  return about.flatMap((statement) => {
    const slack = found.rule.startsWith("condition-") ? isSlack : isDangling;
    const narrower = document.of(statement, slack);
    if (statement.notActions !== undefined) return narrower.wildcard("*");
    const exact = statement.actions.filter((a) => !isWild(a) && actions.has(a));
    const spelled = new Set(exact);
    const takesIn = makeMatcher([...actions].filter((a) => !spelled.has(a)));
    const caught = statement.actions.filter((pattern) => isWild(pattern) && takesIn(pattern));
    return [
      ...(exact.length > 0 ? narrower.named(exact) : []),
      ...caught.flatMap((pattern) => narrower.wildcard(pattern)),
    ];
  });
}
