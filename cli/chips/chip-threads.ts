import { openThreads } from "../threads.ts";
import type { ChipAnswer, ChipAnswers, ChipOrders, ChipTask } from "./chip-worker.ts";

/** Threads that draw and judge chips of one circuit; see `Threads`. */
export interface ChipThreads {
  run<K extends ChipTask["kind"]>(
    tasks: readonly Extract<ChipTask, { kind: K }>[],
    done: (task: Extract<ChipTask, { kind: K }>) => void,
  ): Promise<(ChipAnswers[K] | null)[]>;
  stop(): void;
}

export function openChipThreads(orders: ChipOrders, most: number): ChipThreads {
  const threads = openThreads<ChipTask, ChipAnswer>("chips/chip-worker", orders, most);
  return {
    run: async <K extends ChipTask["kind"]>(
      tasks: readonly Extract<ChipTask, { kind: K }>[],
      done: (task: Extract<ChipTask, { kind: K }>) => void,
    ) => (await threads.run(tasks, (number) => done(tasks[number]!))) as (ChipAnswers[K] | null)[],
    stop: threads.stop,
  };
}
