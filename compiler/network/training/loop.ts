import { powerOfTwo } from "../../kernels/binary.ts";
import { type LoopState, readCheckpoint, writeCheckpoint } from "./checkpoint.ts";
import { joined, noPoints, offer, type TrainingCurve } from "./curve.ts";
import { EVALUATION_RANGE, type Perceptron } from "./engine/perceptron.ts";
import {
  ignoringStops,
  type Look,
  lookThrough,
  runSteps,
  type StopReason,
  type TrainingOutcome,
  waitFor,
} from "./patience.ts";
import { cosinePi } from "./portable.ts";
import type { TrainingAdvice, TrainingHooks } from "./result.ts";
import type { Loss, TrainingSettings } from "./task.ts";

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;
const WARM_UP = 100;
/** Steps between two looks at the outside world, where they are short. */
const STRIDE = 8;
/** Operations of a tenth of a second or so. */
const LONG_WORK = 1e9;
const LOSS_MEMORY = 0.98;

/** How a loop ended; but for `stopped` the net holds the best parameters, composed. */
export type LoopEnd =
  | ({ readonly kind: "reached" } & Finish)
  | ({ readonly kind: "short"; readonly because: StopReason | "cycles" } & Finish)
  /** Stopped before a network was evaluated, and evaluating one would take too long. */
  | { readonly kind: "stopped"; readonly because: StopReason; readonly step: number }
  | { readonly kind: "diverged"; readonly step: number; readonly loss: number }
  | { readonly kind: "mismatch" };

/** What a network has come to. */
interface Finish {
  readonly step: number;
  readonly loss: number;
  readonly curve: TrainingCurve;
}

export interface LoopJob {
  readonly net: Perceptron;
  readonly settings: TrainingSettings;
  /** Identifies the training in checkpoints. */
  readonly identity: string;
  /** Form of the loss e^T Q e at a share of the cycle. */
  readonly form: (share: number) => Float32Array;
  /** Puts the parameters where they claim to be, every `projectEvery` steps and before evaluations; null where they always are. */
  readonly project: (() => Generator<void, void>) | null;
  /** Whether a stopped training may still spend this many operations, to evaluate the network for instance. */
  readonly affordable: (because: StopReason, workDone: number) => boolean;
}

/** Adam with a cosine schedule and exhaustive evaluations until every vector is right or someone says stop. */
export async function runLoop(job: LoopJob, hooks: TrainingHooks): Promise<LoopEnd> {
  const { net, settings } = job;
  const best = net.parameters.slice();
  let state: LoopState = {
    step: 0,
    power1: 1,
    power2: 1,
    loss: 0,
    initialLoss: 0,
    hard: [],
    best: null,
    lastWrong: null,
    evaluated: 0,
    losses: noPoints,
    evaluations: noPoints,
  };
  if (hooks.resume !== undefined) {
    const resumed = readCheckpoint(hooks.resume, job.identity, net, best);
    if (resumed === null) return { kind: "mismatch" };
    state = resumed;
    net.setHard(state.hard);
  }
  const firstStep = state.step;
  const allowed = Math.floor((1 - settings.target) * net.domain + 1e-9);
  const every = evaluationStride(net.domain, settings);
  const total = settings.steps * settings.cycles;
  const save = (): void => hooks.checkpoint?.(() => writeCheckpoint(job.identity, state, net, best), state.step);
  const pace = paceMeter(hooks.clock, state.step);
  const look: Look = async () => {
    report();
    return await lookThrough(hooks)();
  };
  // Steps that take long are watched, and undone where someone says stop in their middle.
  const long = net.threads > 0 && net.stepWork > LONG_WORK;
  const undo = long ? undoable(net) : null;
  const stride = Math.max(1, Math.min(STRIDE, Math.floor(LONG_WORK / net.stepWork)));
  let form: Float32Array | null = null;
  report();
  // Stopped in the middle of an evaluation: it comes first.
  if (state.step > 0 && due(state.step) && state.evaluated !== state.step) {
    const ended = await evaluate();
    if (ended !== null) return ended;
  }

  while (state.step < total) {
    const cycle = Math.floor(state.step / settings.steps);
    const within = state.step % settings.steps;
    const share = within / settings.steps;
    const wantedForm = job.form(share);
    if (wantedForm !== form) {
      form = wantedForm;
      net.form.set(form);
    }
    const rate = settings.rate * powerOfTwo(-cycle) * 0.5 * (1 + cosinePi(share)) * Math.min(1, (within + 1) / WARM_UP);
    const power1 = state.power1 * BETA1;
    const power2 = state.power2 * BETA2;
    const correction = Math.sqrt(1 - power2);
    undo?.take();
    const step = net.step({
      step: state.step,
      rate: (rate * correction) / (1 - power1),
      epsilon: EPSILON * correction,
      beta1: BETA1,
      beta2: BETA2,
    });
    const stepped: TrainingOutcome<number> = long ? await waitFor(step, look) : { kind: "done", value: await step };
    if (stepped.kind === "stopped") {
      await net.close();
      undo?.restore();
      return await stop(stepped.because, false);
    }
    const loss = stepped.value;
    const initialLoss = state.step === 0 ? loss : state.initialLoss;
    const mean = state.step === 0 ? loss : LOSS_MEMORY * state.loss + (1 - LOSS_MEMORY) * loss;
    const done = state.step + 1;
    const losses = offer(state.losses, { step: done, loss: mean, wrong: null });
    state = { ...state, step: done, power1, power2, loss: mean, initialLoss, losses };
    if (!(loss < 1e4 * (1 + initialLoss))) return { kind: "diverged", step: state.step, loss };

    const evaluates = due(state.step);
    if (job.project !== null && (evaluates || state.step % settings.projectEvery === 0)) {
      // Not to be interrupted: a projection that is cut off leaves other parameters than one that is not.
      await runSteps(job.project(), ignoringStops(look));
    }
    if (evaluates) {
      const ended = await evaluate();
      if (ended !== null) return ended;
    }
    if (state.step % stride === 0 || evaluates) {
      if (state.step % (stride * 4) === 0 || evaluates) {
        // The hook decides how often it takes one; offers must come more often than evaluations on a slow machine.
        save();
        report();
      }
      const because = await lookThrough(hooks)();
      if (because !== null) return await stop(because, true);
    }
  }
  return { kind: "short", because: "cycles", ...finish() };

  function due(step: number): boolean {
    return step % every === 0 || step % settings.steps === 0;
  }

  /** Counts the wrong vectors of all; the end, where that is one. */
  async function evaluate(): Promise<LoopEnd | null> {
    const evaluation = await evaluateDomain(net, look);
    if (evaluation.kind === "stopped") {
      await net.close();
      return await stop(evaluation.because, false);
    }
    const { wrong, hard } = evaluation.value;
    net.setHard(hard);
    state = { ...state, hard, lastWrong: wrong, evaluated: state.step };
    counted(wrong);
    if (state.best === null || wrong <= state.best.wrong) {
      best.set(net.parameters);
      state = { ...state, best: { wrong, step: state.step } };
    }
    if (wrong > allowed) {
      save();
      return null;
    }
    report();
    return { kind: "reached", ...finish() };
  }

  function counted(wrong: number): void {
    const { step, loss, evaluations } = state;
    state = { ...state, evaluations: offer(evaluations, { step, loss, wrong }) };
  }

  function finish(): Finish {
    net.parameters.set(best);
    net.compose();
    const { step, loss, losses, evaluations } = state;
    const curve = { part: "network", vectors: net.domain, points: joined(losses, evaluations) };
    return { step, loss, curve };
  }

  /** Saves, and keeps the best network; one that was never evaluated is, where the threads still live and it is worth it. */
  async function stop(because: StopReason, alive: boolean): Promise<LoopEnd> {
    save();
    const step = state.step;
    if (!job.affordable(because, (step - firstStep) * net.stepWork)) return { kind: "stopped", because, step };
    if (state.best === null) {
      if (!alive) return { kind: "stopped", because, step };
      if (job.project !== null) await runSteps(job.project(), ignoringStops(look));
      const evaluation = await evaluateDomain(net, ignoringStops(look));
      if (evaluation.kind === "stopped") return { kind: "stopped", because, step };
      best.set(net.parameters);
      state = { ...state, best: { wrong: evaluation.value.wrong, step } };
      counted(evaluation.value.wrong);
    }
    return { kind: "short", because, ...finish() };
  }

  function report(): void {
    if (hooks.progress === undefined) return;
    const perSecond = pace(state.step);
    const within = state.step % settings.steps;
    const cycle = Math.floor(state.step / settings.steps);
    hooks.progress({
      stage: "training",
      step: state.step,
      steps: (cycle + 1) * settings.steps,
      epoch: Math.floor((state.step * settings.batch) / net.domain),
      loss: state.loss,
      accuracy: state.lastWrong === null ? null : 1 - state.lastWrong / net.domain,
      wrong: state.lastWrong,
      stepsPerSecond: perSecond,
      remainingS: perSecond === null ? null : (settings.steps - within) / perSecond,
    });
  }
}

/** Keeps parameters and moments, and puts them back. */
function undoable(net: Perceptron): { take(): void; restore(): void } {
  const kept = [net.parameters, net.first, net.second].map((array) => [array, array.slice()] as const);
  return {
    take: () => {
      for (const [array, copy] of kept) copy.set(array);
    },
    restore: () => {
      for (const [array, copy] of kept) array.set(copy);
      net.compose();
    },
  };
}

export function divergenceAdvice(settings: TrainingSettings): TrainingAdvice[] {
  return [
    { setting: "rate", value: String(settings.rate / 3), reason: "the loss grew beyond bounds or is not a number" },
    { setting: "batch", value: String(settings.batch * 2), reason: "a larger batch gives steadier gradients" },
  ];
}

export function shortfallAdvice(settings: TrainingSettings): TrainingAdvice[] {
  return [
    { setting: "steps", value: String(settings.steps * 2), reason: "a slower cosine reaches fewer wrong words" },
    { setting: "seed", value: String(settings.seed + 1), reason: "another start may end in another minimum" },
    { setting: "hidden", value: "wider", reason: "small networks stop short of 100 %" },
  ];
}

/** Steps between evaluations: given, or such that the forward passes over the domain cost about a tenth of the steps. */
function evaluationStride(domain: number, settings: TrainingSettings): number {
  const stride = settings.evaluateEvery ?? Math.max(250, Math.ceil(domain / (0.3 * settings.batch)));
  if (settings.method === "manifold") return stride;
  return Math.ceil(stride / settings.projectEvery) * settings.projectEvery;
}

const MOST_HARD = 4096;

/** All vectors, in single precision, in pieces. */
async function evaluateDomain(
  net: Perceptron,
  look: Look,
): Promise<TrainingOutcome<{ wrong: number; hard: number[] }>> {
  let wrong = 0;
  const hard: number[] = [];
  // Smaller ranges than a thousand vectors would leave threads idle.
  const range = Math.min(EVALUATION_RANGE, Math.max(1024, Math.floor((10 * LONG_WORK) / net.vectorWork)));
  for (let first = 0; first < net.domain; first += range) {
    const count = Math.min(range, net.domain - first);
    const part = net.evaluate(first, count);
    const long = net.threads > 0 && count * net.vectorWork > LONG_WORK;
    const outcome: TrainingOutcome<readonly number[]> = long
      ? await waitFor(part, look)
      : { kind: "done", value: await part };
    if (outcome.kind === "stopped") return outcome;
    wrong += outcome.value.length;
    for (const index of outcome.value) if (hard.length < MOST_HARD) hard.push(index);
    if (first + count < net.domain) {
      const because = await look();
      if (because !== null) return { kind: "stopped", because };
    }
  }
  return { kind: "done", value: { wrong, hard } };
}

function paceMeter(clock: (() => number) | undefined, firstStep: number): (step: number) => number | null {
  if (clock === undefined) return () => null;
  let lastStep = firstStep;
  let lastTime = clock();
  let pace: number | null = null;
  return (step) => {
    const now = clock();
    // Over a second at least: single steps are too short to time.
    if (now - lastTime >= 1000) {
      pace = ((step - lastStep) * 1000) / (now - lastTime);
      lastStep = step;
      lastTime = now;
    }
    return pace;
  };
}

/** The loss as a quadratic form for `symbols` outputs of `bits` bits each: of the symbols up to a share of the cycle, then of the word. */
export function lossForms(loss: Loss, symbols: number, bits: number): (share: number) => Float32Array {
  const weights = "weights" in loss ? loss.weights : [];
  const diagonal = new Float32Array(symbols * symbols);
  for (let i = 0; i < symbols; i++) diagonal[i * (symbols + 1)] = weights[i] ?? 1;
  // Places relative to a middle one, so that the rate suits symbols and words alike.
  const places = Array.from({ length: symbols }, (_, i) => 2 ** (bits * (Math.floor((symbols - 1) / 2) - i)));
  const word = Float32Array.from({ length: symbols * symbols }, (_, k) => {
    return places[Math.floor(k / symbols)]! * places[k % symbols]!;
  });
  const switchAt = loss.kind === "two-stage" ? loss.switchAt : loss.kind === "word" ? 0 : 1;
  return (share) => (share < switchAt ? diagonal : word);
}
