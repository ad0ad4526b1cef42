/** Reads shell commands as far as the guide writes them: quotes, comments, && and $( ). */

/** A command, without the assignments before it. */
export type Command = readonly string[];

/** The simple commands of a script, those in substitutions too. A substitution stands as `$()`. */
export function commandsOf(script: string): Command[] {
  const commands: string[][] = [];
  let words: string[] = [];
  let word: string | undefined;
  let quote = "";
  const endWord = (): void => {
    if (word !== undefined) words.push(word);
    word = undefined;
  };
  const endCommand = (): void => {
    endWord();
    const first = words.findIndex((each) => !/^\w+=/.test(each));
    if (first >= 0) commands.push(words.slice(first));
    words = [];
  };
  for (let i = 0; i < script.length; i++) {
    const char = script[i]!;
    if (quote !== "'" && script.startsWith("$(", i)) {
      const end = closing(script, i + 1);
      commands.push(...(commandsOf(script.slice(i + 2, end)) as string[][]));
      word = `${word ?? ""}$()`;
      i = end;
    } else if (quote !== "") {
      if (char === quote) quote = "";
      else word += char;
    } else if (char === "'" || char === '"') {
      quote = char;
      word ??= "";
    } else if (char === "\\" && script[i + 1] === "\n") {
      i++;
    } else if (char === "#" && word === undefined) {
      while (i + 1 < script.length && script[i + 1] !== "\n") i++;
    } else if (char === "\n" || char === ";" || char === "|" || char === "&") {
      endCommand();
    } else if (/\s/.test(char)) {
      endWord();
    } else {
      word = `${word ?? ""}${char}`;
    }
  }
  endCommand();
  return commands;
}

/** Where the bracket that opens at a place is closed. */
function closing(script: string, from: number): number {
  let depth = 0;
  for (let i = from; i < script.length; i++) {
    if (script[i] === "(") depth++;
    if (script[i] === ")" && --depth === 0) return i;
  }
  throw new Error(`a bracket is not closed: ${script.slice(from)}`);
}

/** The options of a command, without their values. */
export function optionsOf(command: Command): string[] {
  const end = command.indexOf("--");
  return (end < 0 ? command : command.slice(0, end))
    .filter((word) => /^--?[a-zA-Z]/.test(word))
    .map((word) => word.split("=")[0]!);
}
