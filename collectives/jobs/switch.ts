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
  /** What is done of a hold in whole pieces of this length outlives the failure of a unit. */
  readonly pieceS: number;
}

/** How units fail, busy or not. */
export interface Failures {
  /** From the start, or from a repair, to the next failure. */
  readonly lifetimeS: (unit: number) => number;
  readonly repairS: number;
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
  /** Holds that ended by the failure of a unit. */
  readonly interrupted: number;
}

interface Active {
  readonly job: number;
  readonly course: JobCourse;
  /** When what it does ends; never while it waits. */
  nextS: number;
  roundsLeft: number;
  askedS: number;
  held: readonly number[];
  heldFromS: number;
  /** Of `holdS`, from when the job has its units. */
  leftS: number;
}

/**
 * Serves jobs in the order in which they ask: whoever is first in the queue gets its units as soon as so many are free, and nobody passes it.
 * Units that served another job last are programmed first, which takes `heaterS`. A job of which one unit fails gives all of them back
 * and asks again, for what is left of its hold. `courseOf` is asked when a job arrives, with the number of free units. `jobs` are in the
 * order of their arrival.
 *
 * @throws RangeError where a job needs more units than there are
 */
export function serveJobs(
  jobs: readonly Job[],
  units: number,
  heaterS: number,
  courseOf: (job: Job, free: number) => JobCourse,
  failures: Failures | null = null,
): Served {
  const endS = new Float64Array(jobs.length);
  const waitedS = new Float64Array(jobs.length);
  const lastJob = new Int32Array(units).fill(-1);
  const isFree = new Array<boolean>(units).fill(true);
  const queue: Active[] = [];
  let active: Active[] = [];
  let [arrived, heldS, programmed, interrupted] = [0, 0, 0, 0];
  const isDown = new Array<boolean>(units).fill(false);
  const changesS = failures === null ? [] : Array.from({ length: units }, (_, unit) => failures.lifetimeS(unit));

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
      it.heldFromS = now;
      for (const unit of it.held) {
        isFree[unit] = false;
        lastJob[unit] = job;
      }
      waitedS[job] = waitedS[job]! + now - it.askedS;
      it.nextS = now + it.leftS + (isProgrammed ? heaterS : 0);
      queue.shift();
    }
  };
  const ask = (it: Active, now: number, leftS: number): void => {
    it.askedS = now;
    it.leftS = leftS;
    it.nextS = Number.POSITIVE_INFINITY;
    queue.push(it);
  };
  const release = (it: Active, now: number): void => {
    heldS += (now - it.heldFromS) * it.held.length;
    for (const unit of it.held) isFree[unit] = !isDown[unit];
    it.held = [];
  };
  /** A unit fails, or comes back without a program. */
  const change = (unit: number, now: number, { lifetimeS, repairS }: Failures): void => {
    isDown[unit] = !isDown[unit];
    changesS[unit] = now + (isDown[unit] ? repairS : lifetimeS(unit));
    isFree[unit] = !isDown[unit];
    lastJob[unit] = -1;
    const hit = active.find(({ held }) => held.includes(unit));
    if (hit === undefined) return;
    interrupted++;
    const { pieceS } = hit.course;
    const doneS = Math.max(0, hit.leftS - (hit.nextS - now));
    release(hit, now);
    ask(hit, now, hit.leftS - Math.floor(doneS / pieceS) * pieceS);
  };

  while (arrived < jobs.length || active.length > 0) {
    const first = active.reduce<Active | null>((a, b) => (a === null || b.nextS < a.nextS ? b : a), null);
    const next = jobs[arrived];
    const unit = changesS.reduce((a, at, b) => (at < changesS[a]! ? b : a), 0);
    const changeS = changesS[unit] ?? Number.POSITIVE_INFINITY;
    if (
      failures !== null &&
      changeS < (first?.nextS ?? Number.POSITIVE_INFINITY) &&
      changeS <= (next?.arrivesS ?? changeS)
    ) {
      change(unit, changeS, failures);
      serve(changeS);
      continue;
    }
    if (next !== undefined && !(first !== null && first.nextS <= next.arrivesS)) {
      const course = courseOf(next, isFree.filter(Boolean).length);
      if (course.units > units) throw new RangeError(`a job of ${course.units} units on a switch of ${units}`);
      const nextS = next.arrivesS + course.ownS;
      const own = { nextS, roundsLeft: course.rounds, askedS: 0, held: [], heldFromS: 0, leftS: 0 };
      active.push({ job: arrived++, course, ...own });
      continue;
    }
    const now = first!.nextS;
    if (first!.held.length === 0 && first!.course.units > 0) {
      ask(first!, now, first!.course.holdS);
    } else {
      release(first!, now);
      first!.nextS = now + first!.course.ownS;
      if (--first!.roundsLeft === 0) {
        endS[first!.job] = now;
        active = active.filter((each) => each !== first);
      }
    }
    serve(now);
  }
  return { endS, waitedS, heldS, programmed, interrupted };
}
