import type { Circuit } from "../../../netlist/index.ts";
import { bases } from "./bases.ts";
import {
  chain,
  chainOfAny,
  corners,
  couplers,
  type Deviate,
  darkSignals,
  losses,
  tilted,
  turns,
  unequal,
  wrongUnits,
} from "./deviations.ts";
import { type Oracle, oracleOf } from "./oracle.ts";
import {
  addWindow,
  between,
  type DraftCircuit,
  decade,
  draftOf,
  openWindow,
  pick,
  type Random,
  sectionOf,
  versioned,
} from "./surgery.ts";

/** A circuit that gives `codes` wrong, one a worker. */
export interface Hostile {
  readonly family: string;
  readonly circuit: Circuit;
  readonly codes: readonly number[];
}

/** A circuit that is likely wrong, or null where the base does not allow it. */
type Build = (base: Circuit, words: readonly (readonly number[])[], random: Random) => DraftCircuit | null;

/** All words of small circuits, shuffled; of others some, and some that all workers send, where sums are at their ends. */
export function wordsOf({ aggregate: { workers, bits } }: Circuit, random: Random): number[][] {
  const size = 2 ** bits;
  const count = size ** workers;
  const own = (): number => Math.floor(random() * size);
  const equal = (code: number): number[] => new Array<number>(workers).fill(code);
  const all = Array.from({ length: Math.min(count, 256) }, (_, i) => {
    if (count > 256 && i % 2 === 0) return equal(2 ** Math.floor(random() * (bits + 1)) - 1);
    if (count > 256) return equal(0).map(own);
    return equal(0).map((_code, worker) => Math.floor(i / size ** worker) % size);
  });
  for (let i = all.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [all[i], all[j]] = [all[j]!, all[i]!];
  }
  return all;
}

const fieldsOf = (oracle: Oracle, words: readonly (readonly number[])[], neuron: number): number[] =>
  words.map((codes) => oracle.receive(codes).before[neuron]!);

/** Words that tell most about a neuron. */
const FEW = 14;

/**
 * Moves the edge of a neuron to where the fields that are claimed and those that are there differ, as steep as it takes: the claims are
 * kept with what margin is left, and some word is decided wrong.
 */
function sharpened(deviate: Deviate): Build {
  return (base, words, random) => {
    const nominal = draftOf(base);
    const actual = draftOf(base);
    if (!deviate(actual, random)) return null;
    const few = words.slice(0, FEW);
    const neurons = actual.sections.flatMap(({ activations }) => activations);
    const shift = deviate === wrongUnits ? 1 + 0.5e-9 * between(-1, 1, random) : 1;
    const [right, there] = [oracleOf(nominal), oracleOf(actual)];
    const claimedBefore = few.map((codes) => right.receive(codes).before);
    const actualBefore = few.map((codes) => there.receive(codes).before);
    const order = neurons.map((_, i) => i).sort(() => random() - 0.5);
    for (const n of order) {
      const neuron = neurons[n]!;
      if (neuron.kind !== "saturating") continue;
      const claimed = claimedBefore.map((before) => before[n]! * shift);
      const found = actualBefore.map((before) => before[n]!);
      const { threshold, range } = neuron;
      const isOn = (field: number): boolean => field >= threshold + 0.5 * range;
      const lowestOn = claimed.filter(isOn).reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
      const highestOff = claimed.filter((it) => !isOn(it)).reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
      // a field that should be above the edge and is a little less, or below it and a little more
      const pairs = claimed.map((nominalField, i) => [nominalField, found[i]!] as const);
      const below = pairs.find(([a, b]) => a <= lowestOn * (1 + 1e-13) && isOn(a) && a - b > 4e-14 * Math.abs(a));
      const above = pairs.find(
        ([a, b]) => a >= highestOff - 1e-13 * Math.abs(highestOff) && !isOn(a) && b - a > 4e-14 * Math.abs(a),
      );
      const chosen = random() < 0.5 ? (below ?? above) : (above ?? below);
      if (chosen === undefined) continue;
      // as close to what is there as may be: then the bound of what is off has the least room
      const [nominalField, field] = chosen;
      const gap = Math.abs(nominalField - field);
      const width = gap * decade(-6, -0.5, random);
      const near = gap * decade(-9, -0.5, random);
      const edge = field < nominalField ? field + near : field - near - width;
      const [low, high] = [Math.min(nominalField, field), Math.max(nominalField, field)];
      if (!(edge >= low && edge + width <= high && edge + width > edge)) continue;
      neuron.gain *= range / width;
      neuron.threshold = edge;
      neuron.range = width;
      return actual;
    }
    return null;
  };
}

/** An edge, or a window, a few roundings beside a field that is there, next to no wider than them: only what is rounded is off. */
const withinRounding: Build = (base, words, random) => {
  const draft = draftOf(base);
  const ulp = 2 ** -52 * Math.floor(between(0, 40, random));
  const few = words.slice(0, FEW);
  const receive = (): number[][] => few.map((codes) => [...oracleOf(draft).receive(codes).before]);
  const signals = draft.certificate?.signals.filter(({ max }) => max > 0) ?? [];
  const neurons = draft.sections.flatMap(({ activations }) => activations);
  if (signals.length > 0 && random() < 0.5) {
    const { section, mode, fieldPerUnit } = pick(signals, random);
    const window = addWindow(draft, section, mode, decade(-7.5, -5, random));
    const field = pick(receive(), random)[window.first]!;
    if (field === 0) return null;
    const half = Math.abs(field) * (ulp + 2 ** -52);
    openWindow(draft, window, field - 2 * half, field + half, half * decade(-8, 0, random), fieldPerUnit);
    return draft;
  }
  const at = Math.floor(random() * neurons.length);
  const neuron = neurons[at]!;
  if (neuron.kind !== "saturating") return null;
  const fields = receive().map((before) => before[at]!);
  const on = fields.filter((field) => field >= neuron.threshold + 0.5 * neuron.range);
  if (on.length === 0) return null;
  const least = on.reduce((a, b) => Math.min(a, b));
  const width = Math.abs(least) * 2 ** -52 * decade(-8, 0, random);
  neuron.gain *= neuron.range / width;
  neuron.range = width;
  neuron.threshold = least * (1 + ulp);
  return draft;
};

/** A window on the lane of a signal, or behind the last of them, that opens between what is claimed and what is there. */
function windowed(deviate: Deviate, isBehind: boolean): Build {
  return (base, words, random) => {
    const nominal = draftOf(base);
    const { certificate } = nominal;
    const analog = certificate?.signals.filter(({ max }) => max > 0) ?? [];
    if (analog.length === 0) return null;
    const signal = pick(analog, random);
    const port = pick(nominal.outputs, random);
    const [at, lane] = isBehind ? [nominal.sections.length - 1, port.mode] : [signal.section, signal.mode];
    const unit = isBehind ? 1 / port.levelsPerField : signal.fieldPerUnit;
    const share = decade(-7.5, -5, random);
    const draft = draftOf(nominal);
    // behind what deviates
    if (isBehind) addWindow(nominal, at, lane, share);
    const actual = draftOf(isBehind ? nominal : draft);
    if (!deviate(actual, random)) return null;
    let window: ReturnType<typeof addWindow>;
    if (isBehind) {
      const section = actual.sections.findIndex(({ name }) => name === "window");
      const first = actual.sections.slice(0, section).reduce((sum, { activations }) => sum + activations.length, 0);
      window = { share, section, first };
    } else {
      const { certificate: changed } = actual;
      const name = signal.name;
      const moved = changed!.signals.filter(
        (it) => it.mode === signal.mode && (it.name === name || it.name.startsWith("copy_")),
      );
      const place = moved.at(-1)!;
      window = addWindow(actual, place.section, place.mode, share);
      addWindow(nominal, at, lane, share);
    }
    const few = words.slice(0, FEW);
    const [right, there] = [oracleOf(nominal), oracleOf(actual)];
    const claimed = fieldsOf(right, few, window.first);
    const found = fieldsOf(there, few, window.first);
    const shift = deviate === wrongUnits ? 1 + 0.4e-9 * between(-1, 1, random) : 1;
    const pairs = claimed.map((field, i) => [field * shift, found[i]!] as const);
    const off = pairs.filter(([a, b]) => Math.abs(a - b) > 4e-14 * Math.abs(a));
    if (off.length === 0) return null;
    const [a, b] = pick(off, random);
    const gap = Math.abs(a - b);
    const width = gap * decade(-6, -1, random);
    // where the second neuron sees the lane behind the first tap
    const [low, high] = [b - gap * decade(-6, -0.5, random), b + gap * decade(-6, -0.5, random)];
    openWindow(actual, window, low - width, high, width, unit * (random() < 0.5 ? 1 : -1));
    return actual;
  };
}

/** A worker's light 1e18 times too strong, of which the combiner gets what it should and a lane that leads nowhere the rest. */
const strongLane: Build = (base, _words, random) => {
  const draft = draftOf(base);
  const ports = draft.inputs.filter(({ kind }) => kind === "worker");
  const port = pick(ports, random);
  if (port.kind !== "worker") return null;
  const strength = decade(12, 22, random);
  port.fieldPerLevel *= strength;
  const fresh = draft.modes++;
  const device = { kind: "mzi", column: 0, mode: 0, thetaRad: 2 / strength, phiRad: -Math.PI / 2 } as const;
  draft.sections.unshift(sectionOf("strong", [{ modes: [port.mode, fresh], devices: [device] }]));
  for (const signal of draft.certificate?.signals ?? []) signal.section++;
  const combiners = draft.sections.filter(({ kind }) => kind === "combine").flatMap(({ meshes }) => meshes);
  const mzis = combiners.flatMap(({ devices }) => devices).filter(({ kind }) => kind === "mzi");
  if (mzis.length === 0) return null;
  const detuned = pick(mzis, random);
  if (detuned.kind === "mzi") detuned.thetaRad += between(0.05, 0.5, random) * (random() < 0.5 ? 1 : -1);
  if (random() < 0.7) draft.certificate = null;
  return draft;
};

/** Claims about the devices of another spec, or of another rounding. */
const otherFunction: Build = (base, _words, random) => {
  const draft = draftOf(base);
  const { aggregate, certificate } = draft;
  if (aggregate.symbols > 1 && random() < 0.5) {
    // digits in another order, which ports and claims agree on
    const [i, j] = [0, aggregate.symbols - 1];
    const swapped = (symbol: number): number => (symbol === i ? j : symbol === j ? i : symbol);
    for (const port of draft.outputs) port.symbol = swapped(port.symbol);
    if (random() < 0.5) for (const port of draft.inputs) if (port.kind === "worker") port.symbol = swapped(port.symbol);
    if (certificate !== null)
      [certificate.symbols[i], certificate.symbols[j]] = [certificate.symbols[j]!, certificate.symbols[i]!];
    return draft;
  }
  const other = pick(["floor", "half-up", "half-even"] as const, random);
  if (other === aggregate.rounding) aggregate.signed = !aggregate.signed;
  else aggregate.rounding = other;
  const cells = draft.certificate?.cells.filter((cell) => cell.kind === "split") ?? [];
  const cell = pick(cells, random);
  if (cell.kind === "split" && random() < 0.5) cell.offset += random() < 0.5 ? 1 : -1;
  return draft;
};

/** An edge between two values that the circuit must not tell apart there, and claims that leave the value out. */
const hiddenState: Build = (base, words, random) => {
  const draft = draftOf(base);
  const neurons = draft.sections.flatMap(({ activations }) => activations);
  const at = Math.floor(random() * neurons.length);
  const neuron = neurons[at]!;
  if (neuron.kind !== "saturating") return null;
  const fields = [...new Set(fieldsOf(oracleOf(draft), words.slice(0, FEW), at))].sort((a, b) => a - b);
  const low = Math.floor(random() * (fields.length - 1));
  const [a, b] = [fields[low], fields[low + 1]];
  if (a === undefined || b === undefined || !(b - a > 1e-6 * Math.abs(b))) return null;
  const width = (b - a) * decade(-6, -0.5, random);
  neuron.gain *= neuron.range / width;
  neuron.range = width;
  neuron.threshold = a + (b - a) * between(0.05, 0.6, random);
  for (const signal of draft.certificate?.signals ?? []) {
    if (signal.max > 1 && random() < 0.5) signal.max -= 1;
  }
  return draft;
};

/** Ports, lanes or neurons that are exchanged: right in number, wrong in place. */
const wrongLane: Build = (base, _words, random) => {
  const draft = draftOf(base);
  const swap = (list: { mode: number }[]): boolean => {
    const [a, b] = [pick(list, random), pick(list, random)];
    if (a === undefined || b === undefined || a.mode === b.mode) return false;
    [a.mode, b.mode] = [b.mode, a.mode];
    return true;
  };
  const choice = random();
  if (choice < 0.3) return swap(draft.inputs) ? draft : null;
  if (choice < 0.5) return swap(draft.outputs) ? draft : null;
  if (choice < 0.6) return swap(pick(draft.sections, random).activations) ? draft : null;
  const meshes = draft.sections.flatMap(({ meshes: all }) => all).filter(({ modes }) => modes.length > 1);
  const { modes } = pick(meshes, random);
  [modes[0], modes[1]] = [modes[1]!, modes[0]!];
  const signals = draft.certificate?.signals ?? [];
  if (random() < 0.3 && signals.length > 1) {
    const [a, b] = [pick(signals, random), pick(signals, random)];
    [a.mode, b.mode] = [b.mode, a.mode];
  }
  return draft;
};

/** One number of a device, port or neuron, a little or very wrong. */
const wrongNumber: Build = (base, _words, random) => {
  const draft = draftOf(base);
  const devices = draft.sections.flatMap(({ meshes }) => meshes.flatMap((mesh) => mesh.devices));
  const neurons = draft.sections.flatMap(({ activations }) => activations);
  const by = 1 + decade(-4, 0.5, random) * (random() < 0.5 ? 1 : -0.3);
  const targets: readonly (() => void)[] = [
    () => {
      const device = pick(devices, random);
      if (device.kind !== "waveguide") device.phiRad += by - 1;
      if (device.kind === "mzi" || device.kind === "attenuator") device.thetaRad += by - 1;
    },
    () => {
      pick(neurons, random).gain *= Math.abs(by);
    },
    () => {
      const neuron = pick(neurons, random);
      if (neuron.kind === "saturating") neuron.threshold *= by;
    },
    () => {
      const port = pick(draft.inputs, random);
      if (port.kind === "worker") port.fieldPerLevel *= by;
      else port.field *= by;
    },
    () => {
      pick(draft.outputs, random).levelsPerField *= by;
    },
  ];
  pick(targets, random)();
  return draft;
};

/** All fields of a circuit times one factor: the same circuit in other units. */
export function scaled(draft: DraftCircuit, factor: number): DraftCircuit {
  for (const port of draft.inputs) {
    if (port.kind === "worker") port.fieldPerLevel *= factor;
    else port.field *= factor;
  }
  for (const port of draft.outputs) port.levelsPerField /= factor;
  for (const neuron of draft.sections.flatMap(({ activations }) => activations)) {
    if (neuron.kind !== "saturating") continue;
    neuron.threshold *= factor;
    neuron.range *= factor;
  }
  for (const signal of draft.certificate?.signals ?? []) signal.fieldPerUnit *= factor;
  return draft;
}

/** The same circuit with fields near the ends of what a file may hold. */
function extreme(build: Build): Build {
  return (base, words, random) => {
    const draft = build(base, words, random);
    return draft === null ? null : scaled(draft, 2 ** Math.round(between(-150, 300, random)));
  };
}

/** Without certificate: what is tried must stand for all words, or not pass. */
function bare(build: Build): Build {
  return (base, words, random) => {
    const draft = build(base, words, random);
    return draft === null ? null : { ...draft, certificate: null };
  };
}

export const families: Readonly<Record<string, Build>> = {
  "a chain of copies before a steep edge": sharpened(chain),
  "a chain of copies before a window": windowed(chain, false),
  "dark signals before a steep edge": sharpened(darkSignals),
  "dark signals before a window": windowed(darkSignals, false),
  "units that are off before a window": windowed(wrongUnits, false),
  "units that are off before a steep edge": sharpened(wrongUnits),
  "neurons behind the last signal, dark signals": windowed(darkSignals, true),
  "neurons behind the last signal, tilted combiners": windowed(tilted, true),
  "neurons behind the last signal, chains": windowed(chainOfAny, true),
  "neurons behind the last signal, lossy": windowed(losses, true),
  "neurons behind the last signal, couplers": windowed(couplers, true),
  "unequal workers before a steep edge": sharpened(unequal),
  "unequal workers before a window": windowed(unequal, false),
  "unequal workers, no claim": bare(sharpened(unequal)),
  "unequal workers, window, no claim": bare(windowed(unequal, false)),
  "a strong lane that leads nowhere": strongLane,
  "tilted combiners before a steep edge": sharpened(tilted),
  "couplers before a steep edge": sharpened(couplers),
  "couplers before a window": windowed(couplers, false),
  "losses before a steep edge": sharpened(losses),
  "phases of many turns before a steep edge": sharpened(turns),
  "phases of many turns before a window": windowed(turns, false),
  "corners of neurons before a steep edge": sharpened(corners),
  "corners of neurons before a window": windowed(corners, false),
  "neurons behind the last signal, corners": windowed(corners, true),
  "edges within rounding": withinRounding,
  "extreme fields, edges within rounding": extreme(withinRounding),
  "edges within rounding, no claim": bare(withinRounding),
  "extreme fields, chain": extreme(sharpened(chain)),
  "extreme fields, window": extreme(windowed(darkSignals, false)),
  "another function": otherFunction,
  "a state that claims leave out": hiddenState,
  "a wrong lane": wrongLane,
  "a wrong number": wrongNumber,
};

/** The hostile circuit of a seed: of the family whose turn it is, or of a later one where its attempts stay right. */
export function* hostileCircuits(random: Random, names: readonly string[] = Object.keys(families)): Generator<Hostile> {
  const entries = Object.entries(families).filter(([name]) => names.includes(name));
  for (let turn = 0; ; turn++) {
    const [family, build] = entries[turn % entries.length]!;
    for (let attempt = 0; attempt < 60; attempt++) {
      const base = pick(bases(), random);
      const words = wordsOf(base, random);
      const draft = build(base, words, random);
      const neurons = draft?.sections.flatMap(({ activations }) => activations) ?? [];
      if (draft === null || !neurons.every(({ gain }) => Number.isFinite(gain))) continue;
      const circuit: Circuit = versioned(draft);
      const oracle = oracleOf(circuit);
      // all that look wrong, and those that the edges were set by
      const codes = words.find((each, i) => (i < FEW || oracle.looksWrong(each)) && oracle.isWrong(each));
      if (codes === undefined) continue;
      yield { family, circuit, codes };
      break;
    }
  }
}
