import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseCsv } from "../../formats/index.ts";
import { optinc, scratch } from "./run.ts";

const spec = "aggregate pair { workers 2; precision 2 bits; network constructed { neuron saturating } }\n";
const track = (...args: string[]) => optinc(["track", "-", ...args], { input: spec });
const foundry = ["--technology", "foundry-si", "--rounds", "40"];

test("optinc track prints pilots, readings, the loop, residual phases and words by time, and writes them", () => {
  const [csv, json] = ["track.csv", "track.json"].map((name) => join(scratch(), name)) as [string, string];
  const { code, out } = track(...foundry, "--csv", csv, "--json", json);
  expect(code).toBe(0);
  expect(out).toMatch(/^pair in foundry-si: every word stays right over [\d.]+ m?s of drift\n/);
  expect(out).toMatch(/^ {2}loop +100 Hz of rounds x gain 0\.5 \/ 2 pi: bandwidth 7\.958 Hz$/m);
  expect(out).toMatch(/^ {2}cost +0\.\d+ % of the throughput \(\d[\d.]* us a round at 25 GBd\)$/m);
  expect(out).toMatch(/^ {2}health +0 of \d+ readings off by more than 1 % in the end, \d+ untracked$/m);
  expect(out).toMatch(/^ {2}availability +99\.\d+ %; untracked [\d.]+ %, set again each [\d.]+ m?s$/m);
  expect(out).toMatch(/^ {2}w0_s0 +1 -2 +w0_s0=3 +\d+$/m);
  expect(out).toMatch(/^ {2}launch-phase +2 +[\d.]+ mrad /m);
  expect(out).toMatch(/^ {2}400 ms +[\d.]+ mrad +[\d.]+ mrad +0 +\d+$/m);
  expect(out).toMatch(/^ {2}assumed: .*fibre-drift/m);
  const [head, ...rows] = parseCsv(readFileSync(csv, "utf8"));
  expect(head!.slice(0, 3)).toEqual(["seconds", "rms_rad", "largest_rad"]);
  const report = JSON.parse(readFileSync(json, "utf8"));
  expect(report).toMatchObject({ format: "optinc.track", circuit: "pair", technology: "foundry-si", seed: 1, chip: 0 });
  expect(report.times.map(({ seconds, wrong }: Record<string, number>) => [`${seconds}`, `${wrong}`])).toEqual(
    rows.map(([seconds, , , , wrong]) => [seconds, wrong]),
  );
  expect(track(...foundry, "--json", "-").out).toBe(`${JSON.stringify(report, null, 2)}\n`);
  expect(track(...foundry, "--seed", "2", "--json", "-").out).not.toBe(`${JSON.stringify(report, null, 2)}\n`);
});

test.each([
  [["--technology", "ideal"], /OPT0827.*does not give `chip-temperature-drift`/s],
  [[...foundry, "--rate", "30kHz"], /OPT0829.*30 kHz of rounds leave no time for words/s],
  [[...foundry, "--phase", "1"], /OPT0828.*chip 0 has wrong words after its bring-up/s],
  [[], /OPT0644/],
])("optinc track %j is refused", (args, said) => {
  const { code, err } = track(...args);
  expect([code, err]).toEqual([1, expect.stringMatching(said)]);
});
