import {
  arrivalTimes,
  type Circuit,
  constantWaveform,
  type Delays,
  fieldAt,
  type OutputFields,
  propagateWaveforms,
  readWords,
  resultOf,
  simulateWords,
  steppedWaveform,
  type Waveform,
} from "../../netlist/index.ts";

/** The times, after the launch of a word's first symbol, at which a receiver reads its symbol of every word right. */
export interface Eye {
  readonly name: string;
  readonly fromS: number;
  readonly toS: number;
}

/** What the receivers read of words that follow each other at the symbol rate. */
export interface WordStream {
  readonly words: number;
  /** [word][worker * symbols + symbol], as `readWords` gives it, sampled half a symbol period after the last light of a word. */
  readonly read: Uint8Array;
  /** Words of which every worker reads what the circuit says when it has all the time. */
  readonly right: number;
  /** The longest of each receiver, in the order of `circuit.outputs`; of no length where no time is right for all words. */
  readonly eyes: readonly Eye[];
}

/**
 * Sends words through the circuit one symbol period after the other, every symbol when its clock says, with the delay of every
 * device, waveguide and neuron. Before and after them the transmitters are dark; the reference is always there.
 * `symbols` as for `simulate`.
 */
export function streamWords(circuit: Circuit, delays: Delays, symbolRateBd: number, symbols: Uint8Array): WordStream {
  const periodS = 1 / symbolRateBd;
  const { aggregate } = circuit;
  const sent = aggregate.workers * aggregate.symbols;
  const result = resultOf(aggregate);
  const width = aggregate.workers * result.symbols;
  const words = symbols.length / sent;
  const expected = simulateWords(circuit, symbols);
  const { launchesS, receptionsS } = arrivalTimes(circuit, delays);
  const launched = circuit.inputs.map((port, p): Waveform => {
    if (port.kind === "reference") return constantWaveform(port.field);
    const place = port.worker * aggregate.symbols + port.symbol;
    const fields = Array.from({ length: words }, (_, w) => port.fieldPerLevel * symbols[w * sent + place]!);
    return steppedWaveform(fields, launchesS[p]!, periodS);
  });
  const received = propagateWaveforms(circuit, delays, launched);
  const read = readWords(circuit, sampled(received, words, receptionsS, periodS));
  let right = 0;
  for (let w = 0; w < words; w++) {
    const from = w * width;
    if (read.subarray(from, from + width).every((symbol, i) => symbol === expected[from + i])) right++;
  }
  const eyes = circuit.outputs.map((port, o): Eye => {
    const alone = { ...circuit, outputs: [port] };
    const place = port.worker * result.symbols + port.symbol;
    const { atS, re, im } = received[o]!;
    const fields = { vectors: atS.length, ports: 1, re: Float64Array.from(re), im: Float64Array.from(im) };
    const levels = readWords(alone, fields).filter((_, i) => i % width === place);
    const wanted = expected.filter((_, i) => i % width === place);
    return { name: port.name, ...longestRight(atS, levels, wanted, periodS, receptionsS[o]! + 2 * periodS) };
  });
  return { words, read, right, eyes };
}

function sampled(
  received: readonly Waveform[],
  words: number,
  receptionsS: readonly number[],
  periodS: number,
): OutputFields {
  const ports = received.length;
  const re = new Float64Array(words * ports);
  const im = new Float64Array(words * ports);
  received.forEach((waveform, o) => {
    for (let w = 0; w < words; w++) {
      const field = fieldAt(waveform, receptionsS[o]! + (w + 0.5) * periodS);
      re[w * ports + o] = field.re;
      im[w * ports + o] = field.im;
    }
  });
  return { vectors: words, ports, re, im };
}

/** The longest time between 0 and `endS` after a word's launch at which the level of every word is the wanted one. */
function longestRight(
  atS: readonly number[],
  levels: Uint8Array,
  wanted: Uint8Array,
  periodS: number,
  endS: number,
): { readonly fromS: number; readonly toS: number } {
  const wrong: { readonly fromS: number; readonly toS: number }[] = [];
  wanted.forEach((level, w) => {
    levels.forEach((seen, i) => {
      const fromS = Math.max(0, atS[i]! - w * periodS);
      const toS = Math.min(endS, (atS[i + 1] ?? Number.POSITIVE_INFINITY) - w * periodS);
      if (seen !== level && fromS < toS) wrong.push({ fromS, toS });
    });
  });
  wrong.sort((a, b) => a.fromS - b.fromS);
  let longest = { fromS: 0, toS: 0 };
  let fromS = 0;
  for (const next of [...wrong, { fromS: endS, toS: endS }]) {
    if (next.fromS - fromS > longest.toS - longest.fromS) longest = { fromS, toS: next.fromS };
    fromS = Math.max(fromS, next.toS);
  }
  return longest;
}
