import type { Terminal } from "./terminal.ts";

/** Shows how far a long piece of work is; silent for short ones. */
export interface ProgressLine {
  /** Can be called as often as one likes; draws seldom. */
  update(done: number, total: number): void;
  /** Clears the line. */
  end(): void;
}

/** Milliseconds on a clock that never goes back. */
export type Clock = () => number;

/** Nothing is shown for work shorter than this. */
const patienceMs = { rewritten: 400, plain: 3000 } as const;
const periodMs = { rewritten: 100, plain: 4000 } as const;

/**
 * A progress line on stderr: one line rewritten in place on a terminal, else a plain line every few seconds.
 * `what` says what is being done ("verify mean-4x8"), `unit` what is counted ("vectors").
 */
export function startProgress(
  terminal: Terminal,
  what: string,
  unit: string,
  clock: Clock = () => performance.now(),
): ProgressLine {
  const started = clock();
  const line = startStatus(terminal, clock);
  return {
    update: (done, total) => line.show(() => progressText(what, unit, done, total, (clock() - started) / 1000)),
    end: line.end,
  };
}

/** The same with any text. */
export interface StatusLine {
  /** Can be called as often as one likes; `text` is asked for when it is drawn. */
  show(text: () => string): void;
  /** Clears the line. */
  end(): void;
}

export function startStatus(terminal: Terminal, clock: Clock): StatusLine {
  const style = terminal.rewritable ? "rewritten" : "plain";
  let next = clock() + patienceMs[style];
  let drawn = false;
  return {
    show(makeText) {
      const now = clock();
      if (now < next) return;
      next = now + periodMs[style];
      const text = makeText();
      if (style === "plain") terminal.err(`${text}\n`);
      else terminal.err(`\r\u001b[K${text.slice(0, Math.max(terminal.width - 1, 20))}`);
      drawn = true;
    },
    end() {
      if (drawn && style === "rewritten") terminal.err("\r\u001b[K");
      drawn = false;
    },
  };
}

/** `verify mean-4x8: 12 000 of 28 561 vectors (42 %), 24 000/s, 1 s left` */
export function progressText(what: string, unit: string, done: number, total: number, elapsedS: number): string {
  const rate = elapsedS > 0 ? done / elapsedS : 0;
  const known = Number.isFinite(total) && total > 0;
  const share = known ? ` of ${grouped(total)} ${unit} (${Math.floor((100 * done) / total)} %)` : ` ${unit}`;
  const left = known && rate > 0 ? `, ${duration((total - done) / rate)} left` : "";
  const speed = rate >= 10 ? grouped(Math.round(rate)) : rate.toPrecision(2);
  return `${what}: ${grouped(done)}${share}, ${speed}/s${left}`;
}

/** Thousands apart by a space, as in the rest of the output. */
export function grouped(n: number): string {
  if (!Number.isInteger(n) || Math.abs(n) >= 1e15) return String(n);
  return String(n).replace(/\B(?=(\d{3})+$)/g, " ");
}

/** `8 s`, `1 min 8 s`, `2 h 5 min` */
export function duration(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
}
