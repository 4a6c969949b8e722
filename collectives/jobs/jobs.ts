import { mean, sum } from "d3-array";
import type { Cluster, DeclaredInput, Gradient } from "../../dsl/index.ts";
import { findAlgorithm } from "../algorithms/algorithms.ts";
import { timeOn } from "../comparison/compare.ts";
import { treeLevels } from "../generators/in-network.ts";
import { computeTimes, layerTimes } from "../iteration/compute.ts";
import { replicated } from "../iteration/iteration.ts";
import { layersOf } from "../iteration/layers.ts";
import { type Chance, chanceOf } from "../rounds/chance.ts";
import { type Job, type JobCourse, serveJobs } from "./switch.ts";

/**
 * How jobs share a network. isolated: circuits of its own for every job, as ODDL has them; optinc-fixed: units that a job keeps to its end;
 * optinc-shared: units for each all-reduce, programmed again; sharp: a tree, or a ring where no context is left; ring: all on rings.
 */
export const sharings = ["isolated", "optinc-fixed", "optinc-shared", "sharp", "ring"] as const;
export type Sharing = (typeof sharings)[number];

/** The jobs of one gradient under one way to share; times in seconds. */
export interface JobRow {
  readonly sharing: Sharing;
  readonly gradient: Gradient;
  readonly meanS: number;
  readonly p99S: number;
  /** For units, on average. */
  readonly waitedS: number;
  /** Of jobs that got no tree and take a ring. */
  readonly ringShare: number;
  /** Jobs that are there at a time, on average from the first arrival to the last end. */
  readonly present: number;
  /** Of the units or trees, in the same time; null where there are none. */
  readonly busy: number | null;
  /** Times that units were programmed, of each job. */
  readonly programmed: number;
  /** Times that the failure of a unit interrupted a job, of each job. */
  readonly interrupted: number;
}

export interface SharedSwitch {
  readonly cluster: string;
  readonly jobs: number;
  readonly workers: readonly number[];
  readonly seed: number;
  readonly rows: readonly JobRow[];
  readonly inputs: readonly DeclaredInput[];
}

/** Units of a job: those of its tree. */
export function unitsOf({ optinc }: Cluster, workers: number): number {
  return sum(treeLevels(workers, optinc.unit));
}

/** Draws jobs of these numbers of workers and serves them in these ways; the same jobs for all ways. */
export function shareSwitch(
  cluster: Cluster,
  workers: readonly number[],
  jobs: number,
  seed: number,
  ways: readonly Sharing[] = sharings,
): SharedSwitch {
  const drawn = drawJobs(cluster, workers, jobs, chanceOf(seed, 0));
  const rowsOf = (gradient: Gradient) => ways.map((sharing) => rowOf(cluster, gradient, drawn, sharing, seed));
  const rows = cluster.gradients.flatMap(rowsOf);
  const inputs = cluster.inputs.filter(({ path }) => path.startsWith("jobs "));
  return { cluster: cluster.name, jobs, workers, seed, rows, inputs };
}

/** Arrivals are a Poisson process, lengths exponential. */
function drawJobs(cluster: Cluster, workers: readonly number[], count: number, chance: Chance): readonly Job[] {
  let arrivesS = 0;
  return Array.from({ length: count }, () => {
    arrivesS -= cluster.jobs.every * Math.log(chance());
    const size = workers[Math.floor((1 - chance()) * workers.length)]!;
    return { arrivesS, workers: size, iterations: Math.ceil(-cluster.jobs.iterations * Math.log(chance())) || 1 };
  });
}

/** An iteration by itself: its time, and that for which it has units. With overlap these are held from when no bucket makes them wait. */
function iterationOf(cluster: Cluster, gradient: Gradient, name: string, workers: number) {
  const layers = cluster.jobs.overlap === "on" ? layersOf[gradient.name] : undefined;
  if (layers !== undefined) {
    const times = layerTimes(cluster, layers(cluster.iteration.sequence));
    const { overlappedS, wordsS } = replicated(findAlgorithm(name)!, cluster, workers, times);
    return { totalS: overlappedS, holdS: wordsS };
  }
  const { totalS } = timeOn(findAlgorithm(name)!, cluster, workers, gradient).timing;
  return { totalS: (computeTimes(cluster)[gradient.name] ?? 0) + totalS, holdS: totalS };
}

const photonic = (cluster: Cluster, workers: number): string =>
  workers <= cluster.optinc.unit ? "optinc" : "optinc-cascade";

/**
 * Least mean time between failures at which jobs of so many workers come to their end soon, in seconds: less than one unit is away at
 * a time, less than one fails during an iteration, and less than a thousand between two jobs.
 */
export function leastMtbf(cluster: Cluster, workers: readonly number[]): number {
  const { units, every, repair } = cluster.jobs;
  const iterations = cluster.gradients.flatMap((gradient) =>
    workers.map((each) => iterationOf(cluster, gradient, photonic(cluster, each), each).totalS),
  );
  return units * (every / 1000 + repair + Math.max(...iterations));
}

function rowOf(cluster: Cluster, gradient: Gradient, jobs: readonly Job[], sharing: Sharing, seed: number): JobRow {
  const { units, contexts, heater, mtbf, repair } = cluster.jobs;
  const known = new Map<string, ReturnType<typeof iterationOf>>();
  const iteration = (name: string, workers: number): ReturnType<typeof iterationOf> => {
    const key = `${name} ${workers}`;
    const found = known.get(key) ?? iterationOf(cluster, gradient, name, workers);
    known.set(key, found);
    return found;
  };
  /** Time of a whole job that takes the network for itself. */
  const wholeS = ({ workers, iterations }: Job, name: string): number => iterations * iteration(name, workers).totalS;
  const alone = (ownS: number): JobCourse => ({ rounds: 1, ownS, units: 0, holdS: 0, pieceS: 0 });
  let rings = 0;
  const courseOf = (job: Job, free: number): JobCourse => {
    const [own, name] = [unitsOf(cluster, job.workers), photonic(cluster, job.workers)];
    switch (sharing) {
      case "isolated":
        return alone(wholeS(job, "oddl"));
      case "ring":
        return alone(wholeS(job, "ring"));
      case "optinc-fixed":
        // What an iteration lost is repeated, the finished ones are not.
        return { ...alone(0), units: own, holdS: wholeS(job, name), pieceS: iteration(name, job.workers).totalS };
      case "optinc-shared": {
        const { totalS, holdS } = iteration(name, job.workers);
        return { rounds: job.iterations, ownS: totalS - holdS, units: own, holdS, pieceS: holdS };
      }
      case "sharp":
        if (free > 0) return { ...alone(0), units: 1, holdS: wholeS(job, "sharp") };
        rings++;
        return alone(wholeS(job, "ring"));
    }
  };
  const isPhotonic = sharing.startsWith("optinc");
  const places = isPhotonic ? units : sharing === "sharp" ? contexts : 0;
  const lives = chanceOf(seed, 1);
  const failures = isPhotonic && mtbf > 0 ? { lifetimeS: () => -mtbf * Math.log(lives()), repairS: repair } : null;
  const served = serveJobs(jobs, places, isPhotonic ? heater : 0, courseOf, failures);
  const times = jobs.map(({ arrivesS }, i) => served.endS[i]! - arrivesS).sort((a, b) => a - b);
  const spanS = served.endS.reduce((a, b) => Math.max(a, b)) - jobs[0]!.arrivesS;
  return {
    sharing,
    gradient,
    meanS: mean(times)!,
    p99S: times[Math.ceil(0.99 * jobs.length) - 1]!,
    waitedS: mean(served.waitedS)!,
    ringShare: sharing === "ring" ? 1 : rings / jobs.length,
    // Each job is there from its arrival to its end.
    present: sum(times) / spanS,
    busy: places === 0 ? null : served.heldS / (places * spanS),
    programmed: isPhotonic ? served.programmed / jobs.length : 0,
    interrupted: served.interrupted / jobs.length,
  };
}
