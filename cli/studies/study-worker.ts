import { parentPort, workerData } from "node:worker_threads";
import { type AxisValue, type SourceFile, type Study, studySpecs } from "../../dsl/index.ts";
import { targets } from "../../netlist/index.ts";
import type { Technology } from "../../physics/index.ts";
import { measurePoint, type Outcome } from "../../toolchain/index.ts";
import type { NumberedAnswer, NumberedTask } from "../threads.ts";

/** What a thread works for. */
export interface StudyOrders {
  readonly source: SourceFile;
  readonly study: Study;
  /** Those that its points name, by their names. */
  readonly technologies: ReadonlyMap<string, Technology>;
}

/** A point: for each axis a value. */
export type StudyTask = readonly AxisValue[];

const { source, study, technologies } = workerData as StudyOrders;
const specs = studySpecs(source, study, { emitTargets: targets.map(({ name }) => name) });

parentPort?.on("message", async ({ number, task }: NumberedTask<StudyTask>) => {
  const news: NumberedAnswer<Outcome> = { number, answer: await outcomeOf(task) };
  parentPort?.postMessage(news);
});

/** A point on which we fail is a row that says so, and not the end of thousands of others. */
async function outcomeOf(values: StudyTask): Promise<Outcome> {
  try {
    const spec = specs(values);
    const name = spec.value?.technology ?? null;
    return await measurePoint(spec, study, name === null ? null : technologies.get(name)!);
  } catch (error) {
    const message = error instanceof Error ? error.message.split("\n")[0] : String(error);
    return { state: "failed", figures: study.measures.map(() => null), problem: `internal error: ${message}` };
  }
}
