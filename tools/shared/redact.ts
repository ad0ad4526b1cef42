/** Makes text that others wrote fit to be shown: without secrets, without control characters. */

const SECRETS: readonly RegExp[] = [
  // Tokens of aws eks get-token, and JSON Web Tokens.
  /\bk8s-aws-v1\.[\w.~+/=-]+/g,
  /\beyJ[\w-]{8,}\.[\w-]+(\.[\w-]*)?/g,
  /\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi,
  // Access keys of AWS, and what goes with them in an error or a log.
  /\b(AKIA|ASIA)[A-Z0-9]{12,}\b/g,
  /\b(aws_secret_access_key|aws_session_token|X-Amz-(Security-Token|Signature|Credential))(["':=\s]+)[^\s"',;&]+/gi,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[^]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g,
];

// All of Unicode's control characters but the tabulator and the end of a line.
const CONTROLS = /(?![\t\n])\p{Cc}/gu;

/** A terminal's colours and cursor movements. */
const ESCAPES = /\p{Cc}\[[\d;]*[A-Za-z]/gu;

/** What stands for a secret. */
const MASK = "[secret]";

/**
 * Removes secrets and whatever could move the cursor of a terminal.
 * @param known secrets that are known by their value, such as the token of a kubeconfig
 */
export function redact(text: string, known: readonly string[] = []): string {
  let shown = text;
  for (const secret of known) {
    if (secret.length >= 4) shown = shown.replaceAll(secret, MASK);
  }
  for (const pattern of SECRETS) shown = shown.replace(pattern, MASK);
  return shown.replace(ESCAPES, "").replace(CONTROLS, "");
}

/** The first line of a text, at most so long. */
export function firstLine(text: string, length = 300): string {
  const [line = ""] = text.trim().split("\n", 1);
  return line.length > length ? `${line.slice(0, length)}…` : line;
}

/** All texts within a value, cleaned. */
export function redactAll<T>(value: T, known: readonly string[] = []): T {
  if (typeof value === "string") return redact(value, known) as T;
  if (Array.isArray(value)) return value.map((item: unknown) => redactAll(item, known)) as T;
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [
    key,
    redactAll<unknown>(inner, known),
  ]);
  return Object.fromEntries(entries) as T;
}
