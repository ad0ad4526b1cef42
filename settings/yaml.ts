/**
 * Reads YAML as the Pulumi CLI does. Its library (go-yaml 3) reads YAML 1.2 with numbers and dates
 * of YAML 1.1: 007 is the number 7, 00123 is octal, 1_000 a number, 2026-11-25 a time.
 */
import { parse, type ScalarTag } from "yaml";

const legacyInteger: ScalarTag = {
  tag: "tag:yaml.org,2002:int",
  default: true,
  test: /^[-+]?(0[0-7_]+|0o[0-7_]+|0x[\da-fA-F_]+|0b[01_]+|[1-9][\d_]*_[\d_]*)$/,
  resolve: (text) => {
    const digits = text.replaceAll("_", "").replace(/^[-+]/, "");
    const value = /^0[0-7]+$/.test(digits) ? Number(`0o${digits.slice(1)}`) : Number(digits);
    return text.startsWith("-") ? -value : value;
  },
};

/** A date becomes a time, which the CLI hands to the program as Go writes it. */
const date: ScalarTag = {
  tag: "tag:yaml.org,2002:timestamp",
  default: true,
  test: /^\d{4}-\d{2}-\d{2}$/,
  resolve: (text) => `${text} 00:00:00 +0000 UTC`,
};

/**
 * Parses a file of the CLI's, in UTF-8 or UTF-16.
 * @throws YAMLParseError for what is no YAML, or has a key twice
 */
export function parseCliYaml(content: Uint8Array): unknown {
  return parse(decode(content), {
    logLevel: "error",
    customTags: (tags) => [legacyInteger, date, ...tags],
  });
}

function decode(content: Uint8Array): string {
  const [first, second] = content;
  const isLittleEndian = first === 0xff && second === 0xfe;
  const isBigEndian = first === 0xfe && second === 0xff;
  const bytes = isBigEndian ? Buffer.from(content).swap16() : content;
  return new TextDecoder(isLittleEndian || isBigEndian ? "utf-16le" : "utf-8").decode(bytes);
}
