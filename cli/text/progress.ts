import { duration, grouped, perSecond } from "../../dsl/index.ts";
import { muted, rewriteLine, type Terminal } from "./terminal.ts";

/** Milliseconds on a clock that never goes back. */
export type Clock = () => number;
const steady: Clock = () => performance.now();

/** Nothing is shown for work shorter than this. */
const patienceMs = { rewritten: 400, plain: 3000 } as const;
const periodMs = { rewritten: 100, plain: 4000 } as const;

/** Shows how far long work is, a line for each thing that is done; silent for short ones. */
export interface ProgressLine {
  /** Cheap to call: it draws seldom. `what` says what is being done ("verify mean-4x8"). */
  update(what: string, progress: { readonly done: number; readonly total: number; readonly unit: string }): void;
  /** Clears the line. */
  end(): void;
}

/** A progress line on stderr: one line rewritten in place on a terminal, else a plain line every few seconds. */
export function startProgress(terminal: Terminal, quiet: boolean, clock: Clock = steady): ProgressLine {
  const shownOn = muted(terminal, quiet);
  const begin = (what: string, unit: string) => ({ what, unit, started: clock(), line: startStatus(shownOn, clock) });
  let shown = begin("", "");
  return {
    update(what, { done, total, unit }) {
      if (shown.what !== what || shown.unit !== unit) {
        shown.line.end();
        shown = shown.what === "" ? { ...shown, what, unit } : begin(what, unit);
      }
      const { started, line } = shown;
      line.show(() => progressText(what, unit, done, total, (clock() - started) / 1000));
    },
    end: () => shown.line.end(),
  };
}

/** The same with any text. */
export interface StatusLine {
  /** Cheap to call: `text` is called only when a line is drawn. */
  show(text: () => string): void;
  /** Clears the line. */
  end(): void;
}

/** `patience`: milliseconds for which nothing is shown. */
export function startStatus(terminal: Terminal, clock: Clock, patience?: number): StatusLine {
  const style = terminal.rewritable ? "rewritten" : "plain";
  let next = clock() + (patience ?? patienceMs[style]);
  let drawn = false;
  return {
    show(makeText) {
      const now = clock();
      if (now < next) return;
      next = now + periodMs[style];
      const text = makeText();
      if (style === "plain") terminal.err(`${text}\n`);
      else terminal.err(`${rewriteLine}${text.slice(0, Math.max(terminal.width - 1, 20))}`);
      drawn = true;
    },
    end() {
      if (drawn && style === "rewritten") terminal.err(rewriteLine);
      drawn = false;
    },
  };
}

/** `verify mean-4x8: 12 000 of 28 561 vectors (42 %), 24 000/s, 1 s left`; the time left from one percent on. */
export function progressText(what: string, unit: string, done: number, total: number, elapsedS: number): string {
  const rate = elapsedS > 0 ? done / elapsedS : 0;
  const known = Number.isFinite(total) && total > 0;
  const share = known ? ` of ${grouped(total)} ${unit} (${Math.floor((100 * done) / total)} %)` : ` ${unit}`;
  const left = known && rate > 0 && done >= total / 100 ? `, ${duration((total - done) / rate)} left` : "";
  return `${what}: ${grouped(done)}${share}, ${perSecond(rate)}/s${left}`;
}
