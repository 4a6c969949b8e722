import { parentPort, Worker } from "node:worker_threads";

/** Threads that answer tasks. */
export interface Threads<Task, Answer> {
  /**
   * Answers in the order of the tasks, null for those that `stop` left undone. `done` gets the number of each finished task.
   * Rejects with what a thread fails with.
   */
  run(tasks: readonly Task[], done: (number: number, answer: Answer) => void): Promise<(Answer | null)[]>;
  /** Ends all threads at once; what is running ends with what it has. */
  stop(): void;
}

/** Messages to a thread and from it. */
interface NumberedTask<Task> {
  readonly number: number;
  readonly task: Task;
}
interface NumberedAnswer<Answer> {
  readonly number: number;
  readonly answer: Answer;
}

/** What a thread does: it answers each task. */
export function answerTasks<Task, Answer>(answerTo: (task: Task) => Answer | Promise<Answer>): void {
  parentPort?.on("message", async ({ number, task }: NumberedTask<Task>) => {
    const news: NumberedAnswer<Answer> = { number, answer: await answerTo(task) };
    parentPort?.postMessage(news);
  });
}

/** The programs of threads, by their paths below this folder; the build makes each an entry of the bundle. */
export type ThreadScript = "chips/chip-worker" | "gradients/gradient-worker" | "studies/study-worker";

/** At most `most` threads, each of which runs `script` with the `orders` as its workerData; they start when there is work. */
export function openThreads<Task, Answer>(script: ThreadScript, orders: unknown, most: number): Threads<Task, Answer> {
  const file = new URL(`./${script}.js`, import.meta.url);
  const workers: Worker[] = [];
  let stopped = false;
  let hurry: (() => void) | null = null;
  return {
    async run(tasks, done) {
      const answers = tasks.map((): Answer | null => null);
      if (stopped || tasks.length === 0) return answers;
      while (workers.length < Math.min(most, tasks.length)) workers.push(new Worker(file, { workerData: orders }));
      let next = 0;
      let open = tasks.length;
      await new Promise<void>((resolve, reject) => {
        hurry = resolve;
        for (const worker of workers) {
          const hand = (): void => {
            if (next >= tasks.length) return;
            const order: NumberedTask<Task> = { number: next, task: tasks[next]! };
            next += 1;
            worker.postMessage(order);
          };
          worker.removeAllListeners();
          worker.once("error", reject);
          worker.on("message", ({ number, answer }: NumberedAnswer<Answer>) => {
            answers[number] = answer;
            done(number, answer);
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
