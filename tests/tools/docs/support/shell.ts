/** Reads shell commands as the docs write them: quotes, comments, && and $( ). */

/** A command, without the assignments before it. */
export type Command = readonly string[];

/** The simple commands of a script, and of its substitutions. A substitution stands as `$()`. */
export function commandsOf(script: string): Command[] {
  return new ShellReader(script).read();
}

class ShellReader {
  private readonly commands: Command[] = [];
  private words: string[] = [];
  private word: string | undefined;
  private quote = "";
  private at = 0;

  constructor(private readonly script: string) {}

  read(): Command[] {
    for (; this.at < this.script.length; this.at++) {
      if (this.quote !== "'" && this.script.startsWith("$(", this.at)) this.substitution();
      else if (this.quote !== "") this.quoted();
      else this.plain();
    }
    this.endCommand();
    return this.commands;
  }

  private substitution(): void {
    const end = closing(this.script, this.at + 1);
    this.commands.push(...commandsOf(this.script.slice(this.at + 2, end)));
    this.add("$()");
    this.at = end;
  }

  private quoted(): void {
    const char = this.script[this.at]!;
    if (char === this.quote) this.quote = "";
    else this.add(char);
  }

  private plain(): void {
    const char = this.script[this.at]!;
    if (char === "'" || char === '"') {
      this.quote = char;
      this.add("");
    } else if (char === "\\" && this.script[this.at + 1] === "\n") this.at++;
    else if (char === "#" && this.word === undefined) this.skipComment();
    else if ("\n;|&".includes(char)) this.endCommand();
    else if (/\s/.test(char)) this.endWord();
    else this.add(char);
  }

  private skipComment(): void {
    while (this.at + 1 < this.script.length && this.script[this.at + 1] !== "\n") this.at++;
  }

  private add(text: string): void {
    this.word = `${this.word ?? ""}${text}`;
  }

  private endWord(): void {
    if (this.word !== undefined) this.words.push(this.word);
    this.word = undefined;
  }

  private endCommand(): void {
    this.endWord();
    const first = this.words.findIndex((each) => !/^\w+=/.test(each));
    if (first >= 0) this.commands.push(this.words.slice(first));
    this.words = [];
  }
}

/** The position of the bracket that closes the one at a position. */
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
