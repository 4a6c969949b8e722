import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { isometryMesh } from "../../compiler/mesh/index.ts";
import { synthesise } from "../../compiler/synthesise.ts";
import {
  type Circuit,
  compileSimulation,
  countDevices,
  randomVectors,
  seededRandom,
  serializeCircuit,
  simulateWords,
  subjectOf,
  tabulate,
  targets,
} from "../../netlist/index.ts";
import { prove } from "../../verify/index.ts";
import { recordGoal } from "./goals.ts";
import { specFrom } from "./specs.ts";
import { printTable } from "./table.ts";
import { cpuTimed } from "./timing.ts";

/** A piece of work at one size: CPU seconds of all threads, and bytes that its result keeps. */
interface Measured {
  readonly size: number;
  readonly seconds: number;
  readonly bytes: number;
  /** How much its theory says the work is, in any unit. */
  readonly work: number;
}

/** Shorter work says nothing about growth. */
const LEAST_SECONDS = 0.02;
/** Exponents are fitted, and a machine has caches: so much above its theory's is called above it. */
const ALLOWANCE = 0.25;

/**
 * Time and memory of compile, proof, simulation, decomposition and export against workers, bits and modes. Exponents are
 * fitted to log seconds against log work, where the theory's own work has the exponent 1; against the size both are
 * printed. The long form goes to 4096 workers, 2048 modes and a million devices.
 */
export function growthBench(smoke: boolean): void {
  const cascade = (units: number): string => new Array<number>(units).fill(2).join(" x ");
  circuits(
    "workers of a cascade of two-input units, 8 bits",
    smoke ? [4, 8, 16] : [64, 256, 1024, 4096],
    (workers) => `workers ${workers}; precision 8 bits; topology cascade ${cascade(Math.log2(workers))}`,
  );
  circuits(
    "workers of one unit, 8 bits",
    smoke ? [4, 8, 16] : [8, 16, 32, 64],
    (workers) => `workers ${workers}; precision 8 bits`,
  );
  circuits("bits of four workers", smoke ? [4, 8, 16] : [8, 16, 24, 32], (bits) => `workers 4; precision ${bits} bits`);
  if (!smoke) {
    circuits(
      "bits of 4096 workers in a cascade of twelve levels",
      [8, 16, 32],
      (bits) => `workers 4096; precision ${bits} bits; topology cascade ${cascade(12)}`,
    );
  }
  const rows: string[][] = [];
  const decomposed = smoke ? [16, 32, 64] : [256, 512, 1024, 2048];
  const [least] = decomposed;
  // What V8 has not compiled yet is no growth.
  for (let i = 0; i < 20; i++) isometryMesh(sines(least!), least!, least!);
  rows.push(
    fitted(
      "decomposition of an orthogonal matrix, modes",
      3,
      decomposed.map((n) => {
        const matrix = sines(n);
        return measured(n, n ** 3, () => isometryMesh(matrix, n, n));
      }),
    ),
  );
  const tables = smoke ? [4, 6, 8] : [8, 10, 12];
  rows.push(
    fitted(
      "table of three workers, bits (rows)",
      null,
      tables.map((bits) => {
        const { circuit } = synthesise(specFrom(`aggregate a { workers 3; precision ${bits} bits }`));
        const simulator = compileSimulation(circuit);
        return measured(bits, 10 ** (bits / 2), () => tabulate(simulator, "sums"));
      }),
    ),
  );
  printTable("Matrices, netlists and tables", head, rows);
}

const head = ["", "sizes", "CPU s", "MB kept", "exponent of size", "theory", "of its work", ""];

function circuits(what: string, sizes: readonly number[], settings: (size: number) => string): void {
  const names = ["compile", "proof", "simulation of 64 words", "circuit.json", "export to sax"];
  const results = names.map((): Measured[] => []);
  for (const size of sizes) {
    let circuit: Circuit | null = null;
    const made = measured(size, 1, () => {
      circuit = synthesise(specFrom(`aggregate a { ${settings(size)} }`)).circuit;
      return circuit;
    });
    const of = circuit!;
    const { mzis, activations } = countDevices(of);
    const devices = mzis + activations;
    // The proof drives every cell with its reachable states.
    const report = { states: 0 };
    const proof = measured(size, 1, () => {
      const proved = prove(of);
      if (!proved.holds) throw new Error(`${what}: ${size} is not proved`);
      report.states = proved.states;
      return proved;
    });
    const { symbols } = randomVectors(of.aggregate, 64, seededRandom(1));
    const steps = [
      made,
      proof,
      measured(size, devices, () => simulateWords(of, symbols)),
      measured(size, devices, () => pieces(serializeCircuit(of))),
      measured(size, devices, () => exported(of, "sax")),
    ];
    steps.forEach((step, i) => {
      results[i]!.push({ ...step, work: i === 1 ? report.states + devices : devices });
    });
  }
  printTable(
    `Growth with ${what}`,
    head,
    names.map((name, i) => fitted(name, null, results[i]!, `${name}, ${what}`)),
  );
}

/** `theory`: the exponent of the size; null: that which the work has itself. */
function fitted(name: string, theory: number | null, all: readonly Measured[], goal: string = name): string[] {
  const long = all.filter(({ seconds }) => seconds >= LEAST_SECONDS);
  const used = long.length >= 2 ? long : all;
  const ofSize = slope(used, ({ size }) => size);
  const ofWork = slope(used, ({ work }) => work);
  const expected = theory ?? slopeOf(used.map(({ size, work }) => [Math.log(size), Math.log(work)]));
  const above = long.length >= 2 && ofWork > 1 + ALLOWANCE;
  const sizes = all.map(({ size }) => size).join(" ");
  const seconds = all.map((it) => it.seconds.toPrecision(2)).join(" ");
  recordGoal({
    work: `growth: ${goal}: ${sizes}`,
    now: `${seconds} s`,
    peer: `theory: size to the ${expected.toFixed(2)}`,
    ratio: `size to the ${ofSize.toFixed(2)}, its work to the ${ofWork.toFixed(2)}`,
    goal: `work to the ${1 + ALLOWANCE} at most`,
    met: long.length < 2 ? null : !above,
  });
  return [
    name,
    sizes,
    seconds,
    all.map(({ bytes }) => (bytes / 2 ** 20).toFixed(1)).join(" "),
    ofSize.toFixed(2),
    expected.toFixed(2),
    ofWork.toFixed(2),
    long.length < 2 ? "too short to say" : above ? "ABOVE" : "",
  ];
}

function slope(all: readonly Measured[], of: (it: Measured) => number): number {
  return slopeOf(all.map((it) => [Math.log(of(it)), Math.log(Math.max(1e-6, it.seconds))]));
}

/** Of the straight line with the least squares. */
function slopeOf(points: readonly (readonly [number, number])[]): number {
  const [x, y] = [0, 1].map((axis) => points.reduce((sum, point) => sum + point[axis]!, 0) / points.length);
  const covariance = points.reduce((sum, point) => sum + (point[0] - x!) * (point[1] - y!), 0);
  return covariance / points.reduce((sum, point) => sum + (point[0] - x!) ** 2, 0);
}

/** Once where it takes long, else the best of three. */
function measured(size: number, work: number, run: () => unknown): Measured {
  collect();
  const before = held();
  let seconds = Number.POSITIVE_INFINITY;
  let kept: unknown = null;
  for (let turn = 0; turn < 3 && (turn === 0 || seconds < 1); turn++) {
    kept = null;
    const { ms, value } = cpuTimed(run);
    kept = value;
    seconds = Math.min(seconds, ms / 1e3);
  }
  collect();
  const bytes = kept === null ? 0 : Math.max(0, held() - before);
  return { size, seconds, bytes, work };
}

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");

function held(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Length of what a writer streams; nothing of it is kept. */
function pieces(content: Iterable<string | Uint8Array>): number {
  let length = 0;
  for (const piece of content) length += piece.length;
  return length;
}

function exported(circuit: Circuit, name: string): number {
  const target = targets.find((it) => it.name === name)!;
  let length = 0;
  for (const { content } of target.emit(subjectOf(circuit, { kind: "circuit" }), {})) length += pieces(content);
  return length;
}

/** The discrete sine transform: orthogonal, and no entry is 0. */
function sines(n: number): Float64Array {
  const size = Math.sqrt(2 / (n + 1));
  return Float64Array.from({ length: n * n }, (_, i) => {
    return size * Math.sin((Math.PI * (1 + Math.floor(i / n)) * (1 + (i % n))) / (n + 1));
  });
}
