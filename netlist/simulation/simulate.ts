import type { Circuit, Mesh } from "../circuit/circuit.ts";
import { circuitSteps } from "../circuit/steps.ts";
import { resultOf } from "../circuit/symbols.ts";
import { type Blocks, levelOf, openBlocks, receiversOf, type SymbolBatch, UNREADABLE, vectorsOf } from "./blocks.ts";
import { type End, type Lowered, lower } from "./lower.ts";
import { applyProgram, darkFields, programOfCircuit } from "./program.ts";
import { compileSimulation, type Receivers, type Simulator } from "./simulator.ts";

/** Fields at the receivers: element [vector][port] is at `vector * ports + port`, ports as in `circuit.outputs`. */
export interface OutputFields {
  readonly vectors: number;
  readonly ports: number;
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/** A dense complex matrix, row major; row = output, column = input. */
export interface ComplexMatrix {
  readonly rows: number;
  readonly cols: number;
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/**
 * Propagates the symbols of the workers through every device to the receivers.
 * Throws a RangeError when `symbols` is not a whole number of vectors.
 */
export function simulate(target: Circuit | Simulator, symbols: SymbolBatch): OutputFields {
  const simulator = asSimulator(target);
  const { circuit } = simulator;
  const width = circuit.aggregate.workers * circuit.aggregate.symbols;
  const vectors = vectorsOf(symbols, width);
  const ports = circuit.outputs.length;
  const re = new Float64Array(vectors * ports);
  const im = new Float64Array(vectors * ports);
  for (const { from, count, blocks } of driven(simulator, symbols, vectors)) {
    re.set(blocks.fields("re", count), from * ports);
    im.set(blocks.fields("im", count), from * ports);
  }
  return { vectors, ports, re, im };
}

/** `readWords` of what `simulate` gives, without the fields in between. */
export function simulateWords(target: Circuit | Simulator, symbols: SymbolBatch): Uint8Array {
  const simulator = asSimulator(target);
  const { aggregate } = simulator.circuit;
  const vectors = vectorsOf(symbols, aggregate.workers * aggregate.symbols);
  const width = aggregate.workers * resultOf(aggregate).symbols;
  const words = new Uint8Array(vectors * width);
  const receivers = receiversOf(simulator.circuit);
  for (const { from, count, blocks } of driven(simulator, symbols, vectors)) {
    words.set(blocks.levels(receivers, width, count), from * width);
  }
  return words;
}

function* driven(
  simulator: Simulator,
  symbols: SymbolBatch,
  vectors: number,
): Generator<{ readonly from: number; readonly count: number; readonly blocks: Blocks }> {
  const blocks = openBlocks(loweredOf(simulator), symbols, symbols.length / Math.max(1, vectors), vectors);
  try {
    for (let from = 0; from < vectors; from += blocks.stride) {
      const count = Math.min(blocks.stride, vectors - from);
      blocks.run(from, count);
      yield { from, count, blocks };
    }
  } finally {
    blocks.close();
  }
}

const known = new WeakMap<Simulator, Lowered>();

function loweredOf(simulator: Simulator): Lowered {
  const { program, circuit, launch, receivers } = simulator;
  const before = known.get(simulator);
  if (before !== undefined) return before;
  const exact = lower(program, circuit, launch);
  const lowered =
    receivers === undefined ? exact : { ...exact, ends: exact.ends.map((end, o) => receivedAt(end, receivers, o)) };
  known.set(simulator, lowered);
  return lowered;
}

/** The end behind its receiver: its real part is what the receiver makes of the field, the other what it does not see. */
function receivedAt({ re, im, uRe, uIm, kRe, kIm }: End, receivers: Receivers, o: number): End {
  const [fRe, fIm] = [receivers.re[o]!, receivers.im[o]!];
  return {
    re,
    im,
    uRe: fRe * uRe - fIm * uIm,
    uIm: fRe * uIm + fIm * uRe,
    kRe: fRe * kRe - fIm * kIm + receivers.offset[o]!,
    kIm: fRe * kIm + fIm * kRe,
  };
}

/**
 * What the receivers make of the fields: Re(field) * levelsPerField, snapped to the nearest integer in
 * 0..levels-1 of the symbol. Symbols [vectors][workers * symbols] of the received words; UNREADABLE where a field is no finite number or no
 * receiver reads the symbol.
 */
export function readWords(circuit: Circuit, fields: OutputFields): Uint8Array {
  const width = circuit.aggregate.workers * resultOf(circuit.aggregate).symbols;
  const words = new Uint8Array(fields.vectors * width).fill(UNREADABLE);
  for (const [o, receiver] of receiversOf(circuit).entries()) {
    for (let v = 0; v < fields.vectors; v += 1) {
      words[v * width + receiver.to] = levelOf(fields.re[v * fields.ports + o]!, receiver);
    }
  }
  return words;
}

/**
 * Matrix of meshes, one behind the other, from unit fields on `modes` to the fields there; terminations included.
 * Row and column i are of `modes[i]`. The meshes must have no other modes.
 */
export function transferMatrix(
  meshes: readonly Mesh[],
  modes: readonly number[],
  chip: Simulator | null = null,
): ComplexMatrix {
  const n = modes.length;
  const portOf = new Map(modes.map((mode, port) => [mode, port]));
  const ports = (some: readonly number[]): number[] => some.map((mode) => portOf.get(mode)!);
  const local = meshes.map((mesh) => ({ ...mesh, modes: ports(mesh.modes), terminated: ports(mesh.terminated) }));
  const program = programOfCircuit({
    modes: n,
    sections: [{ kind: "layer", name: "", meshes: local, activations: [] }],
  });
  if (chip !== null) {
    const steps = circuitSteps(chip.circuit);
    const from = steps.findIndex((step) => step.kind !== "neuron" && meshes.includes(step.mesh));
    const { length } = program.coefficients;
    if (from >= 0) program.coefficients.set(chip.program.coefficients.subarray(8 * from, 8 * from + length));
  }
  const fields = darkFields(n, n);
  for (let i = 0; i < n; i += 1) fields.re[i * n + i] = 1;
  applyProgram(program, 0, program.op.length, fields);
  return { rows: n, cols: n, re: fields.re, im: fields.im };
}

function asSimulator(target: Circuit | Simulator): Simulator {
  return "program" in target ? target : compileSimulation(target);
}
