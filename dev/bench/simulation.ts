import { synthesise } from "../../compiler/synthesise.ts";
import {
  type Circuit,
  compileSimulation,
  distinctVectors,
  enumeratedVectors,
  simulateWords,
} from "../../netlist/index.ts";
import {
  CODE_WIDTH,
  COMPLEX_ONE,
  COMPLEX_TWO,
  DETECT,
  type Lowered,
  lower,
  MIX_ONE,
  MIX_TWO,
} from "../../netlist/simulation/lower.ts";
import { recordGoal } from "./goals.ts";
import { measuredLimits } from "./limits.ts";
import { meanSpec } from "./specs.ts";

const goal = 7e6;

/** Floating-point operations of a step of a lowered program. */
const operations: Readonly<Record<number, number>> = {
  [MIX_ONE]: 3,
  [MIX_TWO]: 6,
  [COMPLEX_ONE]: 14,
  [COMPLEX_TWO]: 28,
  [DETECT]: 6,
};

/**
 * mean-4x8 through its devices on one thread, words of all workers in and out, in words a CPU second; beside it the limits that the
 * machine sets in the same run: arithmetic (rotations of doubles in registers) and memory (copying as many bytes).
 */
export function simulationBench(smoke: boolean): void {
  const { circuit } = synthesise(meanSpec(4, 8));
  const vectors = smoke ? 500 : distinctVectors(circuit.aggregate);
  const { symbols } = enumeratedVectors(circuit.aggregate, 0, vectors);
  const simulator = compileSimulation(circuit);
  const width = symbols.length / vectors;
  const lowered = lower(simulator.program, circuit, simulator.launch);
  const flops = flopsOf(lowered, circuit);
  const arithmetic = (1e9 * measuredLimits().rotate) / flops;
  const bytes = new Uint8Array(2 ** (smoke ? 16 : 26));
  const target = new Uint8Array(bytes.length);
  // Symbols in and out; a copy reads and writes each byte.
  const memory = rate(bytes.length, smoke, () => target.set(bytes)) / width;
  const words = rate(vectors, smoke, () => simulateWords(simulator, symbols));
  recordGoal({
    work: "mean-4x8 through its devices, one thread",
    now: `${(words / 1e6).toFixed(1)}e6 words a CPU s`,
    peer: `arithmetic allows ${(arithmetic / 1e6).toFixed(1)}e6, memory ${(memory / 1e6).toFixed(0)}e6`,
    ratio: `${((100 * words) / arithmetic).toFixed(0)} % of the limit`,
    goal: `${goal / 1e6}e6 on two threads`,
    met: words >= goal,
  });
}

function flopsOf({ code }: Lowered, { outputs }: Circuit): number {
  // A receiver: product and sum, levels, rounding up, difference, comparison, difference.
  let sum = 7 * outputs.length;
  for (let at = 0; at < code.length; at += CODE_WIDTH) sum += operations[code[at]!] ?? 0;
  return sum;
}

/** Units a CPU second, the best of several turns of a twentieth of a second or more. */
function rate(units: number, once: boolean, work: () => unknown): number {
  let best = 0;
  for (let turn = 0; turn < (once ? 1 : 5); turn++) {
    let [count, seconds] = [0, 0];
    const started = process.cpuUsage();
    do {
      work();
      count++;
      const { user, system } = process.cpuUsage(started);
      seconds = (user + system) / 1e6;
    } while (!once && seconds < 0.05);
    best = Math.max(best, (count * units) / Math.max(1e-6, seconds));
  }
  return best;
}
