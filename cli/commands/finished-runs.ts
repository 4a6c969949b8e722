import type { Diagnostic, Training } from "../../dsl/index.ts";
import type { Circuit } from "../../netlist/index.ts";
import type { Technology } from "../../physics/index.ts";
import type { RunResult, TrainingOptions } from "../../training-sim/index.ts";
import { entryPath, readEntry, writeEntry } from "../files/cache-entries.ts";
import { circuitHash } from "../files/circuit-hash.ts";
import { pack, sha256, unpack } from "../files/pack.ts";
import type { KeyedDataset } from "../files/training-data.ts";
import { reportDiagnostics } from "../text/diagnostics.ts";
import type { Terminal } from "../text/terminal.ts";
import { codeVersion } from "../version.ts";

/** What decides the results of a training's runs. */
export interface TrainingCase {
  readonly training: Training;
  readonly dataset: KeyedDataset;
  readonly circuit: Circuit;
  /** Of the chips; null where the aggregate names none. */
  readonly technology: Technology | null;
}

/** One training of a model. */
export interface RunTask {
  readonly run: RunResult["run"];
  readonly seed: number;
  /** Null of a run that goes through no chip. */
  readonly chip: number | null;
}

export interface FinishedRuns {
  /** The result of a task that was finished before; null where it is to be computed. */
  find(task: RunTask): RunResult | null;
  add(task: RunTask, result: RunResult): void;
}

/** Runs in the cache, under the hash of options, data, circuit, chip distribution and code. The numbers of seeds and chips are left out: either may grow. */
export function openFinishedRuns(
  terminal: Terminal,
  { training, dataset, circuit, technology, options }: TrainingCase & { readonly options: TrainingOptions },
  { cache, resume }: { readonly cache: string | null; readonly resume: boolean },
): FinishedRuns {
  if (cache === null) return { find: () => null, add: () => {} };
  const shared = sha256(
    JSON.stringify({
      options,
      testSamples: training.testSamples,
      data: dataset.sha256,
      circuit: circuitHash(circuit),
      code: codeVersion,
    }),
  );
  const chips = sha256(JSON.stringify({ technology, seed: training.chips[0] }));
  const pathOf = ({ run, seed, chip }: RunTask): string => {
    const of = { shared, run, seed, chip, chips: run === "chip-samples" ? chips : null };
    return entryPath(cache, "run", sha256(JSON.stringify(of)));
  };
  const say = (diagnostic: Diagnostic): void => reportDiagnostics(terminal, null, [diagnostic]);
  let failed = false;
  return {
    find(task) {
      if (!resume) return null;
      const reading = readEntry(pathOf(task));
      if (reading.kind === "unusable") say(reading.diagnostic);
      return reading.kind === "found" ? (unpack(reading.bytes) as { readonly result: RunResult }).result : null;
    },
    add(task, result) {
      const { run, seed, chip } = task;
      const about = `${training.name}: ${run} run of seed ${seed}${chip === null ? "" : `, chip ${chip}`}`;
      const problem = writeEntry(pathOf(task), pack({ about, result }));
      // Said once: a full disk stays full.
      if (problem !== null && !failed) say(problem);
      failed ||= problem !== null;
    },
  };
}
