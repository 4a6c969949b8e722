import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { optinc } from "./run.ts";

const spec = "aggregate m { workers 2; precision 2 bits }\n";
const folder = mkdtempSync(join(tmpdir(), "optinc-sweep-"));
const sweep = (...more: string[]) => optinc(["sweep", "-", "-q", "--points", "5", ...more], { input: spec });

it("prints ranges, draws them and writes a row for every point", () => {
  const [csv, svg, json] = ["a.csv", "a.svg", "a.json"].map((name) => join(folder, name));
  const files = ["--csv", csv!, "--svg", svg!, "--json", json!];
  const { code, out, err } = sweep("--technology", "foundry-si", ...files);
  expect([code, err]).toEqual([0, ""]);
  expect(out).toMatch(/^m in foundry-si, phases set at 1550 nm: every word is proved right within\n/);
  expect(out).toMatch(/ {2}trimmed {4}laser {4}-\d.* THz\n/);
  const { ranges, hardware } = JSON.parse(readFileSync(json!, "utf8"));
  // 100 GHz are 0.8013 nm at 1550 nm; wavelengths are not evenly apart in a range of many nm
  const [, fits, mzis, detectors] = /holds: (\d+); .* (\d+) MZIs .*\n.* (\d+) detectors/.exec(out)!.map(Number);
  const hertz = (size: number): number => 299792458 / (1550e-9 + size);
  expect(fits).toBe(Math.floor((hertz(ranges[0].low) - hertz(ranges[0].high)) / 1e11) + 1);
  expect(fits).toBeGreaterThan(1);
  expect([mzis, detectors]).toEqual([hardware.mzis, hardware.neurons + hardware.receivers]);
  const [head, ...rows] = readFileSync(csv!, "utf8").trimEnd().split("\n");
  expect(head).toBe("phases,change,wavelength_nm,frequency_ghz,temperature_k,proved,wrong,vectors");
  expect(rows).toHaveLength(4 * 5);
  const [, , nm, ghz] = rows[0]!.split(",").map(Number);
  expect(ghz).toBeCloseTo(299792458 / (1550 + nm!) - 299792458 / 1550, 6);
  expect(readFileSync(svg!, "utf8")).toContain("Where m in foundry-si is right, untrimmed");
  expect(JSON.parse(readFileSync(json!, "utf8"))).toMatchObject({ format: "optinc.sweep", version: 1, circuit: "m" });
  expect(sweep("--technology", "foundry-si", ...files).code).toBe(0);
});

it("refuses a technology without a wavelength", () => {
  const { code, err } = sweep("--technology", "ideal");
  expect(code).toBe(1);
  expect(err).toContain("error[OPT0827]: the technology ideal does not give `wavelength`");
});

it("exports scattering matrices at several frequencies, and none without a technology", () => {
  const asked = ["export", "-", "--to", "touchstone", "--scope", "layer:1", "-o", "-"];
  const run = (...more: string[]) => optinc([...asked, ...more], { input: spec });
  const { code, out } = run("--technology", "foundry-si", "--option", "sweep=193e12:194e12:3");
  expect(code).toBe(0);
  expect(out.match(/^19\d+00 /gm)).toEqual(["193000000000000 ", "193500000000000 ", "194000000000000 "]);
  expect(run("--option", "sweep=193e12:194e12:3").err).toContain("OPT0454");
  expect(run("--technology", "foundry-si", "--option", "sweep=194e12:193e12:3").err).toContain("OPT0454");
});
