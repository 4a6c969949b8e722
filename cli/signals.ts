/**
 * The one place that listens to signals. A command says what it does on one: `stopOnSignal` for work that ends in good
 * order and keeps what it has, `cleanUpOnSignal` for what must not be left behind. Without either the process has no
 * listener at all, so that a signal ends it even while it computes.
 */

const names = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
export type EndingSignal = (typeof names)[number];

/** Work that stops in good order. */
export interface Stop {
  /** The signal that ended the work, or null before one came. */
  caught(): EndingSignal | null;
  /** The work is over: later signals are not its own. */
  release(): void;
}

interface Asked {
  signal: EndingSignal | null;
  readonly heard: () => void;
}

const stops = new Set<Asked>();
const cleanUps = new Set<() => void>();
let listening = false;

/**
 * Until `release`, the first signal is noted and `heard` is called; the command ends by itself and returns
 * `signalCode(caught())`. The second signal ends the process at once.
 */
export function stopOnSignal(heard: () => void = () => {}): Stop {
  const stop: Asked = { signal: null, heard };
  stops.add(stop);
  listenAsNeeded();
  return {
    caught: () => stop.signal,
    release: () => {
      stops.delete(stop);
      listenAsNeeded();
    },
  };
}

/** Until the returned function is called, a signal that ends the process calls `cleanUp` before. */
export function cleanUpOnSignal(cleanUp: () => void): () => void {
  cleanUps.add(cleanUp);
  listenAsNeeded();
  return () => {
    cleanUps.delete(cleanUp);
    listenAsNeeded();
  };
}

function onSignal(signal: EndingSignal): void {
  const unasked = [...stops].filter((stop) => stop.signal === null);
  for (const stop of unasked) stop.signal = signal;
  if (unasked.length === 0) endBy(signal);
  else {
    listenAsNeeded();
    for (const stop of unasked) stop.heard();
  }
}

/** Ends the process as the signal would have without us, which shells report as 128 and its number. */
function endBy(signal: EndingSignal): void {
  for (const cleanUp of cleanUps) {
    try {
      cleanUp();
    } catch {
      // What could not be removed now is cleared by the next run.
    }
  }
  listen(false);
  process.kill(process.pid, signal);
}

/** A listener keeps the system from ending the process, so it is removed once all callbacks ran. */
function listenAsNeeded(): void {
  listen(cleanUps.size > 0 || [...stops].some((stop) => stop.signal === null));
}

function listen(wanted: boolean): void {
  if (wanted === listening) return;
  listening = wanted;
  for (const name of names) {
    if (wanted) process.on(name, onSignal);
    else process.removeListener(name, onSignal);
  }
}
