// Threads that share this memory. Each runs its own instance of the module; work is cut into numbered tasks whose
// results do not depend on who runs them, and tasks are handed out by a counter.

/** Control words. The first 256 bytes of the memory belong to them. */
const GENERATION: usize = 16;
const ARRIVED: usize = 20;
const THREADS: usize = 24;
const NEXT_TASK: usize = 64;
const SPINS = 4000;

export function nextTask(): i32 {
  return atomic.add<i32>(NEXT_TASK, 1);
}

/** Waits for all threads; afterwards the task counter starts at 0 again. */
export function barrier(): void {
  const threads = load<i32>(THREADS);
  if (threads == 1) {
    store<i32>(NEXT_TASK, 0);
    return;
  }
  const generation = atomic.load<i32>(GENERATION);
  if (atomic.add<i32>(ARRIVED, 1) + 1 == threads) {
    atomic.store<i32>(ARRIVED, 0);
    atomic.store<i32>(NEXT_TASK, 0);
    atomic.add<i32>(GENERATION, 1);
    atomic.notify(GENERATION, -1);
  } else {
    for (let i = 0; i < SPINS; i++) if (atomic.load<i32>(GENERATION) != generation) return;
    while (atomic.load<i32>(GENERATION) == generation) atomic.wait<i32>(GENERATION, generation, -1);
  }
}

/** To be called once, before the threads run anything together. */
export function formTeam(threads: i32): void {
  store<i32>(THREADS, threads);
}
