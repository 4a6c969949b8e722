import type { Circuit, WorkerInput } from "../../circuit/circuit.ts";
import { formatNumber } from "../../circuit/numbers.ts";
import { levelsOfSymbol, resultOf } from "../../circuit/symbols.ts";
import { arrivalTimes } from "../../simulation/arrivals.ts";
import { seededRandom } from "../../simulation/random.ts";
import { simulateWords } from "../../simulation/simulate.ts";
import { randomVectors } from "../../simulation/vectors.ts";
import type { DeckTiming } from "./delays.ts";
import { outputStem } from "./library.ts";

/** Words one after the other, a slot each, and when which port sends and receives them. */
export interface Stream {
  readonly slots: number;
  readonly slotS: number;
  /** Levels, [slot][worker * symbols + symbol]. */
  readonly sent: Uint8Array;
  /** What the receivers read of each slot when it lasts, in the same order. */
  readonly settled: Uint8Array;
  /** After the first launch, in the order of the ports. */
  readonly launchesS: readonly number[];
  readonly receptionsS: readonly number[];
  readonly timing: DeckTiming | null;
}

/** Without delays a slot lasts a nanosecond. */
const SLOT_S = 1e-9;

/** `words`: so many random ones of seed 1; null: all dark, all bright, then one worker after the other. */
export function streamOf(circuit: Circuit, timing: DeckTiming | null, words: number | null): Stream {
  const { aggregate } = circuit;
  const slots = words ?? aggregate.workers + 2;
  const sent = words === null ? oneByOne(circuit) : randomVectors(aggregate, words, seededRandom(1)).symbols;
  const zero = (ports: readonly unknown[]): number[] => ports.map(() => 0);
  const times =
    timing === null
      ? { launchesS: zero(circuit.inputs), receptionsS: zero(circuit.outputs) }
      : arrivalTimes(circuit, timing);
  const receptionsS = times.receptionsS.map((atS) => atS + (timing?.filters?.receiverHalfStepS ?? 0));
  const settled = simulateWords(circuit, sent);
  return { slots, slotS: timing?.periodS ?? SLOT_S, sent, settled, ...times, receptionsS, timing };
}

/** Slot 0 is dark, in slot 1 all workers are bright, in slot 2 + w worker w alone. */
function oneByOne({ aggregate }: Circuit): Uint8Array {
  const { workers, symbols } = aggregate;
  const width = workers * symbols;
  const sent = new Uint8Array((workers + 2) * width);
  for (let slot = 1; slot < workers + 2; slot++) {
    for (let at = 0; at < width; at++) {
      const isBright = slot === 1 || Math.floor(at / symbols) === slot - 2;
      sent[slot * width + at] = isBright ? levelsOfSymbol(aggregate, at % symbols) - 1 : 0;
    }
  }
  return sent;
}

/** Share of a slot in which a transmitter goes from one level to the next. */
const EDGE = 1 / 40;
/** Steps of ngspice in a slot. */
const STEPS = 80;

/** The waveform of an input; dark before the first slot and after the last. */
export function waveformOf(circuit: Circuit, stream: Stream, input: number, port: WorkerInput): string {
  const { slots, slotS, sent, launchesS } = stream;
  const { workers, symbols } = circuit.aggregate;
  const points = ["0 0"];
  let level = 0;
  for (let slot = 0; slot <= slots; slot++) {
    const next = slot === slots ? 0 : sent[slot * workers * symbols + port.worker * symbols + port.symbol]!;
    if (next === level) continue;
    const atS = launchesS[input]! + slot * slotS;
    if (atS > 0) points.push(point(atS, level, port));
    points.push(point(atS + EDGE * slotS, next, port));
    level = next;
  }
  return `PWL(${points.join(" ")})`;
}

function point(atS: number, level: number, { fieldPerLevel }: WorkerInput): string {
  return `${seconds(atS)} ${formatNumber(level * fieldPerLevel)}`;
}

/** Digits that ngspice distinguishes within a picosecond of a microsecond. */
function seconds(value: number): string {
  return formatNumber(Number(value.toPrecision(9)));
}

/** The analysis: up to the last light of the last slot. */
export function* transientOf({ slots, slotS, receptionsS }: Stream): Generator<string> {
  const endS = Math.max(0, ...receptionsS) + (slots + 1) * slotS;
  yield `.tran ${seconds(slotS / STEPS)} ${seconds(endS)} 0 ${seconds(slotS / STEPS)}\n`;
}

/** What the first worker reads in the middle of each slot. */
export function* measurements(circuit: Circuit, { slots, slotS, receptionsS }: Stream): Generator<string> {
  for (const [o, port] of circuit.outputs.entries()) {
    if (port.worker !== 0) continue;
    const stem = outputStem(port);
    for (let slot = 0; slot < slots; slot++) {
      yield `meas tran slot${slot}_level_${stem} find v(level_${stem}) at=${seconds(receptionsS[o]! + (slot + 0.5) * slotS)}\n`;
    }
  }
}

function filtersExplained({ filters }: DeckTiming): string {
  if (filters === null) return "";
  const { modulatorHz, detectorHz, amplifierHz, receiverHz, equaliserHz, halfStepS } = filters;
  const equaliser = equaliserHz > 0 ? `; equaliser ${equaliserHz} Hz, its zero on the slowest` : "";
  return `Filters of first order, -3 dB at: modulator ${modulatorHz} Hz; photodiode ${detectorHz} Hz; amplifier ${amplifierHz} Hz;
* a receiver's amplifier ${receiverHz} Hz${equaliser}. Half of a step takes ${halfStepS} s to a neuron, a part of its delay.
* `;
}

/** What is sent when, and what has to come out, for the header. */
export function* streamExplained(circuit: Circuit, stream: Stream): Generator<string> {
  const { slots, slotS, sent, settled, launchesS, receptionsS, timing } = stream;
  const { workers, symbols } = circuit.aggregate;
  const read = resultOf(circuit.aggregate).symbols;
  yield `* Inputs are waveforms, ${seconds(slotS)} s a slot. For each slot, the levels that each worker sends and that worker 0 reads:
`;
  const word = (from: Uint8Array, width: number, place: number): string =>
    [...from.subarray(place * width, (place + 1) * width)].join(" ");
  for (let slot = 0; slot < slots; slot++) {
    const all = Array.from({ length: workers }, (_, worker) => word(sent, symbols, slot * workers + worker));
    yield `*   slot ${slot}: ${all.join(", ")}; reads ${word(settled, read, slot * workers)}\n`;
  }
  if (timing === null) return;
  yield `* Delays: MZI ${timing.mziDelayS} s; phase shifter ${timing.phaseDelayS} s; crossing ${timing.crossingDelayS} s; waveguide ${timing.delaySPerUm} s per micrometre;
* neuron ${timing.neuronDelayS} s. ${filtersExplained(timing)}Symbols are sent when the circuit needs them and read when their last light arrives. Slot 0 of
* each port starts at:
`;
  for (const [p, port] of circuit.inputs.entries()) {
    if (port.kind === "worker") yield `*   w${port.worker}_s${port.symbol} sends from ${seconds(launchesS[p]!)} s on\n`;
  }
  for (const [o, port] of circuit.outputs.entries()) {
    yield `*   rx_${outputStem(port)} reads from ${seconds(receptionsS[o]!)} s on\n`;
  }
}
