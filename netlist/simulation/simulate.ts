import type { Circuit, Mesh } from "../circuit/circuit.ts";
import { levelsOfSymbol } from "../circuit/symbols.ts";
import { applyProgram, type ModeFields, type Program, programOfCircuit, programOfMesh } from "./program.ts";

/** A circuit compiled for simulation; make it once, drive it often. */
export interface Simulator {
  readonly circuit: Circuit;
  readonly program: Program;
  readonly launch: Launch;
}

/** Complex factors by which the light at the ports is off from what the circuit asks for, one an input port; 1 is right. */
export interface Launch {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/** Worker symbols [vectors][workers * symbols], worker major: element [v][w * symbols + s] is a level, 0 = no light. */
export type SymbolBatch = Uint8Array | Int32Array | Float64Array;

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

/** What `readWords` writes for a field that is no finite number: no symbol has this value. */
export const UNREADABLE = 255;

/** Bytes of field state that stay in a core's cache while a block of vectors passes through the circuit. */
const CACHE_BYTES = 1 << 19;
const LARGEST_BLOCK = 256;
const SMALLEST_BLOCK = 16;
/** Vectors whose outputs are gathered together: one cache line of doubles. */
const GATHER_TILE = 8;

/** Flattens a checked circuit. Throws nothing on circuits that `checkCircuit` accepts. */
export function compileSimulation(circuit: Circuit): Simulator {
  return { circuit, program: programOfCircuit(circuit), launch: exactLaunch(circuit) };
}

/**
 * Propagates the symbols of the workers through every device to the receivers.
 * Throws a RangeError when `symbols` is not a whole number of vectors.
 */
export function simulate(target: Circuit | Simulator, symbols: SymbolBatch): OutputFields {
  const simulator = asSimulator(target);
  const { circuit, program, launch } = simulator;
  const width = circuit.aggregate.workers * circuit.aggregate.symbols;
  const vectors = vectorsOf(symbols, width);
  const ports = circuit.outputs.length;
  const re = new Float64Array(vectors * ports);
  const im = new Float64Array(vectors * ports);
  const block = Math.max(1, Math.min(blockOf(circuit.modes), vectors));
  let fields = darkFields(circuit.modes, block);
  for (let start = 0; start < vectors; start += block) {
    const size = Math.min(block, vectors - start);
    if (size === fields.vectors) {
      fields.re.fill(0);
      fields.im.fill(0);
    } else {
      fields = darkFields(circuit.modes, size);
    }
    drive(circuit, launch, symbols, start, fields);
    applyProgram(program, 0, program.op.length, fields);
    gather(circuit, fields, start, re, im);
  }
  return { vectors, ports, re, im };
}

/**
 * What the receivers make of the fields: Re(field) * levelsPerField, snapped to the nearest integer in
 * 0..levels-1 of the symbol. Symbols [vectors][workers * symbols]; UNREADABLE where a field is no finite number or no
 * receiver reads the symbol.
 */
export function readWords(circuit: Circuit, fields: OutputFields): Uint8Array {
  const { workers, symbols } = circuit.aggregate;
  const width = workers * symbols;
  const words = new Uint8Array(fields.vectors * width).fill(UNREADABLE);
  circuit.outputs.forEach((port, o) => {
    const top = levelsOfSymbol(circuit.aggregate, port.symbol) - 1;
    const to = port.worker * symbols + port.symbol;
    for (let v = 0; v < fields.vectors; v += 1) {
      const level = Math.round(fields.re[v * fields.ports + o]! * port.levelsPerField);
      words[v * width + to] = Number.isFinite(level) ? Math.min(Math.max(level, 0), top) : UNREADABLE;
    }
  });
  return words;
}

export function exactLaunch({ inputs }: Pick<Circuit, "inputs">): Launch {
  return { re: new Float64Array(inputs.length).fill(1), im: new Float64Array(inputs.length) };
}

/** Fields on every mode at the input ports for the given symbols; modes without a port are dark. */
export function inputFields(target: Circuit | Simulator, symbols: SymbolBatch): ModeFields {
  const [circuit, launch] = "program" in target ? [target.circuit, target.launch] : [target, exactLaunch(target)];
  const fields = darkFields(circuit.modes, vectorsOf(symbols, circuit.aggregate.workers * circuit.aggregate.symbols));
  drive(circuit, launch, symbols, 0, fields);
  return fields;
}

/** `modes` x `vectors` fields without light. */
export function darkFields(modes: number, vectors: number): ModeFields {
  return { modes, vectors, re: new Float64Array(modes * vectors), im: new Float64Array(modes * vectors) };
}

/** Propagates any fields on all modes through sections `from` .. `to - 1`; the argument is left alone. */
export function propagateFields(
  simulator: Simulator,
  fields: ModeFields,
  from: number = 0,
  to: number = simulator.circuit.sections.length,
): ModeFields {
  const moved = { ...fields, re: fields.re.slice(), im: fields.im.slice() };
  const { sectionStart } = simulator.program;
  applyProgram(simulator.program, sectionStart[from]!, sectionStart[to]!, moved);
  return moved;
}

/** The fields on all modes after section 0, 1, ...; each yielded value is a copy of its own. */
export function* sectionStates(target: Circuit | Simulator, symbols: SymbolBatch): Generator<ModeFields> {
  const simulator = asSimulator(target);
  let fields = inputFields(simulator, symbols);
  for (let s = 0; s < simulator.circuit.sections.length; s += 1) {
    fields = propagateFields(simulator, fields, s, s + 1);
    yield fields;
  }
}

/** Matrix of one mesh on its local modes, terminations included, found by sending unit fields through its devices. */
export function transferMatrix(mesh: Mesh): ComplexMatrix {
  const program = programOfMesh(mesh);
  const n = mesh.modes.length;
  const fields = darkFields(n, n);
  for (let i = 0; i < n; i += 1) {
    fields.re[i * n + i] = 1;
  }
  applyProgram(program, 0, program.op.length, fields);
  return { rows: n, cols: n, re: fields.re, im: fields.im };
}

function asSimulator(target: Circuit | Simulator): Simulator {
  return "program" in target ? target : compileSimulation(target);
}

function vectorsOf(symbols: SymbolBatch, width: number): number {
  const vectors = symbols.length / width;
  if (!Number.isInteger(vectors)) {
    throw new RangeError(`${symbols.length} symbols are not a whole number of vectors of ${width}`);
  }
  return vectors;
}

function blockOf(modes: number): number {
  const fitting = Math.floor(CACHE_BYTES / (16 * Math.max(1, modes)));
  return Math.max(SMALLEST_BLOCK, Math.min(LARGEST_BLOCK, fitting));
}

/** Copies the fields at the receivers from [mode][vector] to [vector][port], in tiles because both strides are long. */
function gather(circuit: Circuit, fields: ModeFields, start: number, re: Float64Array, im: Float64Array): void {
  const ports = circuit.outputs.length;
  const size = fields.vectors;
  for (let tile = 0; tile < size; tile += GATHER_TILE) {
    const end = Math.min(tile + GATHER_TILE, size);
    for (let o = 0; o < ports; o += 1) {
      const from = circuit.outputs[o]!.mode * size;
      for (let v = tile; v < end; v += 1) {
        re[(start + v) * ports + o] = fields.re[from + v]!;
        im[(start + v) * ports + o] = fields.im[from + v]!;
      }
    }
  }
}

/** Writes the port fields of vectors start .. start + fields.vectors - 1. */
function drive(circuit: Circuit, launch: Launch, symbols: SymbolBatch, start: number, fields: ModeFields): void {
  const width = circuit.aggregate.workers * circuit.aggregate.symbols;
  const { vectors, re, im } = fields;
  for (const [p, port] of circuit.inputs.entries()) {
    const [ofRe, ofIm] = [launch.re[p]!, launch.im[p]!];
    const to = port.mode * vectors;
    switch (port.kind) {
      case "reference":
        re.fill(port.field * ofRe, to, to + vectors);
        im.fill(port.field * ofIm, to, to + vectors);
        break;
      case "worker": {
        const from = start * width + port.worker * circuit.aggregate.symbols + port.symbol;
        for (let v = 0; v < vectors; v += 1) {
          const field = port.fieldPerLevel * symbols[from + v * width]!;
          re[to + v] = field * ofRe;
          im[to + v] = field * ofIm;
        }
        break;
      }
      default:
        port satisfies never;
    }
  }
}
