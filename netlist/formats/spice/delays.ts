import type { Activation, Device } from "../../circuit/circuit.ts";
import { formatNumber } from "../../circuit/numbers.ts";
import { type Delays, delayOfDevice } from "../../circuit/optics.ts";

/** Delays of parts, and how long a symbol is sent: what a stream of words needs. */
export interface DeckTiming extends Delays {
  readonly periodS: number;
}

const names = ["mziDelayS", "phaseDelayS", "crossingDelayS", "delaySPerUm", "neuronDelayS", "periodS"] as const;
const number = String.raw`\d+(?:\.\d+)?(?:e[+-]?\d{1,3})?`;

/** The delays as an option's value: seconds of an MZI, a phase shifter, a crossing, a micrometre, a neuron, and a symbol. */
export const delaysPattern: RegExp = new RegExp(`^${number}(?:,${number}){${names.length - 1}}$`);
export const delaysInWords =
  "seconds with commas between: MZI, phase shifter, crossing, um of waveguide, neuron, symbol period";

/** The value of the option `delays` that says so. */
export function delaysOption(timing: DeckTiming): string {
  return names.map((name) => formatNumber(timing[name])).join(",");
}

/** Null for `off`, and for `on`, which says nothing yet. */
export function timingOf(option: string): DeckTiming | null {
  if (!delaysPattern.test(option)) return null;
  const [mziDelayS, phaseDelayS, crossingDelayS, delaySPerUm, neuronDelayS, periodS] = option.split(",").map(Number);
  return {
    mziDelayS: mziDelayS!,
    phaseDelayS: phaseDelayS!,
    crossingDelayS: crossingDelayS!,
    delaySPerUm: delaySPerUm!,
    neuronDelayS: neuronDelayS!,
    periodS: periodS!,
  };
}

/**
 * Models of devices whose fields come out later. A line stands behind its own resistance and without load, so that nothing comes back
 * twice; `rel` and `abs` keep ngspice from stepping to each of the many corners that come out of the lines: the steps of .tran are
 * short enough instead.
 */
export const LATE_MODELS = `
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
.subckt neuron_late ar ai cr ci gain=1 offset=0 saturation=1e30 noise=0 nt=5e-11 td=1p
Xnow ar ai er ei neuron gain={gain} offset={offset} saturation={saturation} noise={noise} nt={nt}
Xer er cr later td={td}
Rci ci 0 1
.ends neuron_late
`;

/** The same for neurons that saturate. */
export const LATE_SATURATING_MODEL = `.subckt saturating_late ar ai cr ci gain=1 threshold=0 range=1 offset=0 noise=0 nt=5e-11 td=1p
Xnow ar ai er ei saturating gain={gain} threshold={threshold} range={range} offset={offset} noise={noise} nt={nt}
Xer er cr later td={td}
Rci ci 0 1
.ends saturating_late
`;

/** A model and the delay that it takes; that of an answer at once where there is none. */
export function timed(model: string, delayS: number): readonly [model: string, settings: readonly string[]] {
  return delayS > 0 ? [`${model}_late`, [`td=${formatNumber(delayS)}`]] : [model, []];
}

/** Seconds from the input of a device or neuron to its output; 0 where nothing takes time. */
export function delayIn(timing: DeckTiming | null, part: Device | Activation): number {
  if (timing === null) return 0;
  return part.kind === "relu" || part.kind === "saturating" ? timing.neuronDelayS : delayOfDevice(part, timing);
}
