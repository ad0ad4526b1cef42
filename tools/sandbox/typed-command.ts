/** The sandbox's command with environment variables, as the user's shell takes it. */

/**
 * Writes a command with variables; `up` of exercise-cluster stands for none.
 * @param args what follows `npm run sandbox --`
 */
export function commandWith(
  variables: Readonly<Record<string, string>>,
  args: readonly string[] = process.argv.slice(2),
  platform: NodeJS.Platform = process.platform,
): string {
  const words = args.length > 0 ? args : ["up", "-s", "exercise-cluster"];
  const command = ["npm", "run", "sandbox", "--", ...words.map(quote)].join(" ");
  const entries = Object.entries(variables);
  if (platform !== "win32") {
    return [...entries.map(([name, value]) => `${name}=${quote(value)}`), command].join(" ");
  }
  const inPowerShell = entries.map(([name, value]) => `$env:${name} = "${value}"`);
  const inCmd = entries.map(([name, value]) => `set "${name}=${value}"`);
  return `${[...inPowerShell, command].join("; ")}\n  in cmd: ${[...inCmd, command].join(" && ")}`;
}

/** A word as a shell takes it; a home directory stays what the shell makes of it. */
function quote(word: string): string {
  return /^[\w./:@%+,=~-]+$/.test(word)
    ? word
    : `"${word.replaceAll(/["$`\\]/g, String.raw`\$&`)}"`;
}
