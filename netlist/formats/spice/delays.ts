import type { Activation, Device } from "../../circuit/circuit.ts";
import { formatNumber } from "../../circuit/numbers.ts";
import { type Delays, delayOfDevice } from "../../circuit/optics.ts";

/** Low-pass filters of first order from one neuron to the next: their -3 dB frequencies. */
export interface DeckFilters {
  readonly modulatorHz: number;
  readonly detectorHz: number;
  readonly amplifierHz: number;
  /** Of a receiver's amplifier. */
  readonly receiverHz: number;
  /** Own pole of the equaliser behind each amplifier, whose zero stands on the slowest filter; 0: there is none. */
  readonly equaliserHz: number;
  /** Seconds until half of a step is through all of them; the delay of a neuron counts them. */
  readonly halfStepS: number;
  /** The same to a receiver. */
  readonly receiverHalfStepS: number;
}

/** Delays of parts, and how long a symbol is sent: what a stream of words needs. */
export interface DeckTiming extends Delays {
  readonly periodS: number;
  /** Null: light follows at once. */
  readonly filters: DeckFilters | null;
}

const names = ["mziDelayS", "phaseDelayS", "crossingDelayS", "delaySPerUm", "neuronDelayS", "periodS"] as const;
const filterNames = [
  "modulatorHz",
  "detectorHz",
  "amplifierHz",
  "receiverHz",
  "equaliserHz",
  "halfStepS",
  "receiverHalfStepS",
] as const;
const number = String.raw`\d+(?:\.\d+)?(?:e[+-]?\d{1,3})?`;
const numbers = (count: number): RegExp => new RegExp(`^${number}(?:,${number}){${count - 1}}$`);

/** The delays as an option's value: seconds of an MZI, a phase shifter, a crossing, a micrometre, a neuron, and a symbol. */
export const delaysPattern: RegExp = numbers(names.length);
export const delaysInWords =
  "seconds with commas between: MZI, phase shifter, crossing, um of waveguide, neuron, symbol period";

/** The filters as an option's value. */
export const bandwidthPattern: RegExp = numbers(filterNames.length);
export const bandwidthInWords =
  "Hz of modulator, photodiode, amplifier, receiver, equaliser (0: none); seconds of half steps: neuron, receiver";

/** The values of the options `delays` and `bandwidth` that say so. */
export function timingOptions(timing: DeckTiming): { readonly delays: string; readonly bandwidth: string } {
  const { filters } = timing;
  return {
    delays: names.map((name) => formatNumber(timing[name])).join(","),
    bandwidth: filters === null ? "off" : filterNames.map((name) => formatNumber(filters[name])).join(","),
  };
}

/** Null for delays that are `off`, and for `on`, which says nothing yet. */
export function timingOf(delays: string, bandwidth: string): DeckTiming | null {
  if (!delaysPattern.test(delays)) return null;
  const filters = bandwidthPattern.test(bandwidth) ? numbersIn(bandwidth, filterNames) : null;
  return {
    ...(numbersIn(delays, names) as Record<(typeof names)[number], number>),
    filters: filters as Record<(typeof filterNames)[number], number> | null,
  };
}

function numbersIn(option: string, of: readonly string[]): Readonly<Record<string, number>> {
  const values = option.split(",").map(Number);
  return Object.fromEntries(of.map((name, i) => [name, values[i]!]));
}

/**
 * Models of devices whose fields come out later. A line stands behind its own resistance and without load, so that nothing comes back
 * twice; `rel` and `abs` keep ngspice from stepping to each of the many corners that come out of the lines: the steps of .tran are
 * short enough instead.
 */
const LATE_MODELS = `
* a voltage, later: a transmission line
.subckt later a c td=1p
E e 0 a 0 1
R e r 1
T r 0 c 0 Z0=1 TD={td} rel=1e9 abs=1e99
.ends later

* devices whose light comes out td seconds later
.subckt mzi_late ar ai br bi cr ci dr di theta=0 phi=0 il=0 k1=0.5 k2=0.5 td=1p
Xnow ar ai br bi er ei fr fi mzi theta={theta} phi={phi} il={il} k1={k1} k2={k2}
Xer er cr later td={td}
Xei ei ci later td={td}
Xfr fr dr later td={td}
Xfi fi di later td={td}
.ends mzi_late
.subckt attenuator_late ar ai cr ci theta=0 phi=0 il=0 k1=0.5 k2=0.5 td=1p
Xnow ar ai er ei attenuator theta={theta} phi={phi} il={il} k1={k1} k2={k2}
Xer er cr later td={td}
Xei ei ci later td={td}
.ends attenuator_late
.subckt phase_late ar ai cr ci phi=0 il=0 td=1p
Xnow ar ai er ei phase phi={phi} il={il}
Xer er cr later td={td}
Xei ei ci later td={td}
.ends phase_late
`;

/** Parts with a bandwidth: every filter stands behind its own source and without load. */
const slowModels = ({ modulatorHz, detectorHz, amplifierHz, equaliserHz }: DeckFilters): string => `
* a voltage through a low-pass of first order, -3 dB at f
.subckt slow a c f=1e9
E e 0 a 0 1
R e c 1
C c 0 {0.15915494309189535/f}
.ends slow
* light through a modulator; the current of a photodiode behind its amplifier
.subckt modulated a c f=${formatNumber(modulatorHz)}
X a c slow f={f}
.ends modulated
.subckt detected a c fd=${formatNumber(detectorHz)} fa=${formatNumber(amplifierHz)} fz=${formatNumber(Math.min(modulatorHz, detectorHz, amplifierHz))}
Xd a d slow f={fd}
Xa d ${equaliserHz > 0 ? "e slow f={fa}\nXe e c equalised fz={fz}" : "c slow f={fa}"}
.ends detected
${equaliserHz > 0 ? equaliserModel(equaliserHz) : ""}`;

/** (1 + s/z) / (1 + s/p) = p/z + (1 - p/z) / (1 + s/p); one whose own pole is slower than the zero does nothing. */
const equaliserModel = (equaliserHz: number): string => `* a zero at fz, its own pole at fp
.subckt equalised a c fz=1e9 fp=${formatNumber(equaliserHz)}
.param ratio={max(1,fp/fz)}
Xs a s slow f={fp}
Es c d s 0 {1-ratio}
Ea d 0 a 0 {ratio}
.ends equalised
`;

/** What the model of a receiver's detection says beside that of a neuron's. */
export function receiverSettings({ modulatorHz, detectorHz, receiverHz }: DeckFilters): string {
  return `fa=${formatNumber(receiverHz)} fz=${formatNumber(Math.min(modulatorHz, detectorHz, receiverHz))}`;
}

/** A neuron whose light comes out later, and which detects and modulates through filters, if there are any. */
function lateNeuron(
  model: string,
  settings: readonly (readonly [name: string, usual: string])[],
  isSlow: boolean,
): string {
  const all = [...settings, ["offset", "0"], ["noise", "0"], ["nt", "5e-11"]] as const;
  const usual = all.map(([name, value]) => `${name}=${value}`).join(" ");
  const given = all.map(([name]) => `${name}={${name}}`).join(" ");
  return `.subckt ${model}_late ar ai cr ci ${usual} td=1p
${isSlow ? "Xar ar dr detected\n" : ""}Xnow ${isSlow ? "dr" : "ar"} ai er ei ${model} ${given}
${isSlow ? "Xer er mr modulated\n" : ""}Xmr ${isSlow ? "mr" : "er"} cr later td={td}
Rci ci 0 1
.ends ${model}_late
`;
}

/** All of them that a circuit with these delays needs. */
export function lateModels({ filters }: DeckTiming, saturates: boolean): string {
  const isSlow = filters !== null;
  const relu = lateNeuron(
    "neuron",
    [
      ["gain", "1"],
      ["saturation", "1e30"],
    ],
    isSlow,
  );
  const clipped = [
    ["gain", "1"],
    ["threshold", "0"],
    ["range", "1"],
  ] as const;
  return `${LATE_MODELS}${isSlow ? slowModels(filters) : ""}${relu}${saturates ? lateNeuron("saturating", clipped, isSlow) : ""}`;
}

/** A model and the delay that it takes; that of an answer at once where there is none. */
export function timed(model: string, delayS: number): readonly [model: string, settings: readonly string[]] {
  return delayS > 0 ? [`${model}_late`, [`td=${formatNumber(delayS)}`]] : [model, []];
}

/** Seconds from the input of a device or neuron to its output; 0 where nothing takes time. */
export function delayIn(timing: DeckTiming | null, part: Device | Activation): number {
  if (timing === null) return 0;
  const isNeuron = part.kind === "relu" || part.kind === "saturating";
  return isNeuron ? timing.neuronDelayS - (timing.filters?.halfStepS ?? 0) : delayOfDevice(part, timing);
}
