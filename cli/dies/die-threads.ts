import { Worker } from "node:worker_threads";
import type { DieAnswers, DieOrders, DieTask, NumberedAnswer, NumberedTask } from "./die-worker.ts";

/** Threads that draw and judge dies of one circuit. */
export interface DieThreads {
  /**
   * Answers in the order of the tasks, whatever thread gave them; null for those that `stop` left undone. `done` is told of each.
   * Rejects with what a thread fails with.
   */
  run<K extends DieTask["kind"]>(
    tasks: readonly Extract<DieTask, { kind: K }>[],
    done: (task: Extract<DieTask, { kind: K }>) => void,
  ): Promise<(DieAnswers[K] | null)[]>;
  /** Ends all threads at once; what is running ends with what it has. */
  stop(): void;
}

export function openDieThreads(orders: DieOrders, threads: number): DieThreads {
  const workers: Worker[] = [];
  let stopped = false;
  let hurry: (() => void) | null = null;
  return {
    async run<K extends DieTask["kind"]>(
      tasks: readonly Extract<DieTask, { kind: K }>[],
      done: (task: Extract<DieTask, { kind: K }>) => void,
    ): Promise<(DieAnswers[K] | null)[]> {
      const answers = tasks.map((): DieAnswers[K] | null => null);
      if (stopped || tasks.length === 0) return answers;
      while (workers.length < Math.min(threads, tasks.length)) {
        workers.push(new Worker(new URL("./die-worker.js", import.meta.url), { workerData: orders }));
      }
      let next = 0;
      let open = tasks.length;
      await new Promise<void>((resolve, reject) => {
        hurry = resolve;
        for (const worker of workers) {
          const hand = (): void => {
            if (next >= tasks.length) return;
            const order: NumberedTask = { number: next, task: tasks[next]! };
            next += 1;
            worker.postMessage(order);
          };
          worker.removeAllListeners();
          worker.once("error", reject);
          worker.on("message", ({ number, answer }: NumberedAnswer) => {
            answers[number] = answer as DieAnswers[K];
            done(tasks[number]!);
            open -= 1;
            if (open === 0) resolve();
            else hand();
          });
          hand();
        }
      });
      return answers;
    },
    stop: () => {
      stopped = true;
      for (const worker of workers) void worker.terminate();
      hurry?.();
    },
  };
}
