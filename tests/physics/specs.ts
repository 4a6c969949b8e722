import { readFileSync } from "node:fs";
import type { Spec } from "../../dsl/index.ts";
import type { Circuit } from "../../netlist/index.ts";
import { type Answer, type QuantityKey, quantityKeys, readTechnology, type Technology } from "../../physics/index.ts";
import { compile, parseSpecs, synthesiseIn } from "../../toolchain/index.ts";

/** The circuit of `aggregate m { text }`; of rectifiers unless the text says otherwise: the figures in these tests are theirs. */
export async function circuitOf(text: string): Promise<Circuit> {
  const { value } = parseSpecs({ name: "m.optinc", text: `aggregate m { ${text} }` });
  const { network, ...rest } = value![0]!;
  const isOpen = network.kind === "constructed" && !text.includes("neuron");
  const spec: Spec = { ...rest, network: isOpen ? { ...network, neuron: "relu", threshold: "optical" } : network };
  const compiled = await compile(spec);
  return compiled.value!.circuit;
}

/** One worker's test files read circuits that one of them compiled. */
const compiled = new Map<string, Circuit>();

/** The circuit that makes up for the losses of a technology that is shipped; nothing may be changed in it. */
export function circuitIn(name: string, spec: Spec): Circuit {
  const key = JSON.stringify([name, spec]);
  const circuit = compiled.get(key) ?? frozen(synthesised(name, spec));
  compiled.set(key, circuit);
  return circuit;
}

function frozen<T>(value: T): T {
  if (typeof value === "object" && value !== null) Object.values(Object.freeze(value)).forEach(frozen);
  return value;
}

function synthesised(name: string, spec: Spec): Circuit {
  const { value, diagnostics } = synthesiseIn({ ...spec, technology: name }, technology(name), { network: null });
  if (value === null) throw new Error(diagnostics.map(({ message }) => message).join("; "));
  return value.circuit;
}

/** A technology with other values of some quantities, and without those that are null. */
export function withValues(of: Technology, values: Readonly<Partial<Record<QuantityKey, number | null>>>): Technology {
  const entries = quantityKeys.flatMap((key) => {
    const [entry, value] = [of.entries[key], values[key]];
    const usual = { value: 0, written: "", source: "a test", kind: "assumed" };
    if (value === undefined) return entry === undefined ? [] : [[key, entry]];
    return value === null ? [] : [[key, { ...(entry ?? usual), value }]];
  });
  return { ...of, entries: Object.fromEntries(entries) };
}

/** What there has to be. */
export function given<T>(answer: Answer<T> | null): T {
  if (answer?.kind !== "value") throw new Error(answer?.reason ?? "there is no answer");
  return answer.value;
}

/** A technology that is shipped. */
export function technology(name: string): Technology {
  const text = readFileSync(new URL(`../../technologies/${name}.yaml`, import.meta.url), "utf8");
  const { value } = readTechnology({ name: `${name}.yaml`, text });
  if (value === null) throw new Error(`${name} cannot be read`);
  return value;
}
