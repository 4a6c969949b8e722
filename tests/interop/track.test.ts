import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { optinc, root } from "../cli/run.ts";

const specs = {
  pair: "workers 2; precision 4 bits",
  four: "workers 4; precision 4 bits",
  wide: "workers 4; precision 8 bits",
} as const;

/** foundry-si without errors of chips: what drifts is all that there is. */
function driftingAlone(): string {
  const text = readFileSync(join(root, "technologies/foundry-si.yaml"), "utf8");
  const left =
    /^ {2}(heater-crosstalk|dac-|extinction|reference-drift|worker-phase|fibre-phase|loss-spread|neuron-(offset|gain-error)|residual-phase|coupler-error|metal-resistance)/;
  const lines = text.split("\n").filter((line) => !left.test(line));
  return lines.join("\n").replace("heater-walk: { value: 0.1,", "heater-walk: { value: 0,");
}

it.each([
  ["pair", 100],
  ["pair", 0.8],
  ["four", 100],
  ["four", 2.5],
  ["wide", 100],
] as const)(
  "phases, wrong words and cost of %s tracked at %f Hz are those of a recomputation",
  (name, rate) => {
    const folder = mkdtempSync(join(tmpdir(), "optinc-track-"));
    try {
      const [build, file, json] = ["build", "alone.yaml", "track.json"].map((each) => join(folder, each));
      writeFileSync(file!, driftingAlone());
      const network = "network constructed { neuron saturating; decision-margin 0.4 }";
      const input = `aggregate ${name} { ${specs[name]}; technology "${file}"; symbol-rate 10 GBd; ${network} }\n`;
      expect(optinc(["compile", "-", "-o", build!, "-q", "--chips", "0"], { input }).code).toBe(0);
      const exact = ["--technology", file!, "--phase", "0", "--splitter", "0", "--noise", "0", "--rounds", "60"];
      expect(optinc(["track", build!, ...exact, "--rate", `${rate}Hz`, "--json", json!, "-q"]).code).toBe(0);
      const script = join(root, "tests/interop/python/track_reference.py");
      const command = join(root, ".interop/main/bin/python");
      const run = spawnSync(command, [script, join(build!, "circuit.json"), file!, json!], { encoding: "utf8" });
      expect(run.stderr).toBe("");
      const [said, judged] = [JSON.parse(readFileSync(json!, "utf8")), JSON.parse(run.stdout)];
      for (const key of ["bandwidthHz", "roundS", "lost"]) expect(said.loop[key] / judged[key]).toBeCloseTo(1, 9);
      expect(judged.times).toHaveLength(20);
      for (const [i, { rms, wrong, untracked }] of judged.times.entries()) {
        const time = said.times[i];
        expect(Math.abs(time.rmsRad / rms - 1), `${time.seconds} s`).toBeLessThan(0.03);
        if (wrong === null) continue;
        // vectors of a sample, where there are too many
        const allowed = said.all ? 1 / said.words : 0.025;
        expect(Math.abs(time.wrong / said.words - wrong), `${time.seconds} s`).toBeLessThanOrEqual(allowed);
        expect(Math.abs(time.untracked / said.words - untracked), `${time.seconds} s`).toBeLessThanOrEqual(allowed);
      }
      if (name !== "wide") {
        const [program, opened] = [join(folder, "bringup.py"), join(root, "dist/program/optinc.js")];
        expect(optinc(["export", build!, "--to", "bringup-python", "-o", program, "-q"]).code).toBe(0);
        const asked = [
          "--optinc",
          `${process.execPath} ${opened}`,
          "--build",
          build!,
          "--technology",
          file!,
          "--noise",
          "0",
        ];
        const lines = spawnSync("python3", [program, ...asked, "--track", "60", "--rate", `${rate}`], {
          encoding: "utf8",
        });
        const own = [...lines.stdout.matchAll(/off by (\S+) rad, at most (\S+); (\d+) of 1000/g)];
        expect(own.map(([, rms]) => Number(rms)).length, lines.stderr).toBe(20);
        for (const [i, [, rms, largest, wrong]] of own.entries()) {
          const time = said.times[i];
          // As the recomputation is held to: the program measures its slopes on the chip that it has set itself.
          expect(Math.abs(Number(rms) / time.rmsRad - 1), `${time.seconds} s`).toBeLessThan(0.03);
          expect(Number(largest) / time.largestRad, `${time.seconds} s`).toBeCloseTo(1, 1);
          expect(Math.abs(Number(wrong) / 1000 - time.wrong / said.words)).toBeLessThanOrEqual(0.05);
        }
      }
      if (rate < 10) expect(judged.times.some(({ wrong }: { wrong: number }) => wrong > 0)).toBe(true);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
  120_000,
);
