import type { Circuit } from "../circuit/circuit.ts";
import { sentBy } from "../circuit/neuron.ts";
import { type Delays, delayOfDevice } from "../circuit/optics.ts";
import { circuitSteps } from "../circuit/steps.ts";
import { OP_DARK, OP_MZI, OP_NEURON, OP_SCALE, programOfCircuit } from "./program.ts";

/**
 * A field as a function of time that is constant between changes: re[i] + i im[i] from atS[i], in seconds, up to atS[i + 1].
 * atS[0] is -Infinity: what was always there.
 */
export interface Waveform {
  readonly atS: readonly number[];
  readonly re: readonly number[];
  readonly im: readonly number[];
}

interface GrowingWaveform extends Waveform {
  readonly atS: number[];
  readonly re: number[];
  readonly im: number[];
}

/** Changes closer than this are one, as are fields: what is left of rounding where light of equal delays meets. */
const SAME_S = 1e-18;
const SAME_FIELD = 1e-12;

/** Light that never changes. */
export function constantWaveform(re: number, im: number = 0): Waveform {
  return { atS: [Number.NEGATIVE_INFINITY], re: [re], im: [im] };
}

/** Real fields one after the other, each for `periodS` from `startS` on; dark before and after. */
export function steppedWaveform(fields: ArrayLike<number>, startS: number, periodS: number): Waveform {
  const waveform = growing(constantWaveform(0));
  for (let i = 0; i < fields.length; i += 1) change(waveform, startS + i * periodS, fields[i]!, 0);
  change(waveform, startS + fields.length * periodS, 0, 0);
  return waveform;
}

/** The field at a time in seconds. */
export function fieldAt({ atS, re, im }: Waveform, timeS: number): { readonly re: number; readonly im: number } {
  let low = 0;
  let high = atS.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (atS[middle]! <= timeS) low = middle;
    else high = middle;
  }
  return { re: re[low]!, im: im[low]! };
}

/**
 * Sends waveforms through every device and neuron, each of which answers at once to what it saw `delays` ago: no bandwidth, no
 * noise. One waveform each of `circuit.inputs`; gives one each of `circuit.outputs`.
 */
export function propagateWaveforms(circuit: Circuit, delays: Delays, launched: readonly Waveform[]): Waveform[] {
  const { op, first, second, coefficients: k } = programOfCircuit(circuit);
  const delaysS = delaysOfSteps(circuit, delays);
  const dark = constantWaveform(0);
  const lanes = new Array<Waveform>(circuit.modes).fill(dark);
  circuit.inputs.forEach(({ mode }, p) => {
    lanes[mode] = launched[p]!;
  });
  op.forEach((what, step) => {
    const c = 8 * step;
    const lane = lanes[first[step]!]!;
    switch (what) {
      case OP_MZI: {
        const other = lanes[second[step]!]!;
        lanes[first[step]!] = mixed(lane, other, k.subarray(c, c + 4), delaysS[step]!);
        lanes[second[step]!] = mixed(lane, other, k.subarray(c + 4, c + 8), delaysS[step]!);
        break;
      }
      case OP_SCALE:
        lanes[first[step]!] = mixed(lane, dark, [k[c]!, k[c + 1]!, 0, 0], delaysS[step]!);
        break;
      case OP_DARK:
        lanes[first[step]!] = dark;
        break;
      case OP_NEURON:
        lanes[first[step]!] = detected(lane, k.subarray(c, c + 3), delaysS[step]!);
        break;
      default:
        throw new Error(`no step ${what}`);
    }
  });
  return circuit.outputs.map(({ mode }) => lanes[mode]!);
}

/** Of each step of the program of a circuit. */
function delaysOfSteps(circuit: Circuit, delays: Delays): number[] {
  return circuitSteps(circuit).map((it) => {
    if (it.kind === "neuron") return delays.neuronDelayS;
    return it.kind === "device" ? delayOfDevice(it.device, delays) : 0;
  });
}

/** The complex factors (re, im, re, im) times two waveforms, added, later. */
function mixed(
  a: Waveform,
  b: Waveform,
  [aRe, aIm, bRe, bIm]: ArrayLike<number> & Iterable<number>,
  delayS: number,
): Waveform {
  const at = (i: number, j: number): [number, number] => [
    aRe! * a.re[i]! - aIm! * a.im[i]! + bRe! * b.re[j]! - bIm! * b.im[j]!,
    aRe! * a.im[i]! + aIm! * a.re[i]! + bRe! * b.im[j]! + bIm! * b.re[j]!,
  ];
  const waveform = growing(constantWaveform(...at(0, 0)));
  let i = 0;
  let j = 0;
  while (i + 1 < a.atS.length || j + 1 < b.atS.length) {
    const next = Math.min(a.atS[i + 1] ?? Number.POSITIVE_INFINITY, b.atS[j + 1] ?? Number.POSITIVE_INFINITY);
    while (i + 1 < a.atS.length && a.atS[i + 1]! <= next + SAME_S) i += 1;
    while (j + 1 < b.atS.length && b.atS[j + 1]! <= next + SAME_S) j += 1;
    change(waveform, next + delayS, ...at(i, j));
  }
  return waveform;
}

/** What a neuron sends: its gain, what is added to the field before it, and its range. */
function detected({ atS, re }: Waveform, coefficients: Float64Array, delayS: number): Waveform {
  const [gain, offset, range] = [coefficients[0]!, coefficients[1]!, coefficients[2]!];
  const waveform = growing(constantWaveform(sentBy(gain, range, re[0]! + offset)));
  for (let i = 1; i < atS.length; i += 1) change(waveform, atS[i]! + delayS, sentBy(gain, range, re[i]! + offset), 0);
  return waveform;
}

function growing({ atS, re, im }: Waveform): GrowingWaveform {
  return { atS: [...atS], re: [...re], im: [...im] };
}

/** From `timeS` on, which is later than every change before. */
function change({ atS, re, im }: GrowingWaveform, timeS: number, toRe: number, toIm: number): void {
  const last = atS.length - 1;
  if (Math.abs(toRe - re[last]!) < SAME_FIELD && Math.abs(toIm - im[last]!) < SAME_FIELD) return;
  atS.push(timeS);
  re.push(toRe);
  im.push(toIm);
}
