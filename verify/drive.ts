import {
  aboveThreshold,
  type Circuit,
  compileSimulation,
  composeSlice,
  indexFlow,
  type LinearForm,
  type OutputFields,
  planSlice,
  type SymbolBatch,
  sentBy,
  simulate,
} from "../netlist/index.ts";

/**
 * How light gets from the workers to the receivers. devices: every vector passes every device. composed: the matrix between
 * one column of neurons and the next is composed once by sending unit fields through its devices, and the vectors pass
 * the matrices; the fields agree to rounding.
 */
export type Through = "devices" | "composed";

/** Fields at the receivers for a batch of vectors. */
export type Drive = (symbols: SymbolBatch) => OutputFields;

/** Steps (devices times vectors) that are simulated one by one unless the caller says otherwise: a second or two. */
const STEPS_BY_DEVICE = 2e8;
/** Bytes that composing may take. */
const COMPOSING_BYTES = 1.2e9;

/** What `openDrive` takes for so many vectors; depends on the circuit only, so that reports are reproducible. */
export function chooseThrough(circuit: Circuit, vectors: number): Through {
  const devices = circuit.sections.reduce(
    (sum, section) => section.meshes.reduce((count, mesh) => count + mesh.devices.length, sum),
    0,
  );
  if (devices * vectors <= STEPS_BY_DEVICE || vectors < circuit.modes) return "devices";
  return composingBytes(circuit) <= COMPOSING_BYTES ? "composed" : "devices";
}

/** An upper bound: forms of all sources for every mode that a mesh writes. */
function composingBytes(circuit: Circuit): number {
  let neurons = 0;
  let rows = 0;
  for (const section of circuit.sections) {
    neurons += section.activations.length;
    for (const mesh of section.meshes) rows += mesh.modes.length;
  }
  return 16 * rows * (neurons + circuit.inputs.length + 1);
}

export function openDrive(circuit: Circuit, through: Through): Drive {
  switch (through) {
    case "devices": {
      const simulator = compileSimulation(circuit);
      return (symbols) => simulate(simulator, symbols);
    }
    case "composed":
      return composedDrive(circuit);
    default:
      return through satisfies never;
  }
}

/** Vectors that pass together: their fields at all sources stay in a core's cache. */
const BLOCK = 256;

function composedDrive(circuit: Circuit): Drive {
  const index = indexFlow(circuit);
  const section = circuit.sections.length - 1;
  const ends = circuit.outputs.map((port) => ({ section, mode: port.mode }));
  const slice = composeSlice(index, planSlice(index, ends, []));
  const neurons = slice.activations.map((neuron) => {
    const { re, constantRe } = aboveThreshold(neuron);
    return { gain: neuron.gain, range: neuron.range, row: sparse(re, constantRe) };
  });
  const outputs = slice.outputs.map((form: LinearForm) => ({
    re: sparse(form.re, form.constantRe),
    im: sparse(form.im, form.constantIm),
  }));
  const driven = slice.unresolved.length;
  const sources = new Float64Array((driven + neurons.length) * BLOCK);
  const ports = circuit.outputs.length;
  const width = circuit.aggregate.workers * circuit.aggregate.symbols;

  return (symbols) => {
    const vectors = symbols.length / width;
    if (!Number.isInteger(vectors)) throw new RangeError(`${symbols.length} symbols are not whole vectors of ${width}`);
    const re = new Float64Array(vectors * ports);
    const im = new Float64Array(vectors * ports);
    const line = new Float64Array(BLOCK);
    for (let start = 0; start < vectors; start += BLOCK) {
      const size = Math.min(BLOCK, vectors - start);
      slice.unresolved.forEach((input, i) => {
        const port = circuit.inputs[input]!;
        if (port.kind !== "worker") throw new Error("only worker inputs are sources");
        const from = start * width + port.worker * circuit.aggregate.symbols + port.symbol;
        for (let v = 0; v < size; v++) sources[i * BLOCK + v] = port.fieldPerLevel * symbols[from + v * width]!;
      });
      neurons.forEach(({ gain, range, row }, a) => {
        const at = (driven + a) * BLOCK;
        evaluate(row, sources, size, sources, at);
        for (let v = at; v < at + size; v++) sources[v] = sentBy(gain, range, sources[v]!);
      });
      outputs.forEach((form, o) => {
        evaluate(form.re, sources, size, line, 0);
        for (let v = 0; v < size; v++) re[(start + v) * ports + o] = line[v]!;
        evaluate(form.im, sources, size, line, 0);
        for (let v = 0; v < size; v++) im[(start + v) * ports + o] = line[v]!;
      });
    }
    return { vectors, ports, re, im };
  };
}

/** A linear form without its zeros. */
interface SparseForm {
  readonly constant: number;
  /** Offsets of the sources' blocks. */
  readonly at: Int32Array;
  readonly factor: Float64Array;
}

function sparse(coefficients: Float64Array, constant: number): SparseForm {
  const used = [...coefficients.keys()].filter((j) => coefficients[j] !== 0);
  return {
    constant,
    at: Int32Array.from(used, (j) => j * BLOCK),
    factor: Float64Array.from(used, (j) => coefficients[j]!),
  };
}

/** out[to + v] = constant + sum_j factor[j] sources[at[j] + v]; four terms a pass, as memory is what takes the time. */
function evaluate(form: SparseForm, sources: Float64Array, size: number, out: Float64Array, to: number): void {
  const { at, factor, constant } = form;
  for (let v = to; v < to + size; v++) out[v] = constant;
  let j = 0;
  for (; j + 4 <= at.length; j += 4) {
    const a = at[j]!;
    const b = at[j + 1]!;
    const c = at[j + 2]!;
    const d = at[j + 3]!;
    const fa = factor[j]!;
    const fb = factor[j + 1]!;
    const fc = factor[j + 2]!;
    const fd = factor[j + 3]!;
    for (let v = 0; v < size; v++) {
      out[to + v] =
        out[to + v]! + (fa * sources[a + v]! + fb * sources[b + v]! + (fc * sources[c + v]! + fd * sources[d + v]!));
    }
  }
  for (; j < at.length; j++) {
    const a = at[j]!;
    const fa = factor[j]!;
    for (let v = 0; v < size; v++) out[to + v] = out[to + v]! + fa * sources[a + v]!;
  }
}
