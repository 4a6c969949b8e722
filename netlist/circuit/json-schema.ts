import {
  type AnyFields,
  type AnyRule,
  circuitRule,
  LARGEST_ANGLE,
  LARGEST_QUANTITY,
  SMALLEST_QUANTITY,
} from "./schema.ts";

type JsonSchema = Readonly<Record<string, unknown>>;

const positive = { type: "number", minimum: SMALLEST_QUANTITY, maximum: LARGEST_QUANTITY };
const negative = { type: "number", minimum: -LARGEST_QUANTITY, maximum: -SMALLEST_QUANTITY };
const definitions: Readonly<Record<string, JsonSchema>> = {
  // names.ts says what else a name cannot have; this is the part that regular expressions of every language understand.
  name: {
    type: "string",
    maxLength: 128,
    pattern: "^(?![.\\s-]|[A-Za-z]:|__proto__$)[^/\\\\\\u0000-\\u001f]*[^/\\\\\\s\\u0000-\\u001f]$",
  },
  angle: { type: "number", minimum: -LARGEST_ANGLE, maximum: LARGEST_ANGLE },
  factor: { type: "number", minimum: SMALLEST_QUANTITY, maximum: 1 },
  index: { type: "integer", minimum: 0 },
  positive,
  nonnegative: { anyOf: [{ const: 0 }, positive] },
  nonzero: { anyOf: [positive, negative] },
  any: { anyOf: [{ const: 0 }, positive, negative] },
};

/** The JSON Schema of circuit.json (draft 2020-12). `checkCircuit` also checks counts, ports, devices and the certificate. */
export function circuitJsonSchema(): JsonSchema {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "circuit.json of optinc",
    ...schemaOf(circuitRule),
    $defs: definitions,
  };
}

function schemaOf(rule: AnyRule): JsonSchema {
  switch (rule.kind) {
    case "nullable":
      return { anyOf: [{ type: "null" }, schemaOf(rule.of)] };
    case "optional":
      return schemaOf(rule.of);
    case "list":
      return { type: "array", items: schemaOf(rule.of) };
    case "record":
      return schemaOfFields(rule.fields);
    case "variants":
      return {
        oneOf: Object.entries(rule.of).map(([kind, fields]) =>
          schemaOfFields({ kind: { kind: "choice", of: { [kind]: true } }, ...fields }),
        ),
      };
    case "flag":
      return { type: "boolean" };
    case "literal":
      return { enum: rule.of };
    case "choice":
      return { enum: Object.keys(rule.of) };
    case "integer":
      return { type: "integer", minimum: rule.low, maximum: rule.high };
    case "quantity":
      return { $ref: `#/$defs/${rule.sign}` };
    default:
      return { $ref: `#/$defs/${rule.kind}` };
  }
}

function schemaOfFields(fields: AnyFields): JsonSchema {
  const properties = Object.fromEntries(Object.entries(fields).map(([key, rule]) => [key, schemaOf(rule)]));
  const required = Object.keys(fields).filter((key) => fields[key]!.kind !== "optional");
  return { type: "object", properties, required, additionalProperties: false };
}

/** Every object of circuit.json with its keys, as a Markdown table. */
export function circuitKeys(): string {
  return `| object | key | value |\n|---|---|---|\n${rowsOf("(the file)", circuitRule).join("")}`;
}

function rowsOf(place: string, rule: AnyRule): readonly string[] {
  switch (rule.kind) {
    case "nullable":
    case "optional":
      return rowsOf(place, rule.of);
    case "list":
      return rowsOf(`${place}[]`, rule.of);
    case "record":
      return rowsOfFields(place, place, rule.fields);
    case "variants":
      return Object.entries(rule.of).flatMap(([kind, fields]) =>
        rowsOfFields(`${place}\`, kind \`${kind}`, place, fields),
      );
    default:
      return [];
  }
}

function rowsOfFields(name: string, path: string, fields: AnyFields): readonly string[] {
  return Object.entries(fields).flatMap(([key, rule]) => [
    `| \`${name}\` | \`${key}\` | ${describe(rule)} |\n`,
    ...rowsOf(path === "(the file)" ? key : `${path}.${key}`, rule),
  ]);
}

function describe(rule: AnyRule): string {
  switch (rule.kind) {
    case "nullable":
      return `${describe(rule.of)}, or null`;
    case "optional":
      return `${describe(rule.of)}; optional`;
    case "list":
      return `list: ${describe(rule.of)}`;
    case "record":
      return "object";
    case "variants":
      return `object of kind ${quoted(Object.keys(rule.of))}`;
    case "flag":
      return "true or false";
    case "literal":
      return rule.of.join(", ");
    case "choice":
      return quoted(Object.keys(rule.of));
    case "name":
      return "name";
    case "integer":
      return rule.high === Number.MAX_SAFE_INTEGER
        ? `whole number${rule.low === 0 ? ", 0 or more" : ""}`
        : `whole number, ${rule.low} to ${rule.high}`;
    case "index":
      return rule.of === "received" ? "index into the received symbols" : `index into the ${rule.of}`;
    case "angle":
      return "angle in rad";
    case "quantity":
      return rule.sign === "any" ? "number" : `number, ${rule.sign}`;
    case "factor":
      return "number above 0, at most 1";
  }
}

function quoted(words: readonly string[]): string {
  return words.map((word) => `\`${word}\``).join(", ");
}
