import { deviation } from "d3-array";
import type { Cluster, DeclaredInput, Gradient } from "../../dsl/index.ts";
import type { Algorithm } from "../algorithms/algorithms.ts";
import { type Choice, chosenOn } from "../algorithms/equal-words.ts";
import { timeOn } from "../comparison/compare.ts";
import type { Refusal } from "../comparison/report.ts";
import { computeTimes } from "../iteration/compute.ts";
import { fastestExchange } from "../timing/exponents.ts";
import { framesOf } from "../timing/frames.ts";
import { electrical } from "../timing/networks.ts";
import { type Chance, chanceOf, failures, mostTries } from "./chance.ts";
import { packetBits, walkOf, walkRound } from "./walk.ts";

/** Rounds of one algorithm under one skew and drop rate; times in seconds from when the first worker could be there. */
export interface RoundRow {
  readonly algorithm: string;
  readonly workers: number;
  readonly gradient: Gradient;
  readonly skewS: number;
  readonly drop: number;
  readonly outcome: RoundOutcome | Refusal;
}

export interface RoundOutcome {
  readonly kind: "drawn";
  readonly rounds: number;
  /** Mean time at which the last worker that is waited for is there. */
  readonly startS: number;
  readonly meanS: number;
  /** Of the mean: standard deviation over the root of the rounds. */
  readonly errorS: number;
  readonly p50S: number;
  readonly p99S: number;
  /** Workers that a round goes without, on average. */
  readonly missing: number;
  /** Times that a frame, or a packet of SwitchML, is sent, on average; null where it is not counted. */
  readonly sends: number | null;
}

export interface Rounds {
  readonly cluster: string;
  readonly dtype: string;
  readonly wordBits: number | null;
  readonly seed: number;
  /** Compute of an iteration of each model whose layers are known, in seconds; it comes before a round. */
  readonly computeS: Readonly<Record<string, number>>;
  readonly rows: readonly RoundRow[];
  readonly inputs: readonly DeclaredInput[];
}

export interface RoundOptions extends Choice {
  readonly rounds: number;
  readonly seed: number;
  /** Of the cluster where empty. */
  readonly skews: readonly number[];
  readonly drops: readonly number[];
}

/** What follows the start of a round: from when each worker is ready to when all have the mean, and the sends of a piece. */
type Course = (
  ready: Float64Array,
  cluster: Cluster,
  chance: Chance,
) => { readonly endS: number; readonly sends: number | null };

/** Draws rounds of every algorithm that has an event model, for every skew and drop rate. */
export function drawRounds(declared: Cluster, options: RoundOptions): Rounds {
  const { cluster, algorithms, wordBits } = chosenOn(declared, options);
  const { rounds, seed } = options;
  const skews = options.skews.length === 0 ? [cluster.round.skew] : options.skews;
  const drops = options.drops.length === 0 ? [cluster.round.drop] : options.drops;
  const rows = cluster.gradients.flatMap((gradient) =>
    options.workers.flatMap((workers) =>
      algorithms.flatMap((algorithm) => {
        const course = algorithm.refuses(cluster, workers) ?? courseOf(algorithm, cluster, workers, gradient.elements);
        return skews.flatMap((skewS) =>
          drops.map((drop): RoundRow => {
            const row = { algorithm: algorithm.name, workers, gradient, skewS, drop };
            if (typeof course === "string") return { ...row, outcome: { kind: "refused", reason: course } };
            const on = { ...cluster, round: { ...cluster.round, skew: skewS, drop } };
            return { ...row, outcome: drawn(course, on, workers, rounds, seed) };
          }),
        );
      }),
    ),
  );
  const used = new Set(algorithms.flatMap(({ inputs }) => inputs));
  const inputs = cluster.inputs.filter(({ path }) => used.has(path) || path.startsWith("round "));
  const { name, dtype } = cluster;
  return { cluster: name, dtype, wordBits, seed, computeS: computeTimes(cluster), rows, inputs };
}

function drawn(course: Course, cluster: Cluster, workers: number, rounds: number, seed: number): RoundOutcome {
  const times = new Float64Array(rounds);
  let [startS, missing, sends, isCounted] = [0, 0, 0, true];
  for (let round = 0; round < rounds; round++) {
    const chance = chanceOf(seed, round);
    const arrived = arrivals(cluster, workers, chance);
    const found = course(arrived.ready, cluster, chance);
    times[round] = found.endS;
    startS += arrived.startS / rounds;
    missing += arrived.missing / rounds;
    sends += (found.sends ?? 0) / rounds;
    isCounted &&= found.sends !== null;
  }
  times.sort();
  const meanS = times.reduce((sum, time) => sum + time, 0) / rounds;
  const quantile = (share: number): number => times[Math.ceil(share * rounds) - 1]!;
  const errorS = (deviation(times) ?? 0) / Math.sqrt(rounds);
  return {
    kind: "drawn",
    rounds,
    startS,
    meanS,
    errorS,
    p50S: quantile(0.5),
    p99S: quantile(0.99),
    missing,
    sends: isCounted ? sends : null,
  };
}

/**
 * When workers are there. Where one is absent, or later than `timeout` after the first, the others go on without it then: a timer as Trio
 * has it (Yang et al., SIGCOMM 2022). The places of missing workers are taken as ready, as a neutral word or a shorter ring stands there.
 */
function arrivals({ round }: Cluster, workers: number, chance: Chance) {
  const ready = new Float64Array(workers);
  for (let worker = 0; worker < workers; worker++) {
    const late = round.arrival === "uniform" ? 2 * round.skew * chance() : -round.skew * Math.log(chance());
    ready[worker] = round.absent > 0 && chance() <= round.absent ? Number.POSITIVE_INFINITY : late;
  }
  const first = ready.reduce((a, b) => Math.min(a, b));
  // A round without any worker ends with its timer.
  const deadline = (Number.isFinite(first) ? first : 0) + round.timeout;
  const missing = ready.reduce((count, time) => count + (time > deadline ? 1 : 0), 0);
  const startS = missing > 0 ? deadline : ready.reduce((a, b) => Math.max(a, b));
  if (missing > 0) ready.fill(deadline);
  return { ready, startS, missing };
}

const noModel = "it has no event model";

/** The event model of an algorithm, or why it has none. */
function courseOf(algorithm: Algorithm, cluster: Cluster, workers: number, elements: number): Course | string {
  const words = wordsCourse(algorithm, cluster, workers, elements);
  const exchange = algorithm.retimed === null ? null : fastestExchange(cluster, workers, elements);
  const before = exchange && walkOf(exchange.schedule, () => cluster.optinc.exponent, electrical(cluster));
  if (typeof words === "string" || before === null) return words;
  return (ready, on, chance) => {
    walkRound(before, ready, on.round, chance);
    return words(ready, on, chance);
  };
}

/** The same of the words alone, when the exponents are exchanged. */
function wordsCourse(algorithm: Algorithm, cluster: Cluster, workers: number, elements: number): Course | string {
  const { name } = algorithm;
  if (name === "optinc-framed") return (ready, on, chance) => framedCourse(ready, on, elements, chance);
  const { timing } = timeOn(algorithm, cluster, workers, { name: "", elements });
  const wordsS = timing.totalS - timing.exponentsS;
  if (name === "switchml") return (ready, on, chance) => slotCourse(ready, on, elements, wordsS, chance);
  const bits = algorithm.bits(cluster);
  if (name === "tree" || name === "sharp") {
    // Each link of the tree, up and down.
    const links = 2 * (workers + algorithm.build(cluster, workers, 1, bits).switches - 1);
    const packets = links * Math.ceil((elements * bits) / packetBits);
    return (ready, on, chance) => streamedCourse(ready, on, packets, wordsS, chance);
  }
  const wire = algorithm.wire?.(cluster, workers) ?? ((): number => bits);
  // NCCL's times are those of its tuner, not of steps.
  if (name.startsWith("nccl-")) return noModel;
  const walk = walkOf(algorithm.build(cluster, workers, elements, bits), wire, algorithm.model(cluster, workers));
  if (walk === null) return noModel;
  return (ready, on, chance) => {
    walkRound(walk, ready, on.round, chance);
    return { endS: latest(ready), sends: null };
  };
}

/** Light starts when all are there. Wrong frames are sent again in further passes. */
function framedCourse(ready: Float64Array, cluster: Cluster, elements: number, chance: Chance) {
  const { count, frameS, wrong, passS } = framesOf(cluster, ready.length, elements);
  let [endS, sent] = [latest(ready), 0];
  for (let left = count; left > 0; left = failures(chance, wrong, left)) {
    endS += left * frameS + passS;
    sent += left;
  }
  return { endS, sends: sent / count };
}

/**
 * Slots of SwitchML: a packet leaves its slot when it has come from all workers and gone to all of them. Each way waits for its largest
 * number of tries; the slot that lost most ends the round.
 */
function slotCourse(ready: Float64Array, cluster: Cluster, elements: number, wordsS: number, chance: Chance) {
  const { drop, resend } = cluster.round;
  const workers = ready.length;
  const packets = Math.ceil(elements / cluster.switchml.elements);
  const hit = -Math.expm1(workers * Math.log1p(-drop));
  const late = new Map<number, number>();
  let [most, again] = [0, 0];
  for (const _way of ["up", "down"]) {
    for (let lost = failures(chance, hit, packets); lost > 0; lost--) {
      const slot = Math.floor((1 - chance()) * Math.min(cluster.switchml.slots, packets));
      const tries = mostTries(chance, drop, workers, 2) - 1;
      late.set(slot, (late.get(slot) ?? 0) + tries);
      most = Math.max(most, late.get(slot)!);
      again += tries;
    }
  }
  return { endS: latest(ready) + wordsS + most * resend, sends: 1 + again / packets };
}

/** Switches add a packet when it has come over all links, so that the last worker and the packet with most losses end the round. */
function streamedCourse(ready: Float64Array, cluster: Cluster, packets: number, wordsS: number, chance: Chance) {
  const { drop, resend } = cluster.round;
  return { endS: latest(ready) + wordsS + resend * (mostTries(chance, drop, packets) - 1), sends: null };
}

function latest(times: Float64Array): number {
  return times.reduce((a, b) => Math.max(a, b));
}
