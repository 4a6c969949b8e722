import type { Circuit } from "./circuit.ts";
import { formatNumber } from "./numbers.ts";
import { type AnyFields, type AnyRule, circuitRule } from "./schema.ts";

/** JSON values of a checked circuit. */
type Value = unknown;
type Fields = Readonly<Record<string, Value>>;

/**
 * The circuit as JSON text in pieces of about a line: keys in the order of the schema, one port, device, activation or
 * certificate entry a line, numbers in the shortest form that reads back the same, LF. Equal circuits give equal
 * bytes, and `JSON.parse` gives an equal circuit.
 */
export function serializeCircuit(circuit: Circuit): Generator<string> {
  return serializeAs(circuitRule, circuit);
}

/** Another file in the same way: `value` is what the rule says. */
export function* serializeAs(rule: AnyRule, value: Value): Generator<string> {
  yield* print(value, rule, "");
  yield "\n";
}

/** Records over several lines where their rule says so, and the lists in them with an entry a line. */
function* print(value: Value, rule: AnyRule, indent: string): Generator<string> {
  if (rule.kind === "optional" || (rule.kind === "nullable" && value !== null)) {
    yield* print(value, rule.of, indent);
  } else if (rule.kind === "record" && rule.lines === true) {
    yield "{\n";
    const entries = Object.entries(rule.fields).filter(([key]) => (value as Fields)[key] !== undefined);
    for (const [i, [key, field]] of entries.entries()) {
      yield `${indent}  ${quote(key)}: `;
      yield* print((value as Fields)[key], field, `${indent}  `);
      yield i + 1 < entries.length ? ",\n" : "\n";
    }
    yield `${indent}}`;
  } else if (rule.kind === "list" && rule.inline !== true && (value as readonly Value[]).length > 0) {
    yield "[";
    for (const [i, item] of (value as readonly Value[]).entries()) {
      yield `${i === 0 ? "" : ","}\n${indent}  `;
      yield* print(item, unwrapped(rule.of), `${indent}  `);
    }
    yield `\n${indent}]`;
  } else {
    yield line(value, rule);
  }
}

/** A list in a list is an entry, on one line. */
function unwrapped(rule: AnyRule): AnyRule {
  return rule.kind === "list" ? { ...rule, inline: true } : rule;
}

function line(value: Value, rule: AnyRule): string {
  switch (rule.kind) {
    case "nullable":
    case "optional":
      return value === null ? "null" : line(value, rule.of);
    case "list":
      return `[${(value as readonly Value[]).map((item) => line(item, rule.of)).join(", ")}]`;
    case "record":
      return `{${fieldsLine(value as Fields, rule.fields)}}`;
    case "variants": {
      const kind = (value as Fields)["kind"] as string;
      return `{"kind": ${quote(kind)}, ${fieldsLine(value as Fields, rule.of[kind]!)}}`;
    }
    case "integer":
    case "index":
    case "angle":
    case "quantity":
    case "factor":
      return formatNumber(value as number);
    case "flag":
    case "name":
    case "choice":
    case "literal":
      return JSON.stringify(value);
  }
}

function fieldsLine(fields: Fields, rules: AnyFields): string {
  let text = "";
  for (const key in rules) {
    if (fields[key] !== undefined) {
      text += `${text === "" ? "" : ", "}"${key}": ${line(fields[key], rules[key]!)}`;
    }
  }
  return text;
}

function quote(text: string): string {
  return JSON.stringify(text);
}
