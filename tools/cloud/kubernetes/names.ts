/** What Kubernetes takes for names, labels and ports; the words are the API server's. */
import type { Failure } from "../rules";
import type { Field } from "./field";

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const LABEL_VALUE = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;
const KEY_NAME = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const ENDS = "and must start and end with an alphanumeric character";

/** A DNS label, as names of namespaces and services are. */
export function dnsLabel(field: Field): Failure[] {
  const { text } = field;
  const failures = text.length > 63 ? field.invalid("must be no more than 63 characters") : [];
  if (LABEL.test(text)) return failures;
  const reason = text.includes(".")
    ? "must not contain dots"
    : `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', ${ENDS}`;
  return [...failures, ...field.invalid(reason)];
}

/** A DNS subdomain, as names of most objects are. */
export function dnsSubdomain(field: Field): Failure[] {
  const { text } = field;
  const failures = text.length > 253 ? field.invalid("must be no more than 253 characters") : [];
  if (SUBDOMAIN.test(text)) return failures;
  return [
    ...failures,
    ...field.invalid(
      `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', ${ENDS}`,
    ),
  ];
}

/** The value of a label, in a field that has it. */
export function labelValue(field: Field, value: string): Failure[] {
  const isLong = Buffer.byteLength(value) > 63;
  const failures = isLong ? field.invalid("must be no more than 63 bytes", value) : [];
  if (LABEL_VALUE.test(value)) return failures;
  const reason = `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', ${ENDS}`;
  return [...failures, ...field.invalid(reason, value)];
}

/** A map of labels: keys and values. */
export function labels(field: Field): Failure[] {
  return field.texts().flatMap(([key, value]) => {
    const name = key.split("/").at(-1)!;
    const isName = KEY_NAME.test(name);
    const reason = `name part must consist of alphanumeric characters, '-', '_' or '.', ${ENDS}`;
    return [...(isName ? [] : field.invalid(reason, key)), ...labelValue(field, value)];
  });
}

/** The number of a port. */
export function portNumber(field: Field): Failure[] {
  const port = field.value as number;
  if (Number.isInteger(port) && port >= 1 && port <= 65535) return [];
  return field.invalid("must be between 1 and 65535, inclusive");
}

/** The name of a container's port. */
export function portName(field: Field): Failure[] {
  const name = field.text;
  if (name.length > 15) return field.invalid("must be no more than 15 characters");
  if (/^[-a-z0-9]+$/.test(name)) return [];
  return field.invalid("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
}

/** Name and labels of an object. */
export function metadata(object: Field, name: (field: Field) => Failure[]): Failure[] {
  const meta = object.at("metadata");
  return [...meta.at("name").optional(name), ...labels(meta.at("labels"))];
}
