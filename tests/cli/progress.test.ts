import { Chalk } from "chalk";
import { describe, expect, test } from "vitest";
import { progressText, startProgress } from "../../cli/text/progress.ts";
import { sayNext, type Terminal } from "../../cli/text/terminal.ts";
import { grouped } from "../../dsl/index.ts";

/** A terminal that keeps what is written to stderr. */
function recorder(rewritable: boolean, width = 80): Terminal & { readonly written: string[] } {
  const written: string[] = [];
  const paint = new Chalk({ level: 0 });
  const err = (text: string): void => void written.push(text);
  return { written, err, out: () => {}, data: () => {}, paintOut: paint, paintErr: paint, rewritable, width };
}

describe("progress", () => {
  test("says what is done, how much, how fast and how long still", () => {
    const text = progressText("verify x", "vectors", 12_000, 28_561, 0.5);
    expect(text).toBe("verify x: 12 000 of 28 561 vectors (42 %), 24 000/s, 1 s left");
    expect(progressText("a", "chips", 1, 100, 40)).toBe("a: 1 of 100 chips (1 %), 0.025/s, 1 h 6 min left");
    // what is prepared before the first states says nothing of the last
    expect(progressText("prove c", "states", 7, 232_003, 78)).toBe("prove c: 7 of 232 003 states (0 %), 0.09/s");
    expect(progressText("a", "vectors", 5, Number.POSITIVE_INFINITY, 1)).toBe("a: 5 vectors, 5/s");
  });

  test("short work shows nothing", () => {
    for (const rewritable of [true, false]) {
      const terminal = recorder(rewritable);
      let now = 0;
      const line = startProgress(terminal, false, () => now);
      for (now = 0; now < 390; now += 10) line.update("w", { done: now, total: 390, unit: "things" });
      line.end();
      expect(terminal.written).toEqual([]);
    }
  });

  test("a terminal gets one line, rewritten within its width and cleared at the end", () => {
    const terminal = recorder(true, 40);
    let now = 0;
    const line = startProgress(terminal, false, () => now);
    for (now = 0; now <= 2000; now += 10) {
      line.update("a long name of what is done", { done: now, total: 2000, unit: "things" });
    }
    line.end();
    expect(terminal.written.length).toBeGreaterThan(5);
    expect(terminal.written.length).toBeLessThan(25);
    for (const text of terminal.written) {
      expect(text.startsWith("\r\u001b[K")).toBe(true);
      expect(text).not.toContain("\n");
      expect(text.length).toBeLessThanOrEqual(4 + 39);
    }
    expect(terminal.written.at(-1)).toBe("\r\u001b[K");
  });

  test("a pipe gets a plain line every few seconds", () => {
    const terminal = recorder(false);
    let now = 0;
    const line = startProgress(terminal, false, () => now);
    for (now = 0; now <= 20_000; now += 100) line.update("w", { done: now, total: 20_000, unit: "things" });
    line.end();
    expect(terminal.written).toHaveLength(5);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none must be there
    for (const text of terminal.written) expect(text).toMatch(/^w: [^\u0000-\u001f]+\n$/);
  });

  test("a line begins anew with each thing that is done", () => {
    const terminal = recorder(true);
    let now = 0;
    const line = startProgress(terminal, false, () => now);
    for (; now <= 500; now += 50) line.update("prove m", { done: 3, total: 9, unit: "states" });
    for (; now <= 1100; now += 50) line.update("budget of m", { done: 1, total: 4, unit: "cells" });
    line.end();
    const text = terminal.written.join("");
    expect(text).toMatch(/prove m: 3 of 9 states \(33 %\)/);
    expect(text).toMatch(/budget of m: 1 of 4 cells \(25 %\)/);
    expect(terminal.written.at(-1)).toBe("\r\u001b[K");
  });

  test("numbers are grouped by thousands", () => {
    expect([0, 999, 1000, 1234567, 1.5, 1e21].map(grouped)).toEqual(["0", "999", "1 000", "1 234 567", "1.5", "1e+21"]);
  });
});

test("the next step is said to a person at a terminal, not into a pipe or where --quiet stands", () => {
  const [person, pipe] = [recorder(true), recorder(false)];
  for (const terminal of [person, pipe]) sayNext(terminal, false, "optinc yield a");
  sayNext(person, true, "optinc yield b");
  expect([person.written, pipe.written]).toEqual([["next: optinc yield a\n"], []]);
});
