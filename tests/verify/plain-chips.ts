import {
  type Certificate,
  type Circuit,
  indexFlow,
  type LinearForm,
  type ProgramSlice,
  sliceProgram,
  symbolLevels,
  type Term,
  type WorkerInput,
} from "../../netlist/index.ts";
import { type DecidingCell, inputsOf, outputsOf, termsOf } from "../../proof/index.ts";

/** From where to where the real and the imaginary part of a field can be. */
interface Box {
  readonly re: number;
  readonly im: number;
  readonly spreadRe: number;
  readonly spreadIm: number;
}

/** A joint state of some signals: their integers, and a box about the field of each. */
type State = ReadonlyMap<number, { readonly value: number; readonly box: Box }>;

/**
 * Whether the chip, a circuit with the phases that it has, is perfect by its states: word for word what verify/chip-states.ts says,
 * a state at a time, with everything looked up anew for every chip.
 */
export function plainlyPerfect(chip: Circuit): boolean {
  const certificate = chip.certificate!;
  const { signals } = certificate;
  const index = indexFlow(chip);
  const last = chip.sections.length - 1;
  const levels = symbolLevels(chip.aggregate);
  const sums = signals.flatMap((signal, id) => (signal.kind === "sum" ? [{ id, signal }] : []));
  const sumSlices = sums.map(({ signal }) => sliceProgram(index, [signal], []));
  const cellSlices = certificate.cells.map((cell) =>
    sliceProgram(
      index,
      outputsOf(cell).map((id) => signals[id]!),
      signals,
    ),
  );
  const symbolSlices = certificate.symbols.map((_, j) => {
    const ends = chip.outputs.filter(({ symbol }) => symbol === j).map(({ mode }) => ({ section: last, mode }));
    return sliceProgram(index, ends, signals);
  });
  const angleOf = (id: number): number => {
    const reader = [...cellSlices, ...symbolSlices].find(({ reads }) => reads.includes(id));
    if (signals[id]!.kind === "bit" || reader === undefined) return 0;
    const j = reader.reads.indexOf(id);
    const forms = [...reader.activations.map(({ form }) => form), ...reader.outputs];
    const seen = forms.find(({ re, im }) => re[j] !== 0 || im[j] !== 0);
    const angle = seen === undefined ? 0 : Math.atan2(seen.im[j]!, seen.re[j]!);
    return Math.abs(angle) < 1e-12 ? 0 : angle;
  };
  const inAxes = (slice: ProgramSlice, outputs: readonly number[]): ProgramSlice => {
    const angles = slice.reads.map(angleOf);
    const activations = slice.activations.map((each) => ({ ...each, form: readFrom(each.form, angles) }));
    return {
      ...slice,
      activations,
      outputs: slice.outputs.map((form, o) => turned(readFrom(form, angles), outputs[o] ?? 0)),
    };
  };

  const producers = new Map(certificate.cells.flatMap((cell, i) => outputsOf(cell).map((id) => [id, i])));
  /** By the cell that made them, -1 - id for a sum. */
  const made = new Map<number, State[]>();
  const joint = (wanted: readonly number[]): State[] => {
    const groups = new Map<number, number[]>();
    for (const id of wanted) {
      const key = producers.get(id) ?? -1 - id;
      groups.set(key, [...(groups.get(key) ?? []), id]);
    }
    let states: State[] = [new Map()];
    for (const [key, ids] of groups) {
      const part = distinctStates(made.get(key)!, ids);
      states = states.flatMap((a) => part.map((b): State => new Map([...a, ...b])));
    }
    return states;
  };
  const readsWell = (after: number): boolean =>
    certificate.symbols.every((terms, j) => {
      if (Math.max(-1, ...terms.map(({ signal }) => producers.get(signal) ?? -1)) !== after) return true;
      const ports = chip.outputs.filter(({ symbol }) => symbol === j);
      const slice = inAxes(symbolSlices[j]!, []);
      return joint([...new Set(terms.map(({ signal }) => signal))]).every((state) => {
        const wanted = sumOf(terms, state);
        if (wanted < 0 || wanted > levels[j]! - 1) return true;
        return boxesBehind(slice, state).every(({ re, spreadRe }, o) =>
          [re - spreadRe, re + spreadRe].every((field) => {
            const read = Math.round(field * ports[o]!.levelsPerField);
            return Math.min(Math.max(read, 0), levels[j]! - 1) === wanted;
          }),
        );
      });
    });

  for (const [i, { id, signal }] of sums.entries()) {
    const slice = inAxes(sumSlices[i]!, [angleOf(id)]);
    made.set(-1 - id, sumStates(chip, slice, id, signal.max, levels[i % levels.length]!));
  }
  if (!readsWell(-1)) return false;
  for (const [number, cell] of certificate.cells.entries()) {
    const outputs = outputsOf(cell);
    const slice = inAxes(cellSlices[number]!, outputs.map(angleOf));
    if (cell.kind === "sum") {
      const { max } = signals[cell.total]!;
      const tables = cell.terms.map(({ signal }) =>
        distinctStates(made.get(producers.get(signal) ?? -1 - signal)!, [signal]),
      );
      made.set(number, totalStates(slice, cell.total, max, cell.terms, tables));
    } else {
      const states = joint(inputsOf(cell)).flatMap((state): State[] => {
        const values = claims(certificate, cell, sumOf(termsOf(cell), state));
        if (values === null) return [];
        const boxes = boxesBehind(slice, state);
        return [new Map(outputs.map((id, o) => [id, { value: values[o]!, box: boxes[o]! }]))];
      });
      made.set(number, states);
    }
    if (!readsWell(number)) return false;
  }
  return true;
}

/** Of some signals of a table, each distinct row with boxes about all that carry it. */
function distinctStates(states: readonly State[], ids: readonly number[]): State[] {
  const rows = new Map<string, State[]>();
  for (const state of states) {
    const key = ids.map((id) => state.get(id)!.value).join();
    rows.set(key, [...(rows.get(key) ?? []), state]);
  }
  return [...rows.values()].map(
    (same): State =>
      new Map(
        ids.map((id) => {
          const boxes = same.map((state) => state.get(id)!.box);
          const hull = ends(
            boxes.map(({ re, spreadRe }) => [re - spreadRe, re + spreadRe]),
            boxes.map(({ im, spreadIm }) => [im - spreadIm, im + spreadIm]),
          );
          return [id, { value: same[0]!.get(id)!.value, box: hull }];
        }),
      ),
  );
}

function ends(re: readonly (readonly number[])[], im: readonly (readonly number[])[]): Box {
  const side = (all: readonly (readonly number[])[]): readonly [number, number] => {
    const [low, high] = [Math.min(...all.map((it) => it[0]!)), Math.max(...all.map((it) => it[1]!))];
    return [(low + high) / 2, (high - low) / 2];
  };
  const [[middleRe, spreadRe], [middleIm, spreadIm]] = [side(re), side(im)];
  return { re: middleRe, im: middleIm, spreadRe, spreadIm };
}

function sumOf(terms: readonly Term[], state: State): number {
  return terms.reduce((sum, { signal, weight }) => sum + weight * state.get(signal)!.value, 0);
}

function claims(certificate: Certificate, cell: DecidingCell, sum: number): readonly number[] | null {
  if (cell.kind === "only") return [sum === 1 ? 1 : 0];
  if (cell.kind === "nonzero") return [sum >= 1 ? 1 : 0];
  let rest = sum + cell.offset;
  const values = cell.bits.map(({ weight }) => {
    const set = rest >= weight;
    if (set) rest -= weight;
    return { value: set ? 1 : 0, overfull: rest >= weight };
  });
  if (values.some(({ overfull }) => overfull)) return null;
  const bits = values.map(({ value }) => value);
  if (cell.residual === null) return bits;
  return rest <= certificate.signals[cell.residual]!.max ? [...bits, rest] : null;
}

/** The field of a sum for the deals of its levels that make its parts largest and least. */
function sumStates(
  chip: Circuit,
  { outputs, unresolved }: ProgramSlice,
  id: number,
  max: number,
  levels: number,
): State[] {
  const form = outputs[0]!;
  const fields = unresolved.map((port) => (chip.inputs[port] as WorkerInput).fieldPerLevel);
  const dealt = (sum: number, weights: readonly number[], constant: number): number => {
    let [field, rest] = [constant, sum];
    for (const weight of weights) {
      const level = Math.min(levels - 1, rest);
      field += weight * level;
      rest -= level;
    }
    return field;
  };
  const side = (sum: number, part: Float64Array, constant: number): readonly number[] => {
    const rising = fields.map((field, j) => part[j]! * field).sort((a, b) => a - b);
    return [dealt(sum, rising, constant), dealt(sum, rising.toReversed(), constant)];
  };
  return Array.from({ length: max + 1 }, (_, sum): State => {
    const box = ends([side(sum, form.re, form.constantRe)], [side(sum, form.im, form.constantIm)]);
    return new Map([[id, { value: sum, box }]]);
  });
}

function totalStates(
  { outputs, reads }: ProgramSlice,
  total: number,
  max: number,
  terms: readonly Term[],
  tables: readonly (readonly State[])[],
): State[] {
  const { re, im, constantRe, constantIm } = outputs[0]!;
  interface Ends {
    readonly re: readonly [number, number];
    readonly im: readonly [number, number];
  }
  let sums = new Map<number, Ends>([[0, { re: [constantRe, constantRe], im: [constantIm, constantIm] }]]);
  for (const [t, { signal, weight }] of terms.entries()) {
    const j = reads.indexOf(signal);
    const [a, b] = [re[j]!, im[j]!];
    const next = new Map<number, Ends>();
    for (const state of tables[t]!) {
      const { value, box } = state.get(signal)!;
      const shiftRe = a * box.re - b * box.im;
      const shiftIm = a * box.im + b * box.re;
      const spreadRe = Math.abs(a) * box.spreadRe + Math.abs(b) * box.spreadIm;
      const spreadIm = Math.abs(a) * box.spreadIm + Math.abs(b) * box.spreadRe;
      for (const [from, known] of sums) {
        const to = from + weight * value;
        if (to < 0 || to > max) continue;
        const old = next.get(to) ?? { re: [Infinity, -Infinity], im: [Infinity, -Infinity] };
        next.set(to, {
          re: [
            Math.min(old.re[0], known.re[0] + shiftRe - spreadRe),
            Math.max(old.re[1], known.re[1] + shiftRe + spreadRe),
          ],
          im: [
            Math.min(old.im[0], known.im[0] + shiftIm - spreadIm),
            Math.max(old.im[1], known.im[1] + shiftIm + spreadIm),
          ],
        });
      }
    }
    sums = next;
  }
  return [...sums].map(([value, it]): State => new Map([[total, { value, box: ends([it.re], [it.im]) }]]));
}

function readFrom(form: LinearForm, angles: readonly number[]): LinearForm {
  const [re, im] = [form.re.slice(), form.im.slice()];
  for (const [j, angle] of angles.entries()) {
    if (angle === 0) continue;
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    [re[j], im[j]] = [re[j]! * c + im[j]! * s, im[j]! * c - re[j]! * s];
  }
  return { ...form, re, im };
}

function turned(form: LinearForm, angle: number): LinearForm {
  if (angle === 0) return form;
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  return {
    re: form.re.map((re, j) => re * c - form.im[j]! * s),
    im: form.im.map((im, j) => im * c + form.re[j]! * s),
    constantRe: form.constantRe * c - form.constantIm * s,
    constantIm: form.constantIm * c + form.constantRe * s,
  };
}

/** A middle and what it moves by when each symbol of uncertainty goes from 0 to 1. */
interface Uncertain {
  readonly middle: number;
  readonly parts: readonly number[];
}

function boxesBehind({ reads, activations, outputs }: ProgramSlice, state: State): Box[] {
  const symbols = 2 * reads.length + activations.length;
  const boxes = reads.map((id) => state.get(id)!.box);
  const lit: Uncertain[] = [];
  const part = (ofRe: Float64Array, ofIm: Float64Array, sign: number, constant: number): Uncertain => {
    let middle = constant;
    const parts = new Array<number>(symbols).fill(0);
    for (const [j, box] of boxes.entries()) {
      middle += ofRe[j]! * box.re + sign * ofIm[j]! * box.im;
      parts[2 * j] = ofRe[j]! * box.spreadRe;
      parts[2 * j + 1] = sign * ofIm[j]! * box.spreadIm;
    }
    for (const [a, neuron] of lit.entries()) {
      const factor = ofRe[reads.length + a]!;
      middle += factor * neuron.middle;
      for (let s = 0; s < symbols; s++) parts[s]! += factor * neuron.parts[s]!;
    }
    return { middle, parts };
  };
  const reach = ({ parts }: Uncertain): number => parts.reduce((sum, it) => sum + Math.abs(it), 0);
  for (const [a, { form, threshold, gain, range }] of activations.entries()) {
    const before = part(form.re, form.im, -1, form.constantRe - threshold);
    const [low, high] = [before.middle - reach(before), before.middle + reach(before)];
    // The line through the ends of the curve, and the strip about it that holds the curve.
    const at = (x: number): number => Math.min(range, Math.max(0, x));
    const corner = (x: number): boolean => low < x && high > x;
    const bent = corner(0) || corner(range);
    const slope = bent ? (at(high) - at(low)) / (high - low) : high <= 0 || low >= range ? 0 : 1;
    const under = corner(0) ? slope * low : 0;
    const over = corner(range) ? range - (at(low) + slope * (range - low)) : 0;
    const shift = bent || low >= range ? at(low) - slope * low + (under + over) / 2 : 0;
    const parts = before.parts.map((it) => gain * slope * it);
    parts[2 * reads.length + a] = (gain * (over - under)) / 2;
    lit.push({ middle: gain * (slope * before.middle + shift), parts });
  }
  return outputs.map(({ re, im, constantRe, constantIm }) => {
    const [real, imaginary] = [part(re, im, -1, constantRe), part(im, re, 1, constantIm)];
    return { re: real.middle, im: imaginary.middle, spreadRe: reach(real), spreadIm: reach(imaginary) };
  });
}
