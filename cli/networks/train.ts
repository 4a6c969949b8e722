import { availableParallelism } from "node:os";
import {
  checkpointStep,
  type NetworkProgress,
  type TrainingHooks,
  type TrainingResult,
} from "../../compiler/network/training/index.ts";
import {
  type Diagnostic,
  duration,
  grouped,
  percent,
  perSecond,
  plainDiagnostic,
  type Spec,
  type TrainedNetworkSpec,
} from "../../dsl/index.ts";
import {
  type FinishedTraining,
  runTraining as runEngine,
  type TrainingRequest,
  trainingOf,
} from "../../toolchain/index.ts";
import { entryPath, readEntry, removeEntry, writeEntry } from "../files/cache-entries.ts";
import { openFinished } from "../files/finished-results.ts";
import { seal, sha256, unseal } from "../files/pack.ts";
import { type EndingSignal, stopOnSignal } from "../signals.ts";
import { reportDiagnostics } from "../text/diagnostics.ts";
import { startStatus } from "../text/progress.ts";
import { muted, type Terminal } from "../text/terminal.ts";
import { codeVersion } from "../version.ts";

/** What a spec asks of the training engine, and how the cache calls its result. */
export interface KeyedTraining extends TrainingRequest {
  /** Hash of everything that determines the network: not of name, budget and threads. */
  readonly key: string;
}

export function keyedTraining(spec: Spec, network: TrainedNetworkSpec, threads: number | null): KeyedTraining {
  const { task, settings } = trainingOf(spec, network, threads, availableParallelism());
  const { threads: _, ...determining } = settings;
  return { task, settings, key: sha256(JSON.stringify({ task, settings: determining, engine: codeVersion })) };
}

export interface TrainRequest {
  /** Directory of the cache and of checkpoints; null: neither is used. */
  readonly cache: string | null;
  /** Continue from a checkpoint, if there is one. */
  readonly resume: boolean;
  readonly budgetS: number;
  /** Seconds from checkpoint to checkpoint. */
  readonly checkpointS: number;
  readonly quiet: boolean;
}

export type TrainOutcome =
  | { readonly kind: "ended"; readonly result: TrainingResult; readonly cached: boolean }
  | { readonly kind: "impossible"; readonly diagnostics: readonly Diagnostic[] }
  | {
      readonly kind: "interrupted";
      readonly signal: EndingSignal;
      /** Step of the checkpoint on disk; null when there is none. */
      readonly saved: string | null;
    };

/** The network of a training, from the cache or trained. Only results that the spec determines are cached, never one that the budget ended. */
export async function runTraining(
  terminal: Terminal,
  name: string,
  training: KeyedTraining,
  options: TrainRequest,
): Promise<TrainOutcome> {
  const { cache } = options;
  const { key } = training;
  const networks = openFinished<FinishedTraining>(terminal, cache, "network");
  const found = networks.find(key);
  if (found !== null) return { kind: "ended", result: found, cached: true };

  const checkpoint = cache === null ? null : entryPath(cache, "checkpoint", key);
  const { resume, kept } = checkpoint === null ? nothing : startingPoint(terminal, checkpoint, name, options.resume);
  const clock = (): number => performance.now();
  const started = clock();
  const saver = checkpointSaver(terminal, checkpoint, kept, options.checkpointS, clock);
  const signals = stopOnSignal(() => {
    if (!options.quiet)
      terminal.err(`${terminal.rewritable ? "\n" : ""}stopping ${name}; a second signal ends it at once\n`);
  });
  const loud = muted(terminal, options.quiet);
  const status = startStatus(loud, clock);
  // Only the set-up of large networks takes long enough for a progress line; it is shown at once.
  const setup = startStatus(loud, clock, setupPatienceMs);
  const hooks: TrainingHooks = {
    clock,
    progress: (progress) => {
      const leftS = options.budgetS - (clock() - started) / 1000;
      (progress.stage === "setup" ? setup : status).show(() => trainingText(name, progress, leftS));
    },
    checkpoint: (make, step) => saver.offer(make, step, signals.caught() !== null || overBudget()),
    interrupt: () => (signals.caught() !== null ? "cancelled" : overBudget() ? "budget" : null),
    ...(resume === null ? {} : { resume }),
  };
  function overBudget(): boolean {
    return clock() - started > options.budgetS * 1000;
  }
  let ended: Awaited<ReturnType<typeof runEngine>>;
  try {
    ended = await runEngine(name, training, hooks);
  } finally {
    setup.end();
    status.end();
    signals.release();
  }
  const result = ended.value;
  if (result === null) return { kind: "impossible", diagnostics: ended.diagnostics };
  const signal = signals.caught();
  if (signal !== null && (result.kind === "stopped" || result.kind === "short") && result.because === "cancelled") {
    return { kind: "interrupted", signal, saved: saver.saved() };
  }
  const determined = result.kind === "reached" || (result.kind === "short" && result.because === "cycles");
  if (determined) {
    const finished = result as FinishedTraining;
    networks.add(key, `${name}: ${finished.network.description}`, finished);
  }
  // A training that diverged would diverge again.
  if (checkpoint !== null && (determined || result.kind === "diverged")) removeEntry(checkpoint);
  return { kind: "ended", result, cached: false };
}

/** Milliseconds after which a long set-up is shown. */
const setupPatienceMs = 700;

interface StartingPoint {
  /** The checkpoint to continue from; null to start from the beginning. */
  readonly resume: Uint8Array | null;
  /** Steps of the checkpoint on disk, which only a later one may replace. */
  readonly kept: number;
}

const nothing: StartingPoint = { resume: null, kept: 0 };

/** Where a training begins; says so, and why. */
function startingPoint(terminal: Terminal, path: string, name: string, wanted: boolean): StartingPoint {
  const reading = readEntry(path);
  const say = (code: string, message: string, help: string | null): void =>
    reportDiagnostics(terminal, null, [plainDiagnostic(code, message, help, "note")]);
  switch (reading.kind) {
    case "found": {
      // Plain bytes: a Buffer's slice() shares memory, and the engine copies by it.
      const bytes = new Uint8Array(unseal(reading.bytes)!);
      const kept = checkpointStep(bytes) ?? 0;
      const steps = `${grouped(kept)} ${kept === 1 ? "step" : "steps"}`;
      if (wanted) {
        say("OPT0625", `${name} continues from its checkpoint after ${steps}`, null);
        return { resume: bytes, kept };
      }
      const message = `restarting the training of ${name}; the checkpoint after ${steps} is kept until this run passes it`;
      say("OPT0625", message, "`--resume` continues from it");
      return { resume: null, kept };
    }
    case "absent":
      if (wanted)
        say("OPT0625", `no checkpoint of ${name} fits these settings and this version: the training starts over`, null);
      return nothing;
    case "unusable":
      if (wanted) reportDiagnostics(terminal, null, [reading.diagnostic]);
      return nothing;
  }
}

interface Saver {
  offer(make: () => Uint8Array, step: number, now: boolean): void;
  /** Where the last one is. */
  saved(): string | null;
}

function checkpointSaver(
  terminal: Terminal,
  path: string | null,
  kept: number,
  everyS: number,
  clock: () => number,
): Saver {
  let last = clock();
  let saved: string | null = kept > 0 ? path : null;
  let failed = false;
  return {
    offer: (make, step, now) => {
      // The same training came further before: its checkpoint is worth more.
      if (step < kept) return;
      if (path === null || (!now && clock() - last < everyS * 1000)) return;
      const problem = writeEntry(path, seal(make()));
      last = clock();
      if (problem === null) saved = path;
      else if (!failed) {
        // Said once: a full disk stays full.
        failed = true;
        reportDiagnostics(terminal, null, [problem]);
      }
    },
    saved: () => saved,
  };
}

/** `train mean-4x8: epoch 114, step 3 200 of 8 000, 71 steps/s, loss 0.0123, 98.76 % right (353 of 28 561 wrong), 1 min 8 s left` */
export function trainingText(name: string, progress: NetworkProgress, budgetLeftS: number): string {
  if (progress.stage !== "training") {
    const what = progress.stage === "setup" ? "making the first weights" : "evaluating the network on every word";
    return `train ${name}: ${what}, ${Math.floor(100 * progress.share)} %`;
  }
  const { epoch, step, steps, loss, accuracy, wrong, stepsPerSecond, remainingS } = progress;
  const words = [`epoch ${grouped(epoch)}`, `step ${grouped(step)} of ${grouped(steps)}`];
  if (stepsPerSecond !== null) {
    words.push(`${perSecond(stepsPerSecond)} steps/s`);
  }
  words.push(`loss ${Number(loss.toPrecision(3))}`);
  if (accuracy !== null) {
    const share = `${percent(accuracy)} right`;
    words.push(wrong === null ? share : `${share} (${grouped(wrong)} wrong)`);
  }
  if (remainingS !== null) words.push(`at most ${duration(Math.min(remainingS, Math.max(budgetLeftS, 0)))} left`);
  return `train ${name}: ${words.join(", ")}`;
}
