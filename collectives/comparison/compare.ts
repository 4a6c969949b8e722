import { deviation, mean } from "d3-array";
import { type Cluster, type DeclaredInput, dtypeBits, type Gradient } from "../../dsl/index.ts";
import type { Algorithm } from "../algorithms/algorithms.ts";
import { type Choice, chosenOn } from "../algorithms/equal-words.ts";
import { type Collective, collectiveOf, executeOnWords } from "../algorithms/halves.ts";
import type { PhasedSchedule, ScheduleFault, Step } from "../schedule/schedule.ts";
import { type Energy, energyOf } from "../timing/energy.ts";
import { type BitsOf, busBandwidth, type Timing, timeSchedule } from "../timing/timing.ts";
import { type UnitFigures, type UnitOutcome, unitOutcome } from "../timing/unit.ts";
import { checkWavelengths, pathLossDb } from "../timing/wavelengths.ts";
import type { Refusal } from "./report.ts";

export interface ComparisonRow {
  readonly algorithm: string;
  readonly workers: number;
  readonly gradient: Gradient;
  readonly outcome: TimedOutcome | Refusal;
}

export interface TimedOutcome extends Omit<TimedAllReduce, "schedule"> {
  readonly kind: "timed";
  /** Whether elements travel as the gradient has them; accuracy on words is not measured. */
  readonly isBaseline: boolean;
  /** Bytes that the busiest worker sends. */
  readonly bytesPerWorker: number;
  /** bytesPerWorker over the bytes of the gradient in its own type. */
  readonly volume: number;
  /** Wavelengths in use at once; null on networks without. */
  readonly wavelengths: number | null;
  /** Loss of the longest path in light, and whether the budget bears it. */
  readonly loss: { readonly db: number; readonly withinBudget: boolean } | null;
  /** As nccl-tests report it, in bytes/s. */
  readonly busBandwidth: number;
  /** Time over that of the electrical ring. */
  readonly ratio: number;
  /** Training iteration over that with the electrical ring; null without a compute share. */
  readonly iterationRatio: number | null;
  /** Of the rows of photonic units; null for others, and where elements travel as they are. */
  readonly unit: UnitOutcome | null;
  /** Null where a figure of its devices is missing. */
  readonly energy: Energy | null;
  /** Faults of the wavelength assignment and of the execution. */
  readonly faults: readonly ScheduleFault[];
  /** Whether the schedule was executed on random integers and every sum was exact; null when it was not executed. */
  readonly exact: boolean | null;
}

/** Of the times of several draws, in seconds; the deviation is that of a sample. */
export interface TimeSpread {
  readonly draws: number;
  readonly leastS: number;
  readonly mostS: number;
  readonly deviationS: number;
}

export interface Comparison {
  readonly cluster: string;
  readonly collective: Collective;
  /** Of the words of all rows; null where each has its own. */
  readonly wordBits: number | null;
  readonly dtype: string;
  /** The compiled unit of its rows; null where its figures are assumed. */
  readonly unit: UnitFigures | null;
  readonly rows: readonly ComparisonRow[];
  /** What the rows depend on: path and value of every input that an algorithm in them uses. */
  readonly inputs: readonly DeclaredInput[];
}

export interface CompareOptions extends Choice {
  /** Left out: all-reduce. */
  readonly collective?: Collective;
  /** Schedules of up to so many workers are executed on short random buffers. */
  readonly executeUpTo: number;
}

/** Times every algorithm for every gradient of the cluster and every number of workers (>= 2). */
export function compareAlgorithms(declared: Cluster, options: CompareOptions): Comparison {
  const { collective = "all-reduce", unit } = options;
  const { cluster, wordBits, ...chosen } = chosenOn(declared, options);
  const ring = collectiveOf(chosen.ring, collective);
  const algorithms = chosen.algorithms.map((whole) => collectiveOf(whole, collective));
  const rows: ComparisonRow[] = [];
  const executed = new Map<string, readonly ScheduleFault[]>();
  for (const gradient of cluster.gradients) {
    for (const workers of options.workers) {
      const ringS = timeOn(ring, cluster, workers, gradient).timing.totalS;
      for (const [i, algorithm] of algorithms.entries()) {
        const refused = algorithm.refuses(cluster, workers);
        const key = `${algorithm.name} ${workers}`;
        if (refused === null && workers <= options.executeUpTo && !executed.has(key)) {
          // A buffer that is short and cut unevenly.
          const length = 2 * workers + 3;
          executed.set(key, executeOnWords(options.algorithms[i]!, collective, cluster, workers, length));
        }
        const outcome: TimedOutcome | Refusal =
          refused === null
            ? outcomeOf(algorithm, cluster, workers, gradient, ringS, executed.get(key) ?? null, { unit, collective })
            : { kind: "refused", reason: refused };
        rows.push({ algorithm: algorithm.name, workers, gradient, outcome });
      }
    }
  }
  const used = new Set(algorithms.flatMap(({ inputs }) => inputs));
  if (cluster.computeShare !== null && collective === "all-reduce") used.add("compute-share");
  for (const { path } of cluster.inputs) if (path.startsWith("energy ")) used.add(path);
  // The ratios are to the electrical ring.
  for (const path of ring.inputs) used.add(path);
  return {
    cluster: cluster.name,
    collective,
    wordBits,
    dtype: cluster.dtype,
    unit,
    rows,
    inputs: cluster.inputs.filter(({ path }) => used.has(path)),
  };
}

export interface TimedAllReduce {
  /** Of the first draw. */
  readonly schedule: PhasedSchedule;
  /** The mean, where chance decides. */
  readonly timing: Timing;
  /** How far chance moves the time; null where nothing is drawn. */
  readonly spread: TimeSpread | null;
  /** Bits of an element on the wire, and of the widest sum that is sent. */
  readonly bits: number;
  readonly widestBits: number;
}

/** One all-reduce, averaged over the draws of its network. */
export function timeOn(algorithm: Algorithm, cluster: Cluster, workers: number, gradient: Gradient): TimedAllReduce {
  const { elements } = gradient;
  const bits = algorithm.bits(cluster);
  let widestBits = bits;
  const wire = algorithm.wire?.(cluster, workers) ?? ((): number => bits);
  const counted: BitsOf = (transfer) => {
    const own = wire(transfer);
    widestBits = Math.max(widestBits, own);
    return own;
  };
  const drawn = algorithm.draws(cluster).map((each) => {
    const schedule = algorithm.build(each, workers, elements, bits);
    const walked = timeSchedule(schedule, counted, algorithm.model(each, workers));
    return { schedule, timing: algorithm.retimed?.(each, workers, elements, walked, bits) ?? walked };
  });
  const timing = meanOf(drawn.map((each) => each.timing));
  const spread = spreadOf(drawn.map((each) => each.timing.totalS));
  return { schedule: drawn[0]!.schedule, timing, spread, bits, widestBits };
}

/** Of every part; counts are those of the first, as chance moves only loads. */
function meanOf(timings: readonly Timing[]): Timing {
  const parts = ["totalS", "exponentsS", "setupS", "latencyS", "transmissionS", "reductionS"] as const;
  const means = parts.map((part) => [part, mean(timings, (timing) => timing[part])!]);
  return { ...timings[0]!, ...Object.fromEntries(means) };
}

function spreadOf(times: readonly number[]): TimeSpread | null {
  if (times.length < 2) return null;
  const [leastS, mostS] = [Math.min(...times), Math.max(...times)];
  return { draws: times.length, leastS, mostS, deviationS: deviation(times)! };
}

function outcomeOf(
  algorithm: Algorithm,
  cluster: Cluster,
  workers: number,
  gradient: Gradient,
  ringS: number,
  execution: readonly ScheduleFault[] | null,
  { unit, collective }: Pick<Comparison, "unit" | "collective">,
): TimedOutcome {
  const { schedule, ...timed } = timeOn(algorithm, cluster, workers, gradient);
  const { timing, bits } = timed;
  const bytes = (gradient.elements * dtypeBits[cluster.dtype]!) / 8;
  const available = algorithm.wavelengths(cluster);
  const light = available === null ? null : checkWavelengths({ workers, steps: distinctSteps(schedule) }, available);
  const db = pathLossDb(light?.longestArc ?? 0, cluster.optical);
  // A share of communication is that of an all-reduce.
  const isWhole = collective === "all-reduce";
  const share = isWhole ? cluster.computeShare : null;
  const computeS = share === null ? 0 : (share / (1 - share)) * ringS;
  const units = unitOutcome(algorithm.name, cluster, unit, workers, timing.exponentsS);
  const compiled = unit === null || units === null ? null : { figures: unit, exchangeS: timing.exponentsS };
  const energy = energyOf(algorithm.name, cluster, workers, timing, light?.wavelengths ?? 0, compiled);
  const bytesPerWorker = timing.sentBits / 8;
  return {
    kind: "timed",
    ...timed,
    isBaseline: timing.exponentsS === 0 && bits === dtypeBits[cluster.dtype],
    bytesPerWorker,
    volume: bytesPerWorker / bytes,
    wavelengths: light?.wavelengths ?? null,
    loss: light === null ? null : { db, withinBudget: db <= cluster.optical.lossBudget },
    busBandwidth: busBandwidth(bytes, workers, timing.totalS, isWhole ? 2 : 1),
    ratio: timing.totalS / ringS,
    iterationRatio: share === null ? null : (computeS + timing.totalS) / (computeS + ringS),
    unit: units,
    energy,
    faults: [...(light?.faults ?? []), ...(execution ?? [])],
    exact: execution === null ? null : execution.length === 0,
  };
}

/** One step of each phase whose steps are alike, all of the others: every set of routes that occurs. */
function* distinctSteps({ phases }: PhasedSchedule): Generator<Step> {
  for (const phase of phases) {
    for (let index = 0; index < (phase.alike ? Math.min(1, phase.steps) : phase.steps); index++) yield phase.at(index);
  }
}
