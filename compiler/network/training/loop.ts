import { EVALUATION_RANGE, type Perceptron } from "../../kernels/index.ts";
import { type LoopState, readCheckpoint, writeCheckpoint } from "./checkpoint.ts";
import { cosinePi } from "./portable.ts";
import type { Advice, TrainingHooks } from "./result.ts";
import type { Loss, TrainingSettings } from "./task.ts";

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;
const WARM_UP = 100;
/** Steps between two looks at the outside world. */
const STRIDE = 8;
const LOSS_MEMORY = 0.98;

/** How a loop ended; the net holds the best parameters, composed. */
export type LoopEnd =
  | { readonly kind: "reached"; readonly step: number; readonly loss: number; readonly wrong: number }
  | {
      readonly kind: "short";
      readonly because: "budget" | "cancelled" | "cycles";
      readonly step: number;
      readonly loss: number;
      readonly wrong: number;
    }
  | { readonly kind: "diverged"; readonly step: number; readonly loss: number }
  | { readonly kind: "mismatch" };

export interface LoopJob {
  readonly net: Perceptron;
  readonly settings: TrainingSettings;
  /** Identifies the training in checkpoints. */
  readonly identity: string;
  /** Form of the loss e^T Q e at a share of the cycle. */
  readonly form: (share: number) => Float32Array;
  /** Makes the parameters what they claim to be before an evaluation (projection); null where they always are. */
  readonly project: (() => void) | null;
  /** May replace the count of wrong vectors as the figure that must reach 0 (of the last evaluation). */
  readonly part: { readonly name: string; readonly index: number; readonly count: number };
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
  };
  if (hooks.resume !== undefined) {
    const resumed = readCheckpoint(hooks.resume, job.identity, net, best);
    if (resumed === null) return { kind: "mismatch" };
    state = resumed;
    net.setHard(state.hard);
  }
  const allowed = Math.floor((1 - settings.target) * net.domain + 1e-9);
  const every = evaluationStride(net.domain, settings);
  const total = settings.steps * settings.cycles;
  const save = (): void => hooks.checkpoint?.(() => writeCheckpoint(job.identity, state, net, best));
  const pace = paceMeter(hooks.clock, state.step);
  let form: Float32Array | null = null;

  const finish = (): { step: number; loss: number; wrong: number } => {
    net.parameters.set(best);
    net.compose();
    return { step: state.step, loss: state.loss, wrong: state.best?.wrong ?? net.domain };
  };

  while (state.step < total) {
    const cycle = Math.floor(state.step / settings.steps);
    const within = state.step % settings.steps;
    const share = within / settings.steps;
    const wantedForm = job.form(share);
    if (wantedForm !== form) {
      form = wantedForm;
      net.form.set(form);
    }
    const rate = settings.rate * 0.5 ** cycle * 0.5 * (1 + cosinePi(share)) * Math.min(1, (within + 1) / WARM_UP);
    const power1 = state.power1 * BETA1;
    const power2 = state.power2 * BETA2;
    const correction = Math.sqrt(1 - power2);
    const loss = net.step({
      step: state.step,
      rate: (rate * correction) / (1 - power1),
      epsilon: EPSILON * correction,
      beta1: BETA1,
      beta2: BETA2,
    });
    const initialLoss = state.step === 0 ? loss : state.initialLoss;
    const mean = state.step === 0 ? loss : LOSS_MEMORY * state.loss + (1 - LOSS_MEMORY) * loss;
    state = { ...state, step: state.step + 1, power1, power2, loss: mean, initialLoss };
    if (!(loss < 1e4 * (1 + initialLoss))) return { kind: "diverged", step: state.step, loss };

    if (state.step % every === 0 || state.step % settings.steps === 0) {
      job.project?.();
      const evaluation = evaluateDomain(net);
      const wrong = evaluation.wrong;
      net.setHard(evaluation.hard);
      state = { ...state, hard: evaluation.hard, lastWrong: wrong };
      if (state.best === null || wrong <= state.best.wrong) {
        best.set(net.parameters);
        state = { ...state, best: { wrong, step: state.step } };
      }
      if (wrong <= allowed) {
        report();
        return { kind: "reached", ...finish() };
      }
      save();
      report();
    }
    if (state.step % STRIDE === 0) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      if (state.step % (STRIDE * 4) === 0) {
        // The hook decides how often it takes one; offers must come more often than evaluations on a slow machine.
        save();
        report();
      }
      const because = hooks.interrupt?.() ?? null;
      if (because !== null) {
        save();
        if (state.best === null) {
          job.project?.();
          best.set(net.parameters);
          state = { ...state, best: { wrong: evaluateDomain(net).wrong, step: state.step } };
        }
        return { kind: "short", because, ...finish() };
      }
    }
  }
  return { kind: "short", because: "cycles", ...finish() };

  function report(): void {
    if (hooks.progress === undefined) return;
    const perSecond = pace(state.step);
    const within = state.step % settings.steps;
    const cycle = Math.floor(state.step / settings.steps);
    hooks.progress({
      part: job.part.name,
      parts: job.part.count,
      partIndex: job.part.index,
      step: state.step,
      steps: (cycle + 1) * settings.steps,
      cycle,
      epoch: Math.floor((state.step * settings.batch) / net.domain),
      rate: settings.rate * 0.5 ** cycle * 0.5 * (1 + cosinePi(within / settings.steps)),
      loss: state.loss,
      accuracy: state.lastWrong === null ? null : 1 - state.lastWrong / net.domain,
      wrong: state.lastWrong,
      stepsPerSecond: perSecond,
      remainingS: perSecond === null ? null : (settings.steps - within) / perSecond,
    });
  }
}

export function divergenceAdvice(settings: TrainingSettings): Advice[] {
  return [
    { setting: "rate", value: String(settings.rate / 3), reason: "the loss grew beyond bounds or is not a number" },
    { setting: "batch", value: String(settings.batch * 2), reason: "a larger batch gives steadier gradients" },
  ];
}

export function shortfallAdvice(settings: TrainingSettings): Advice[] {
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
function evaluateDomain(net: Perceptron): { wrong: number; hard: number[] } {
  let wrong = 0;
  const hard: number[] = [];
  for (let first = 0; first < net.domain; first += EVALUATION_RANGE) {
    const part = net.evaluate(first, Math.min(EVALUATION_RANGE, net.domain - first));
    wrong += part.wrong.length;
    for (const index of part.wrong) if (hard.length < MOST_HARD) hard.push(index);
  }
  return { wrong, hard };
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

/** The loss as a quadratic form for `symbols` outputs of `bits` bits each; a constant array a stage. */
export function lossForms(loss: Loss, symbols: number, bits: number): (share: number) => Float32Array {
  const diagonal = (weights: readonly number[]): Float32Array => {
    const form = new Float32Array(symbols * symbols);
    for (let i = 0; i < symbols; i++) form[i * (symbols + 1)] = weights[i] ?? 1;
    return form;
  };
  // Places relative to a middle one, so that the rate suits symbols and words alike.
  const places = Array.from({ length: symbols }, (_, i) => 2 ** (bits * (Math.floor((symbols - 1) / 2) - i)));
  const word = Float32Array.from({ length: symbols * symbols }, (_, k) => {
    return places[Math.floor(k / symbols)]! * places[k % symbols]!;
  });
  switch (loss.kind) {
    case "symbols": {
      const form = diagonal([]);
      return () => form;
    }
    case "weighted": {
      const form = diagonal(loss.weights);
      return () => form;
    }
    case "word":
      return () => word;
    case "two-stage": {
      const form = diagonal(loss.weights);
      return (share) => (share < loss.switchAt ? form : word);
    }
    default:
      return loss satisfies never;
  }
}
