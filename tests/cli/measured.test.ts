import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { npyHeader } from "../../formats/index.ts";
import { seededRandom } from "../../netlist/index.ts";
import { expectEnd, optinc, spec } from "./run.ts";

const folder = mkdtempSync(join(tmpdir(), "optinc-measured-"));
const at = (name: string): string => join(folder, name);
const text = spec("mean", "workers 16", "precision 8 bits", "network constructed { decision-margin 0.4 }");

beforeAll(() => {
  writeFileSync(at("mean.optinc"), text);
  const run = (...args: string[]) => expect(optinc(args)).toMatchObject({ code: 0 });
  run("compile", at("mean.optinc"), "-o", at("designed"), "--chips", "0", "-q");
  run(
    "yield",
    at("designed"),
    "--splitter",
    "0.03",
    "--chip-samples",
    "1",
    "--write-chip",
    at("measured.json"),
    "--chip-sample",
    "4",
    "-q",
  );
  run("compile", at("mean.optinc"), "--measured", at("measured.json"), "-o", at("measured"), "--chips", "0", "-q");
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("a chip that was measured", () => {
  test("is one that yield draws: with its splitters the designed phases read wrong words, those of the compile none", () => {
    const random = seededRandom(1);
    const rows = Array.from({ length: 16 }, () => Float32Array.from({ length: 512 }, () => random() - 0.5));
    const bytes = rows.map((row) => Buffer.from(row.buffer));
    writeFileSync(at("g.npy"), Buffer.concat([npyHeader("<f4", [16, 512]), ...bytes]));
    const wrong = (build: string): number => {
      const args = [
        "aggregate",
        at(build),
        at("g.npy"),
        "--measured",
        at("measured.json"),
        "-o",
        at(`${build}.npy`),
        "--json",
        "-",
      ];
      const { code, out } = optinc(args);
      expect(code).toBe(0);
      const report = JSON.parse(out);
      expect(report.chip).toEqual({ measured: at("measured.json") });
      return report.wrong;
    };
    expect(wrong("designed")).toBeGreaterThan(20);
    expect(wrong("measured")).toBe(0);
  });

  test("goes with the build: it is verified against the spec, and the manifest names the file", () => {
    const verified = optinc(["verify", at("measured"), "--spec", at("mean.optinc")]);
    expect(verified).toMatchObject({ code: 0 });
    expect(verified.out).toMatch(/proof +holds/);
    const manifest = JSON.parse(readFileSync(join(at("measured"), "manifest.json"), "utf8"));
    expect(manifest.measured.name).toBe("measured.json");
    const summary = JSON.parse(readFileSync(join(at("measured"), "summary.json"), "utf8"));
    expect(summary.measuredMzis).toBe(summary.devices.mzis);
    expect(summary.proof.holds).toBe(true);
    // every MZI is set for its own couplers, those of P and T too: none is a coupler without heaters
    const { hardware } = summary;
    expect(hardware).toMatchObject({ mzis: summary.devices.mzis, fixedCouplers: 0 });
    const designed = JSON.parse(readFileSync(join(at("designed"), "summary.json"), "utf8"));
    expect(designed.hardware.fixedCouplers).toBe(designed.devices.mzisCombine + designed.devices.mzisBroadcast);
    // theta of each at least
    expect(hardware.heaters).toBeGreaterThanOrEqual(hardware.mzis);
    expect(hardware.dacChannels).toBe(hardware.heaters);
  });

  test("is refused before anything is written where it is another one, or cannot be set", () => {
    const chip = JSON.parse(readFileSync(at("measured.json"), "utf8"));
    const [first] = chip.mzis;
    const compile = (changed: object) => {
      writeFileSync(at("bad.json"), JSON.stringify({ ...chip, ...changed }));
      return optinc(["compile", at("mean.optinc"), "--measured", at("bad.json"), "-o", at("none"), "-q"]);
    };
    const unknown = compile({ mzis: [{ ...first, name: "layer1/none[0]" }] });
    expectEnd(unknown, 1, "bad.json: mzis[0].name: mean has no MZI");
    const far = compile({ mzis: [{ ...first, crossPower: [0.97, 0.97] }] });
    expectEnd(far, 1, "OPT0448");
    expect(far.err).toContain(`${first.name} must keep 50 %`);
    const missing = optinc(["compile", at("mean.optinc"), "--measured", at("absent.json"), "-o", at("none"), "-q"]);
    expect(missing.code).toBe(1);
    expect(missing.err).not.toMatch(/ {4}at /);
  });
});
