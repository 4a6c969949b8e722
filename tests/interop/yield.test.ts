import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { synthesise } from "../../compiler/index.ts";
import { type ErrorDeviations, noErrors, plainPitch } from "../../netlist/index.ts";
import { yieldSteps } from "../../physics/index.ts";
import { parseSpecs, writeCircuit } from "../../toolchain/index.ts";
import { finish } from "../../verify/index.ts";
import { root } from "../cli/run.ts";

const CHIPS = 400;

/** Errors at which some chips are good and some are not, each kind alone and all together, by their names on the page. */
const rows: readonly (readonly [errors: Partial<ErrorDeviations>, named: Readonly<Record<string, number>>])[] = [
  [{ phaseRad: 0.022 }, { "residual-phase": 0.022 }],
  [{ couplerRad: 0.08 }, { "coupler-error": 0.08 }],
  [{ couplerCommonRad: 0.06 }, { "coupler-error-common": 0.06 }],
  [{ offset: 0.5 }, { "neuron-offset": 0.5 }],
  [{ gain: 0.06 }, { "neuron-gain-error": 0.06 }],
  [{ lossDb: 0.12 }, { "loss-spread": 0.12 }],
  [{ workerPhaseRad: 0.3 }, { "worker-phase": 0.3 }],
  [{ fibrePhaseRad: 0.3 }, { "fibre-phase": 0.3 }],
  [
    { phaseRad: 0.015, extinction: { ratioDb: 30, phaseRad: 0.4 } },
    { "residual-phase": 0.015, extinction: 30, "extinction-phase": 0.4 },
  ],
  [
    { phaseRad: 0.02, couplerRad: 0.02, offset: 0.2, gain: 0.03, workerPhaseRad: 0.1 },
    {
      "residual-phase": 0.02,
      "coupler-error": 0.02,
      "neuron-offset": 0.2,
      "neuron-gain-error": 0.03,
      "worker-phase": 0.1,
    },
  ],
];

const none = {
  "residual-phase": 0,
  "coupler-error": 0,
  "coupler-error-common": 0,
  "neuron-offset": 0,
  "neuron-gain-error": 0,
  "loss-spread": 0,
  "worker-phase": 0,
  "fibre-phase": 0,
  "reference-drift": 0,
  extinction: 999,
  "extinction-phase": 0,
};

it("yields agree with a reference that drives every word of every worker, from docs/explanation/physics.md and random numbers of its own", () => {
  const folder = mkdtempSync(join(tmpdir(), "optinc-yield-"));
  try {
    const text =
      "aggregate m { workers 3; precision 4 bits; network constructed { neuron saturating; decision-margin 0.35 } }";
    const { circuit } = synthesise(parseSpecs({ name: "m.optinc", text }).value![0]!);
    const file = join(folder, "circuit.json");
    writeFileSync(file, writeCircuit(circuit));
    const jobs = rows.map(([, named], seed) => ({ circuit: file, errors: { ...none, ...named }, chips: CHIPS, seed }));
    writeFileSync(join(folder, "jobs.json"), JSON.stringify(jobs));
    const script = join(root, "tests/interop/python/yield_reference.py");
    const run = spawnSync(join(root, ".interop/main/bin/python"), [script, join(folder, "jobs.json")], {
      encoding: "utf8",
    });
    expect(run.stderr).toBe("");
    const counted: number[] = JSON.parse(run.stdout);
    const both = rows.map(([errors, named], i) => {
      const question = {
        errors: { kind: "technology" as const, errors: { ...noErrors, ...errors }, pitch: plainPitch },
        seed: 1,
      };
      const { good } = finish(yieldSteps(circuit, question, CHIPS));
      console.log(`${JSON.stringify(named)}: ${good} and ${counted[i]} of ${CHIPS} chips`);
      return { named, p: good / CHIPS, q: counted[i]! / CHIPS };
    });
    for (const { named, p, q } of both) {
      const pooled = (p + q) / 2;
      // three and a half standard deviations of the difference of two counts
      const apart = 3.5 * Math.sqrt((2 * pooled * (1 - pooled)) / CHIPS);
      expect(pooled, JSON.stringify(named)).toBeGreaterThan(0.02);
      expect(pooled, JSON.stringify(named)).toBeLessThan(0.98);
      expect(Math.abs(p - q), JSON.stringify(named)).toBeLessThan(apart);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 600_000);
