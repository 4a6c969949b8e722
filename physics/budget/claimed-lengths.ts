import {
  type Circuit,
  claimedStretches,
  drawnLengths,
  floorOfCircuit,
  isIdeal,
  measurePlacement,
  mziFactor,
  namedDevices,
  type Optics,
} from "../../netlist/index.ts";
import { rounded } from "../light/claimed-losses.ts";
import { followLight } from "../light/paths.ts";
import { SKEW_SHARE } from "../rate/symbol-rate.ts";

/** Lengths and factors are products and sums of a few doubles. */
const ROUNDING = 1e-9;

/**
 * Why lengths, crossings and delays of a circuit are not those that `optics` would give it, so that no figure may depend on them; null
 * where they agree. Every waveguide loses what its length and crossings lose, or what the devices lose that it stands in for.
 * Every stretch is at least as long as the layout draws it, and light of one word meets in time.
 */
export function unfoundedLengths(circuit: Circuit, optics: Optics, symbolRateBd: number): string | null {
  const { placement } = circuit;
  if (isIdeal(optics)) return null;
  if (placement === undefined) return "the circuit has no placement to check its lengths by";
  for (const { section, mesh, device } of namedDevices(circuit)) {
    if (device.kind !== "waveguide" || isPad(device, optics)) continue;
    const { crossings, lengthUm, fieldFactor } = device;
    // its length and crossings account for the loss
    if (isClose(fieldFactor, optics.crossingFieldFactor ** crossings * optics.fieldFactorPerUm ** lengthUm)) continue;
    return `a waveguide of ${rounded(lengthUm)} um in ${section}, ${mesh}, cannot pass a field of ${rounded(fieldFactor)}`;
  }
  const floor = floorOfCircuit(circuit);
  const claimed = claimedStretches(circuit, floor);
  const { layout, lanePitchUm } = optics;
  // of constructed networks, what the layout draws; of others, which are not drawn, the lanes that a stretch is moved over
  const leastUm: readonly number[] =
    circuit.certificate !== null && layout !== null
      ? drawnLengths(circuit, layout)
      : measurePlacement(floor.floor, placement).moved.map((lanes) => lanes * lanePitchUm);
  const short = claimed.findIndex(({ lengthUm }, i) => lengthUm < leastUm[i]! * (1 - ROUNDING));
  if (short >= 0) {
    const [says, least] = [rounded(claimed[short]!.lengthUm), rounded(leastUm[short]!)];
    return `stretch ${short}, on mode ${floor.modes[short]}, says ${says} um and is at least ${least} um long`;
  }
  const worst = optics.matchDelays ? followLight(circuit, optics).meetings[0] : undefined;
  return worst === undefined || worst.skewS * symbolRateBd <= SKEW_SHARE
    ? null
    : `light that meets in ${worst.section}, ${worst.mesh}, arrives ${rounded(worst.skewS * 1e12)} ps apart: delay lines are missing`;
}

/** What light a waveguide carries: of workers or neurons, of the reference, or both. */
const WORDS = 1;
const REFERENCE = 2;

/**
 * Why couplers that a circuit calls fixed, those of sections that are no layers, are not: a combiner splits light or meets
 * reference light, a splitter of reference light meets other light, or a broadcast has neurons or layers behind it. Null where none does.
 */
export function unfoundedCouplers({ modes, inputs, sections }: Circuit): string | null {
  const light = new Uint8Array(modes);
  for (const { kind, mode } of inputs) light[mode] = kind === "worker" ? WORDS : REFERENCE;
  let hasBroadcast = false;
  for (const { kind, name, meshes, activations } of sections) {
    const forbidden = kind === "combine" ? REFERENCE : kind === "reference" ? WORDS : 0;
    if (kind !== "layer" && activations.length > 0) return `${name} has neurons and says that it is ${kind}`;
    if (kind !== "broadcast" && hasBroadcast) return `${name} stands behind a section that says that it is broadcast`;
    hasBroadcast ||= kind === "broadcast";
    for (const mesh of meshes) {
      for (const device of mesh.devices) {
        if (device.kind !== "mzi") continue;
        const [upper, lower] = [mesh.modes[device.mode]!, mesh.modes[device.mode + 1]!];
        const both = light[upper]! | light[lower]!;
        const isSplitter = light[upper] === 0 || light[lower] === 0;
        if (kind === "combine" && isSplitter) return `${name}, ${mesh.name} splits light and says that it combines it`;
        if ((both & forbidden) !== 0) return `light that ${kind} sections do not have meets in ${name}, ${mesh.name}`;
        light[upper] = both;
        light[lower] = both;
      }
      for (const mode of mesh.terminated) light[mode] = 0;
    }
    for (const { mode } of activations) light[mode] = WORDS;
  }
  return null;
}

type Guide = Extract<Circuit["sections"][number]["meshes"][number]["devices"][number], { readonly kind: "waveguide" }>;

/** Whether it loses as much, and is as long, as some MZIs in a row with or without a phase shifter behind them. */
function isPad({ crossings, lengthUm, fieldFactor }: Guide, optics: Optics): boolean {
  const { phaseFieldFactor, mziDelayS, phaseDelayS, delaySPerUm, matchDelays } = optics;
  const isLong = matchDelays && delaySPerUm > 0;
  return [0, 1, 2].some((heaters) =>
    [0, 1].some((phases) => {
      const [rest, factor] = [fieldFactor / phaseFieldFactor ** phases, mziFactor(optics, heaters)];
      const mzis = Math.max(0, Math.round(Math.log(rest) / Math.log(factor))) || 0;
      const length = isLong ? (mzis * mziDelayS + phases * phaseDelayS) / delaySPerUm : 0;
      return crossings === 0 && isClose(rest, factor ** mzis) && isClose(lengthUm, length);
    }),
  );
}

function isClose(a: number, b: number): boolean {
  return Math.abs(a - b) <= ROUNDING * Math.max(a, b);
}
