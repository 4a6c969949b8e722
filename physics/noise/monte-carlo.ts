import {
  type Circuit,
  compileSimulation,
  gaussianFrom,
  interpret,
  type ModeFields,
  neuronSteps,
  readWords,
  seededRandom,
  simulateWords,
} from "../../netlist/index.ts";
import { randomVectors, type Steps } from "../../verify/index.ts";
import { wrongRows } from "../chips/tried-words.ts";
import type { CircuitNoise, FieldNoise } from "./circuit-noise.ts";

/** Words driven together. */
const BATCH = 256;

export interface NoisyRun {
  readonly words: number;
  /** Words of which some worker received another word than without noise. */
  readonly wrong: number;
  readonly seed: number;
}

/**
 * Sends uniformly random words through every device of the circuit, with Gaussian noise on the light at the inputs, at every
 * neuron's detection, on what it sends on, and at every receiver: nothing is linearised. `words` is rounded up to whole batches; `stopped` ends it before.
 */
export function* noisyRunSteps(
  circuit: Circuit,
  noise: CircuitNoise,
  words: number,
  seed: number,
  stopped: () => boolean = () => false,
): Steps<NoisyRun> {
  const simulator = compileSimulation(circuit);
  const neurons = neuronSteps(simulator.program);
  const random = seededRandom(seed);
  const gaussian = gaussianFrom(seededRandom(seed + 1));
  let wrong = 0;
  let done = 0;
  while (done < words && !stopped()) {
    const { symbols } = randomVectors(circuit.aggregate, BATCH, random);
    const fields = interpret(simulator, symbols, {
      steps: neurons,
      launched: (launched) => {
        for (const { mode } of circuit.inputs) flicker(launched, mode, noise.launchRelative, gaussian);
      },
      before: (before, _, mode) => detect(before, mode, noise.neuron, gaussian),
      after: (after, _, mode) => flicker(after, mode, noise.carrierRelative, gaussian),
    });
    const got = received(circuit, fields, noise.receiver, gaussian);
    wrong += wrongRows(got, simulateWords(simulator, symbols), BATCH);
    done += BATCH;
    yield { done, total: words, unit: "words", wrong };
  }
  return { words: done, wrong, seed };
}

/** Noise of a detection on the quadrature that is read. */
function detect({ re }: ModeFields, mode: number, { sigma, relative }: FieldNoise, gaussian: () => number): void {
  for (let v = mode * BATCH; v < (mode + 1) * BATCH; v++) re[v]! += Math.hypot(sigma, relative * re[v]!) * gaussian();
}

/** Relative noise of light. */
function flicker({ re }: ModeFields, mode: number, relative: number, gaussian: () => number): void {
  if (relative === 0) return;
  for (let v = mode * BATCH; v < (mode + 1) * BATCH; v++) re[v]! *= 1 + relative * gaussian();
}

/** Symbols that the receivers read, [word][worker * symbols + symbol]. */
function received(circuit: Circuit, fields: ModeFields, noise: FieldNoise, gaussian: () => number): Uint8Array {
  const ports = circuit.outputs.length;
  const re = new Float64Array(BATCH * ports);
  for (const [o, { mode }] of circuit.outputs.entries()) {
    detect(fields, mode, noise, gaussian);
    for (let v = 0; v < BATCH; v++) re[v * ports + o] = fields.re[mode * BATCH + v]!;
  }
  return readWords(circuit, { vectors: BATCH, ports, re, im: new Float64Array(re.length) });
}
