import { lookUpAction, type ActionInfo } from "./data";
import { TARGETS } from "./tables";

const plain = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, "");

/** Names of AWS's resource types without what is neither letter nor digit. */
const plainTypes = new Map<string, string>();

function plainType(type: string): string {
  let known = plainTypes.get(type);
  if (known === undefined) plainTypes.set(type, (known = plain(type)));
  return known;
}

/** Above this number of alternatives, no type is better than another. */
const MOST_ALTERNATIVES = 4;

/** The type of an action that some action is about by its name: the longest that the name holds. */
function aboutBy(name: string, info: ActionInfo): string[] {
  const text = plain(name);
  let longest: string | undefined;
  for (const type of info.types) {
    const isLonger = longest === undefined || type.length > longest.length;
    if (isLonger && text.includes(plainType(type))) longest = type;
  }
  return longest === undefined ? [] : [longest];
}

function findOwnTypes(action: string, info: ActionInfo): readonly string[] {
  // AWS's table has the volume as optional; an instance with a disk is not launched without it.
  if (action === "ec2:runinstances") return [...new Set([...info.required, "volume"])];
  const reached = TARGETS.get(action) ?? [];
  const [first] = reached;
  // A document says what is run; the instance that it is run on is optional in AWS's table.
  if (first !== undefined && !reached.some((type) => info.required.includes(type))) {
    return [...info.required, first];
  }
  return info.required.length > 0 ? info.required : aboutBy(action, info);
}

const ownTypes = new WeakMap<ActionInfo, readonly string[]>();

/** The types that an action requires, or is about by its own name. */
function lookUpOwnTypes(action: string, info: ActionInfo): readonly string[] {
  let known = ownTypes.get(info);
  if (known === undefined) {
    ownTypes.set(info, (known = findOwnTypes(action, info)));
  }
  return known;
}

/**
 * The resource types to name for an action: all that it requires, or those that it is about by its name
 * or by the names of the writes that the document has beside it. None if any of many could be meant.
 */
export function typesToName(
  action: string,
  listWrites: (service: string) => readonly string[] = () => [],
): readonly string[] {
  const info = lookUpAction(action);
  if (info === undefined) return [];
  const own = lookUpOwnTypes(action, info);
  if (own.length > 0) return own;
  const writes = info.types.length === 0 ? [] : listWrites(action.slice(0, action.indexOf(":")));
  const others = writes.flatMap((other) => aboutBy(other, info));
  if (others.length > 0) return [...new Set(others)];
  return info.types.length <= MOST_ALTERNATIVES ? info.types.slice(0, 1) : [];
}
