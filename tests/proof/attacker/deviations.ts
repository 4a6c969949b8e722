import type { Cell, Signal, Term } from "../../../netlist/index.ts";
import {
  between,
  type Draft,
  type DraftCircuit,
  decade,
  devicesOf,
  insert,
  losing,
  pick,
  type Random,
  sectionOf,
} from "./surgery.ts";

/** Changes a circuit by less than what a proof of single cells calls rounding; false where the circuit has nothing to change. */
export type Deviate = (draft: DraftCircuit, random: Random) => boolean;

/** What a cell may be off by where each is looked at alone, in units of its signal. */
const TOLERATED = 0.95e-9;

const isAnalog = ({ kind, max }: Draft<Signal>): boolean => kind !== "bit" && max > 0;

/** Sums, residuals and totals by number, or all signals. */
function analog(draft: DraftCircuit, withBits: boolean): number[] {
  return (draft.certificate?.signals ?? []).flatMap((signal, id) => (withBits || isAnalog(signal) ? [id] : []));
}

/** Copies of one signal in a row, each a little darker than the one before, each a cell of its own that keeps its claim. */
export const chain: Deviate = (draft, random) => copied(draft, random, false);

/** The same, of bits too. */
export const chainOfAny: Deviate = (draft, random) => copied(draft, random, true);

function copied(draft: DraftCircuit, random: Random, withBits: boolean): boolean {
  const { certificate } = draft;
  const candidates = analog(draft, withBits);
  if (certificate === null || candidates.length === 0) return false;
  const first = pick(candidates, random);
  const from = certificate.signals[first]!;
  const copies = Math.floor(between(2, 100, random));
  const loss = (TOLERATED * between(0.05, 1, random)) / from.max;
  const isWaveguide = random() < 0.3;
  const at = from.section;
  const sections = Array.from({ length: copies }, (_, k) =>
    sectionOf(`copy${k}`, [{ modes: [from.mode], devices: [losing(loss, isWaveguide)] }]),
  );
  insert(draft, at, sections);
  const isWriter = (cell: Draft<Cell>): boolean =>
    (cell.kind === "split" && (cell.residual === first || cell.bits.some(({ signal }) => signal === first))) ||
    (cell.kind === "sum" && cell.total === first) ||
    ((cell.kind === "nonzero" || cell.kind === "only") && cell.bit === first);
  const start = 1 + certificate.cells.findIndex(isWriter);
  const last = certificate.signals.length + copies - 1;
  const redirect = (terms: Draft<Term>[]): void => {
    for (const term of terms) if (term.signal === first) term.signal = last;
  };
  for (const cell of certificate.cells) if (cell.kind !== "only") redirect(cell.terms);
  for (const terms of certificate.symbols) redirect(terms);
  const cells = sections.map((_, k): Draft<Cell> => {
    const signal = k === 0 ? first : certificate.signals.length - 1;
    certificate.signals.push({ ...from, kind: "total", name: `copy_${k}`, section: at + 1 + k });
    return { kind: "sum", name: `copy_${k}`, terms: [{ signal, weight: 1 }], total: certificate.signals.length - 1 };
  });
  certificate.cells.splice(start, 0, ...cells);
  return true;
}

/** Signals that are each darker than their claim by what is tolerated; residuals pass it on. */
export const darkSignals: Deviate = (draft, random) => {
  const { certificate } = draft;
  if (certificate === null) return false;
  const share = between(0.1, 1, random);
  const isWaveguide = random() < 0.3;
  for (const signal of certificate.signals) {
    if (signal.max < 1) continue;
    const loss = (TOLERATED * share) / signal.max;
    const at = signal.section;
    const device = losing(loss, isWaveguide);
    insert(draft, at, [sectionOf("dark", [{ modes: [signal.mode], devices: [device] }])]);
    signal.section = at + 1;
  }
  return true;
};

/** Claims whose units are off, each by what is tolerated, all to one side: nothing in the circuit changes. */
export const wrongUnits: Deviate = (draft, random) => {
  const { certificate } = draft;
  if (certificate === null) return false;
  const share = TOLERATED * between(0.1, 1, random) * (random() < 0.5 ? 1 : -1);
  let sum = 0;
  for (const signal of certificate.signals) {
    sum += share / Math.max(1, signal.max);
    signal.fieldPerUnit *= 1 + sum;
  }
  return true;
};

/** Workers that are not equal. */
export const unequal: Deviate = (draft, random) => {
  const { workers, levels } = draft.aggregate;
  const share = TOLERATED / (workers * (levels - 1));
  const all = random() < 0.3 ? (random() < 0.5 ? 1 : -1) : null;
  for (const port of draft.inputs) {
    if (port.kind === "worker") port.fieldPerLevel *= 1 + share * (all ?? between(-1, 1, random));
  }
  return true;
};

/** Combiners that are tilted by so little that no unit looks off. */
export const tilted: Deviate = (draft, random) => {
  const tilt = decade(-13, -9.5, random);
  const mzis = devicesOf(draft).filter((device) => device.kind === "mzi");
  for (const mzi of mzis) mzi.thetaRad += tilt * between(-1, 1, random);
  return mzis.length > 0;
};

/** Couplers that were measured a little beside what they are. */
export const couplers: Deviate = (draft, random) => {
  const off = decade(-13, -9.5, random);
  for (const device of devicesOf(draft)) {
    if (device.kind !== "mzi") continue;
    device.firstCrossPower = (device.firstCrossPower ?? 0.5) * (1 + off * between(-1, 1, random));
    device.secondCrossPower = (device.secondCrossPower ?? 0.5) * (1 + off * between(-1, 1, random));
  }
  return true;
};

/** Phases many turns away, which doubles hold to 1e-11 only: near multiples of pi a rounded pi shows. */
export const turns: Deviate = (draft, random) => {
  const most = decade(1, 4.9, random);
  const turned = (radians: number): number => radians + 4 * Math.PI * Math.round(most * between(-1, 1, random));
  for (const device of devicesOf(draft)) {
    if (device.kind === "waveguide") continue;
    device.phiRad = turned(device.phiRad);
    if (device.kind !== "phase") device.thetaRad = turned(device.thetaRad);
  }
  return true;
};

/** Losses that are a little more than they were made up for. */
export const losses: Deviate = (draft, random) => {
  const off = decade(-13, -9.5, random);
  const lossy = devicesOf(draft).filter(({ fieldFactor }) => fieldFactor !== undefined);
  for (const device of lossy) device.fieldFactor! *= 1 - off * random();
  return lossy.length > 0;
};

/** Neurons whose linear part begins a little late or ends a little early, so that their lowest and highest fields are off. */
export const corners: Deviate = (draft, random) => {
  const off = decade(-13, -9.1, random);
  let isDone = false;
  for (const neuron of draft.sections.flatMap(({ activations }) => activations)) {
    if (neuron.kind !== "saturating") continue;
    neuron.threshold += neuron.range * off * between(-1, 1, random);
    neuron.range *= 1 - off * random();
    isDone = true;
  }
  return isDone;
};
