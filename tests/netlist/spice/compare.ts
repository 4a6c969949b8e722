import { type Circuit, simulate } from "../../../netlist/index.ts";
import { sectionStates } from "../light.ts";
import { randomVectors } from "./compiled.ts";
import type { SpiceFields } from "./sweep.ts";

/**
 * Largest difference between the fields at the receivers in SPICE and in simulate(), relative to the largest output
 * field of the batch. Throws when SPICE lacks a field or a vector.
 */
export function outputError(circuit: Circuit, vectors: readonly (readonly number[])[], spice: SpiceFields): number {
  const fields = simulate(circuit, Uint8Array.from(vectors.flat()));
  const ports = circuit.outputs.length;
  let worst = 0;
  let largest = 0;
  circuit.outputs.forEach((port, o) => {
    for (const part of ["re", "im"] as const) {
      const got = valuesOf(spice, `out_w${port.worker}_s${port.symbol}_${part}`, vectors.length);
      vectors.forEach((_, v) => {
        const expected = fields[part][v * ports + o]!;
        largest = Math.max(largest, Math.abs(expected));
        worst = Math.max(worst, Math.abs(got[v]! - expected));
      });
    }
  });
  return worst / largest;
}

/** Largest difference of a field at a receiver, on random vectors; receivers of one symbol of one worker are compared. */
export function circuitDifference(a: Circuit, b: Circuit): number {
  const vectors = Uint8Array.from(randomVectors(a, 40, 5).flat());
  const [x, y] = [simulate(a, vectors), simulate(b, vectors)];
  const place = a.outputs.map((port) =>
    b.outputs.findIndex((it) => it.worker === port.worker && it.symbol === port.symbol),
  );
  return x.re.reduce((worst, re, i) => {
    const at = i - (i % x.ports) + place[i % x.ports]!;
    return Math.max(worst, Math.hypot(re - y.re[at]!, x.im[i]! - y.im[at]!));
  }, 0);
}

/** The same as `outputError` for every field after every section that the netlist saves (option save=sections), and how many those are. */
export function sectionError(
  circuit: Circuit,
  vectors: readonly (readonly number[])[],
  spice: SpiceFields,
): { error: number; fields: number } {
  let worst = 0;
  let largest = 0;
  let fields = 0;
  let s = 0;
  for (const state of sectionStates(circuit, Uint8Array.from(vectors.flat()))) {
    for (let mode = 0; mode < circuit.modes; mode += 1) {
      for (const part of ["re", "im"] as const) {
        const name =
          [`x_dut.s${s}_m${mode}_${part}`, `s${s}_m${mode}_${part}`].find((it) => spice.values.has(it)) ?? "";
        if (!spice.values.has(name)) {
          continue;
        }
        fields += 1;
        valuesOf(spice, name, vectors.length).forEach((got, v) => {
          const expected = state[part][mode * state.vectors + v]!;
          largest = Math.max(largest, Math.abs(expected));
          worst = Math.max(worst, Math.abs(got - expected));
        });
      }
    }
    s += 1;
  }
  return { error: worst / largest, fields };
}

function valuesOf(spice: SpiceFields, name: string, vectors: number): Float64Array {
  const values = spice.values.get(name);
  if (values === undefined || values.length !== vectors) {
    throw new Error(`SPICE gave ${values?.length ?? "no"} values of ${name}, not ${vectors}`);
  }
  return values;
}
