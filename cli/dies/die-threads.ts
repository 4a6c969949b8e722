import { openThreads } from "../threads.ts";
import type { DieAnswer, DieAnswers, DieOrders, DieTask } from "./die-worker.ts";

/** Threads that draw and judge dies of one circuit; see `Threads`. */
export interface DieThreads {
  run<K extends DieTask["kind"]>(
    tasks: readonly Extract<DieTask, { kind: K }>[],
    done: (task: Extract<DieTask, { kind: K }>) => void,
  ): Promise<(DieAnswers[K] | null)[]>;
  stop(): void;
}

export function openDieThreads(orders: DieOrders, most: number): DieThreads {
  const threads = openThreads<DieTask, DieAnswer>("dies/die-worker", orders, most);
  return {
    run: async <K extends DieTask["kind"]>(
      tasks: readonly Extract<DieTask, { kind: K }>[],
      done: (task: Extract<DieTask, { kind: K }>) => void,
    ) => (await threads.run(tasks, (number) => done(tasks[number]!))) as (DieAnswers[K] | null)[],
    stop: threads.stop,
  };
}
