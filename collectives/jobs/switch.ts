/** A training that comes to a switch. */
export interface Job {
  readonly arrivesS: number;
  readonly workers: number;
  readonly iterations: number;
}

/** What a job does: so many rounds of work on its own, each followed by the time for which it holds units of the switch. */
export interface JobCourse {
  readonly rounds: number;
  readonly ownS: number;
  readonly units: number;
  readonly holdS: number;
}

/** What became of the jobs, each in its place. */
export interface Served {
  readonly endS: Float64Array;
  /** Time for which a job waited for units. */
  readonly waitedS: Float64Array;
  /** Time for which units were held, over all units. */
  readonly heldS: number;
  /** Times that units were programmed for another job. */
  readonly programmed: number;
}

interface Active {
  readonly job: number;
  readonly course: JobCourse;
  /** When what it does ends; never while it waits. */
  nextS: number;
  roundsLeft: number;
  askedS: number;
  held: readonly number[];
}

/**
 * Serves jobs in the order in which they ask: whoever is first in the queue gets its units as soon as so many are free, and nobody passes it.
 * Units that served another job last are programmed first, which takes `heaterS`. `courseOf` is asked when a job arrives, with the number
 * of free units. `jobs` are in the order of their arrival.
 *
 * @throws RangeError where a job needs more units than there are
 */
export function serveJobs(
  jobs: readonly Job[],
  units: number,
  heaterS: number,
  courseOf: (job: Job, free: number) => JobCourse,
): Served {
  const endS = new Float64Array(jobs.length);
  const waitedS = new Float64Array(jobs.length);
  const lastJob = new Int32Array(units).fill(-1);
  const isFree = new Array<boolean>(units).fill(true);
  const queue: Active[] = [];
  let active: Active[] = [];
  let [arrived, heldS, programmed] = [0, 0, 0];

  const serve = (now: number): void => {
    for (let it = queue[0]; it !== undefined; it = queue[0]) {
      const { job, course } = it;
      const free = [...isFree.keys()].filter((unit) => isFree[unit]);
      if (free.length < course.units) return;
      // Its own units first.
      free.sort((a, b) => Number(lastJob[b] === job) - Number(lastJob[a] === job) || a - b);
      it.held = free.slice(0, course.units);
      const isProgrammed = it.held.some((unit) => lastJob[unit] !== job);
      if (isProgrammed) programmed++;
      const busyS = course.holdS + (isProgrammed ? heaterS : 0);
      for (const unit of it.held) {
        isFree[unit] = false;
        lastJob[unit] = job;
      }
      heldS += busyS * course.units;
      waitedS[job] = waitedS[job]! + now - it.askedS;
      it.nextS = now + busyS;
      queue.shift();
    }
  };

  while (arrived < jobs.length || active.length > 0) {
    const first = active.reduce<Active | null>((a, b) => (a === null || b.nextS < a.nextS ? b : a), null);
    const next = jobs[arrived];
    if (next !== undefined && !(first !== null && first.nextS <= next.arrivesS)) {
      const course = courseOf(next, isFree.filter(Boolean).length);
      if (course.units > units) throw new RangeError(`a job of ${course.units} units on a switch of ${units}`);
      const nextS = next.arrivesS + course.ownS;
      active.push({ job: arrived++, course, nextS, roundsLeft: course.rounds, askedS: 0, held: [] });
      continue;
    }
    const now = first!.nextS;
    if (first!.held.length === 0 && first!.course.units > 0) {
      first!.askedS = now;
      first!.nextS = Number.POSITIVE_INFINITY;
      queue.push(first!);
    } else {
      for (const unit of first!.held) isFree[unit] = true;
      first!.held = [];
      first!.nextS = now + first!.course.ownS;
      if (--first!.roundsLeft === 0) {
        endS[first!.job] = now;
        active = active.filter((each) => each !== first);
      }
    }
    serve(now);
  }
  return { endS, waitedS, heldS, programmed };
}
