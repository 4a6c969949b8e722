import { expect, it } from "vitest";
import { type AnyRule, circuitRule, type SchemaRule } from "../../netlist/circuit/schema.ts";
import { type Activation, type InputPort, serializeCircuit, type Term } from "../../netlist/index.ts";
import { certificate, tinyCircuit } from "./build.ts";

const common = { kind: { kind: "choice", of: {} }, name: { kind: "name" }, mode: { kind: "flag" } } as const;
const whole = { kind: "integer", low: 0, high: 9 } as const;

it("is held to the types by the compiler", () => {
  const rules: unknown[] = [
    { kind: "record", fields: { signal: whole, weight: whole } } satisfies SchemaRule<Term>,
    // @ts-expect-error a field of the type has no rule
    { kind: "record", fields: { signal: whole } } satisfies SchemaRule<Term>,
    // @ts-expect-error a rule for a field that the type does not have
    { kind: "record", fields: { signal: whole, weight: whole, width: whole } } satisfies SchemaRule<Term>,
    // @ts-expect-error a text where the type has a number
    { kind: "record", fields: { signal: whole, weight: { kind: "name" } } } satisfies SchemaRule<Term>,
    // @ts-expect-error a field that may not be left out
    { kind: "record", fields: { signal: whole, weight: whole }, optional: ["weight"] } satisfies SchemaRule<Term>,
    // @ts-expect-error a choice is not listed
    { kind: "choice", of: { combine: true } } satisfies SchemaRule<"combine" | "layer">,
    // @ts-expect-error a union with the fields that all its kinds have, only
    { kind: "record", fields: common } satisfies SchemaRule<InputPort>,
    // @ts-expect-error a gain that is null
    { kind: "nullable", of: whole } satisfies SchemaRule<Activation["gain"]>,
  ];
  expect(rules.length).toBe(8);
});

/** Every key of a rule, in its order. */
function keysOf(rule: AnyRule): string[] {
  switch (rule.kind) {
    case "record":
      return Object.entries(rule.fields).flatMap(([key, of]) => [key, ...keysOf(of)]);
    case "variants":
      return Object.values(rule.of).flatMap((fields) => [
        "kind",
        ...Object.entries(fields).flatMap(([key, of]) => [key, ...keysOf(of)]),
      ]);
    case "list":
    case "nullable":
      return keysOf(rule.of);
    default:
      return [];
  }
}

it("prints keys in its order, whatever order a circuit holds them in, and no others", () => {
  const backwards = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(backwards)
      : typeof value === "object" && value !== null
        ? Object.fromEntries([
            ...Object.entries(value)
              .reverse()
              .map(([key, item]) => [key, backwards(item)]),
            ["x", 1],
          ])
        : value;
  const whole = { ...tinyCircuit(), certificate };
  const plain = [...serializeCircuit(whole)].join("");
  expect([...serializeCircuit(backwards(whole) as typeof whole)].join("")).toBe(plain);
  const known = keysOf(circuitRule);
  for (const key of plain.matchAll(/"(\w+)":/g)) expect(known).toContain(key[1]);
});
