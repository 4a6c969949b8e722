import type { Aggregate, Circuit, Device } from "../../../netlist/index.ts";
import { angle, exact, type Fixed, nearest, ONE, POINT, squareRoot, times } from "./exact.ts";

/** What a circuit makes of words, in more than 100 digits: docs/reference/formats.md anew, without a line of the project. */
interface Complex {
  readonly re: Fixed;
  readonly im: Fixed;
}

const ZERO: Complex = { re: 0n, im: 0n };
const add = (a: Complex, b: Complex): Complex => ({ re: a.re + b.re, im: a.im + b.im });
const multiply = (a: Complex, b: Complex): Complex =>
  b.re === 0n && b.im === 0n
    ? ZERO
    : { re: (a.re * b.re - a.im * b.im) >> POINT, im: (a.re * b.im + a.im * b.re) >> POINT };
const real = (re: Fixed): Complex => ({ re, im: 0n });
const turned = (radians: number): Complex => {
  const { sine, cosine } = angle(radians);
  return { re: cosine, im: sine };
};

/** [[a, b], [c, d]] */
type Matrix = readonly [Complex, Complex, Complex, Complex];

function product(p: Matrix, q: Matrix): Matrix {
  const [a, b, c, d] = p;
  const [e, f, g, h] = q;
  return [
    add(multiply(a, e), multiply(b, g)),
    add(multiply(a, f), multiply(b, h)),
    add(multiply(c, e), multiply(d, g)),
    add(multiply(c, f), multiply(d, h)),
  ];
}

/** Share of the power that crosses -> coupler; 1/sqrt 2 [[1, i], [i, 1]] where it is half. */
function coupler(share: number | undefined): Matrix {
  const crossing = share === undefined ? ONE / 2n : exact(share);
  const [through, across] = [real(squareRoot(ONE - crossing)), { re: 0n, im: squareRoot(crossing) }];
  return [through, across, across, through];
}

const phase = (radians: number): Matrix => [turned(radians), ZERO, ZERO, real(ONE)];

/** Light through a device as a matrix on its mode and the next one; null where it has one mode. */
export function matrixOf(device: Device): Matrix {
  const { fieldFactor } = device;
  const lossy = (ideal: Matrix): Matrix => {
    if (fieldFactor === undefined) return ideal;
    const loss = real(exact(fieldFactor));
    const [a, b, c, d] = ideal;
    return [multiply(a, loss), multiply(b, loss), multiply(c, loss), multiply(d, loss)];
  };
  switch (device.kind) {
    case "waveguide":
      return lossy([real(ONE), ZERO, ZERO, ZERO]);
    case "phase":
      return lossy([turned(device.phiRad), ZERO, ZERO, ZERO]);
    default: {
      const { thetaRad, phiRad } = device;
      const [first, second] = device.kind === "mzi" ? [device.firstCrossPower, device.secondCrossPower] : [];
      if (first === undefined && second === undefined) {
        // i e^(it) [[e^(ip) sin t, cos t], [e^(ip) cos t, -sin t]]
        const { sine, cosine } = angle(thetaRad / 2);
        const half = { re: -sine, im: cosine };
        const tilted = multiply(half, turned(phiRad));
        const by = (a: Complex, b: Fixed): Complex => ({ re: times(a.re, b), im: times(a.im, b) });
        return lossy([by(tilted, sine), by(half, cosine), by(tilted, cosine), by(half, -sine)]);
      }
      const inner = product(phase(thetaRad), product(coupler(first), phase(phiRad)));
      return lossy(product(coupler(second), inner));
    }
  }
}

type Step =
  | { readonly kind: "pair"; readonly upper: number; readonly lower: number; readonly matrix: Matrix }
  | { readonly kind: "single"; readonly mode: number; readonly factor: Complex }
  | { readonly kind: "dark"; readonly mode: number }
  | {
      readonly kind: "neuron";
      readonly mode: number;
      readonly gain: Fixed;
      readonly threshold: Fixed;
      readonly range: Fixed | null;
    };

/** What was received, and the field before every neuron in the order of the file, as doubles. */
export interface Received {
  /** [worker][symbol] */
  readonly symbols: readonly (readonly number[])[];
  readonly before: readonly number[];
}

export interface Oracle {
  /** Codes, one a worker. */
  readonly receive: (codes: readonly number[]) => Received;
  /** Whether some worker receives another word than the rounded mean. */
  readonly isWrong: (codes: readonly number[]) => boolean;
  /** The same in doubles, a hundred times faster: says where to look, and nothing more. */
  readonly looksWrong: (codes: readonly number[]) => boolean;
}

export function oracleOf(circuit: Circuit): Oracle {
  const { aggregate, inputs, outputs } = circuit;
  const steps: Step[] = [];
  for (const { meshes, activations } of circuit.sections) {
    for (const { modes, devices, terminated } of meshes) {
      for (const device of devices) {
        const upper = modes[device.mode]!;
        const matrix = matrixOf(device);
        if (device.kind === "mzi") steps.push({ kind: "pair", upper, lower: modes[device.mode + 1]!, matrix });
        else steps.push({ kind: "single", mode: upper, factor: matrix[0] });
      }
      for (const mode of terminated) steps.push({ kind: "dark", mode });
    }
    for (const neuron of activations) {
      const [threshold, range] = neuron.kind === "relu" ? [0n, null] : [exact(neuron.threshold), exact(neuron.range)];
      steps.push({ kind: "neuron", mode: neuron.mode, gain: exact(neuron.gain), threshold, range });
    }
  }
  const receive = (codes: readonly number[]): Received => {
    const fields: Complex[] = new Array<Complex>(circuit.modes).fill(ZERO);
    const before: number[] = [];
    for (const port of inputs) {
      const field =
        port.kind === "reference"
          ? exact(port.field)
          : exact(port.fieldPerLevel) * BigInt(digitsOf(codes[port.worker]!, aggregate)[port.symbol]!);
      fields[port.mode] = real(field);
    }
    for (const step of steps) {
      switch (step.kind) {
        case "pair": {
          const [a, b, c, d] = step.matrix;
          const [p, q] = [fields[step.upper]!, fields[step.lower]!];
          fields[step.upper] = add(multiply(a, p), multiply(b, q));
          fields[step.lower] = add(multiply(c, p), multiply(d, q));
          break;
        }
        case "single":
          fields[step.mode] = multiply(step.factor, fields[step.mode]!);
          break;
        case "dark":
          fields[step.mode] = ZERO;
          break;
        case "neuron": {
          const { re } = fields[step.mode]!;
          before.push(nearest(re));
          const above = re > step.threshold ? re - step.threshold : 0n;
          fields[step.mode] = real(times(step.gain, step.range !== null && above > step.range ? step.range : above));
          break;
        }
        default:
          step satisfies never;
      }
    }
    const symbols = Array.from({ length: aggregate.workers }, () => new Array<number>(aggregate.symbols).fill(-1));
    for (const { mode, worker, symbol, levelsPerField } of outputs) {
      const level = (times(fields[mode]!.re, exact(levelsPerField)) + ONE / 2n) >> POINT;
      const most = BigInt(levelsOf(symbol, aggregate) - 1);
      symbols[worker]![symbol] = Number(level < 0n ? 0n : level > most ? most : level);
    }
    return { symbols, before };
  };
  const isWrong = (codes: readonly number[]): boolean => {
    const wanted = digitsOf(meanOf(codes, aggregate), aggregate).join();
    return receive(codes).symbols.some((symbols) => symbols.join() !== wanted);
  };
  const rough = steps.map(roughly);
  const looksWrong = (codes: readonly number[]): boolean => {
    const fields = new Float64Array(2 * circuit.modes);
    for (const port of inputs) {
      const level = port.kind === "reference" ? 1 : digitsOf(codes[port.worker]!, aggregate)[port.symbol]!;
      fields[2 * port.mode] = level * (port.kind === "reference" ? port.field : port.fieldPerLevel);
    }
    for (const step of rough) step(fields);
    const wanted = digitsOf(meanOf(codes, aggregate), aggregate);
    return outputs.some(({ mode, symbol, levelsPerField }) => {
      const level = Math.floor(fields[2 * mode]! * levelsPerField + 0.5);
      return Math.max(0, Math.min(levelsOf(symbol, aggregate) - 1, level)) !== wanted[symbol];
    });
  };
  return { receive, isWrong, looksWrong };
}

/** A step in doubles, on real and imaginary parts by turns. */
function roughly(step: Step): (fields: Float64Array) => void {
  const mixed = (
    fields: Float64Array,
    from: readonly number[],
    weights: readonly Complex[],
  ): readonly [number, number] => {
    let [re, im] = [0, 0];
    from.forEach((mode, i) => {
      const [x, y] = rounded.get(weights[i]!)!;
      re += x * fields[2 * mode]! - y * fields[2 * mode + 1]!;
      im += x * fields[2 * mode + 1]! + y * fields[2 * mode]!;
    });
    return [re, im];
  };
  const rounded = new Map<Complex, readonly [number, number]>();
  const keep = (weight: Complex): void => void rounded.set(weight, [nearest(weight.re), nearest(weight.im)]);
  switch (step.kind) {
    case "pair": {
      const { upper, lower, matrix } = step;
      const [a, b, c, d] = matrix;
      for (const weight of matrix) keep(weight);
      return (fields) => {
        const [over, under] = [mixed(fields, [upper, lower], [a, b]), mixed(fields, [upper, lower], [c, d])];
        fields.set(over, 2 * upper);
        fields.set(under, 2 * lower);
      };
    }
    case "single":
      keep(step.factor);
      return (fields) => fields.set(mixed(fields, [step.mode], [step.factor]), 2 * step.mode);
    case "dark":
      return (fields) => fields.fill(0, 2 * step.mode, 2 * step.mode + 2);
    case "neuron": {
      const [gain, threshold] = [nearest(step.gain), nearest(step.threshold)];
      const range = step.range === null ? Number.POSITIVE_INFINITY : nearest(step.range);
      return (fields) => {
        const above = Math.max(0, fields[2 * step.mode]! - threshold);
        fields.set([gain * Math.min(range, above), 0], 2 * step.mode);
      };
    }
    default:
      return step satisfies never;
  }
}

const bitsOf = (levels: number): number => Math.log2(levels);

function levelsOf(symbol: number, { bits, levels, symbols }: Aggregate): number {
  return symbol > 0 ? levels : 2 ** (bits - bitsOf(levels) * (symbols - 1));
}

function digitsOf(code: number, { levels, symbols }: Aggregate): number[] {
  return Array.from({ length: symbols }, (_, i) => Math.floor(code / levels ** (symbols - 1 - i)) % levels);
}

/** The code of the rounded mean of words. */
function meanOf(codes: readonly number[], { bits, signed, rounding, workers }: Aggregate): number {
  const offset = signed ? 2 ** (bits - 1) : 0;
  const sum = codes.reduce((total, code) => total + code - offset, 0);
  const low = Math.floor(sum / workers);
  const over = 2 * (sum - low * workers) - workers;
  const isUp =
    rounding === "half-up" ? over >= 0 : rounding === "half-even" && (over > 0 || (over === 0 && low % 2 !== 0));
  return low + (isUp ? 1 : 0) + offset;
}
