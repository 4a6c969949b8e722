import { describe, expect, it } from "vitest";
import { allReduceMean, ringSchedule } from "../../collectives/index.ts";
import { synthesise } from "../../compiler/synthesise.ts";
import type { Circuit } from "../../netlist/index.ts";
import { prove, verifyCircuit } from "../../verify/index.ts";
import { specOf } from "../compiler/specs.ts";
import { withMeshes, withTurned } from "../netlist/lossy.ts";

const { circuit } = synthesise(specOf(4, 8, 4));
const meshes = circuit.sections.flatMap((section) => section.meshes);
const tried = { inputs: { kind: "tried" }, seed: 1 } as const;

/** Both ways of checking, which share nothing but the simulation of devices. */
function noticed(broken: Circuit): { vectors: boolean; proof: boolean } {
  const proof = prove(broken);
  return { vectors: verifyCircuit(broken, tried).wrong > 0, proof: !proof.holds || proof.receiverMargin < 0.49 };
}

describe("a broken circuit is noticed", () => {
  it("when any one theta is moved by 0.3 rad", () => {
    const unnoticed = meshes.filter((mesh) => {
      const proof = prove(withTurned(circuit, mesh, "thetaRad", 0.3));
      // A splitter of T that is off by 0.3 rad keeps every word right, but the proof shows what it cost the receivers.
      return proof.holds && proof.receiverMargin > 0.25;
    });
    expect(unnoticed).toEqual([]);
  });

  it("when the phase of the first carry's threshold moves by 0.3 rad", () => {
    const level = meshes.find(({ name }) => name === "digit1_0_level")!;
    expect(noticed(withTurned(circuit, level, "thetaRad", 0.3))).toEqual({ vectors: true, proof: true });
  });

  it("when two receivers' ports are swapped", () => {
    const swapped = circuit.outputs.map((port) => ({
      ...port,
      symbol: port.worker === 2 && port.symbol < 2 ? 1 - port.symbol : port.symbol,
    }));
    const broken: Circuit = { ...circuit, outputs: swapped };
    const report = verifyCircuit(broken, tried);
    expect(report.wrong).toBeGreaterThan(1000);
    expect(report.counterexample).toMatchObject({ worker: 2 });
    expect(prove(broken).holds).toBe(false);
  });

  it("when two workers' inputs of different symbols are swapped", () => {
    const swap = new Map([
      ["w0_s0", "w1_s3"],
      ["w1_s3", "w0_s0"],
    ]);
    const modeOf = new Map(circuit.inputs.map((port) => [port.name, port.mode]));
    const broken: Circuit = {
      ...circuit,
      inputs: circuit.inputs.map((port) => ({ ...port, mode: modeOf.get(swap.get(port.name) ?? port.name)! })),
    };
    expect(noticed(broken)).toEqual({ vectors: true, proof: true });
  });

  it("when one bias loses its light", () => {
    const reference = circuit.sections.find((section) => section.kind === "reference")!;
    for (const mesh of reference.meshes) {
      const dark = { ...mesh, terminated: [...mesh.terminated, mesh.modes[1]!] };
      const broken = withMeshes(circuit, (it) => (it === mesh ? dark : it));
      expect(noticed(broken)).toEqual({ vectors: true, proof: true });
    }
  });

  it("when the certificate claims another function than the spec's", () => {
    const certificate = circuit.certificate!;
    const rounding = { ...circuit.aggregate, rounding: "floor" } as const;
    expect(prove({ ...circuit, aggregate: rounding }).problems.join()).toContain("rounding offset");
    const weights = certificate.symbols.map((terms, j) =>
      j === 0 ? terms.map((term) => ({ ...term, weight: 1 })) : terms,
    );
    expect(prove({ ...circuit, certificate: { ...certificate, symbols: weights } }).holds).toBe(false);
    const cells = certificate.cells.map((cell, i) =>
      i === 0 && cell.kind === "split" ? { ...cell, offset: 1 } : cell,
    );
    expect(prove({ ...circuit, certificate: { ...certificate, cells } }).holds).toBe(false);
  });

  it("reports what a user needs to repeat it", () => {
    const broken: Circuit = {
      ...circuit,
      outputs: circuit.outputs.map((port) => ({
        ...port,
        levelsPerField: port.levelsPerField * (port.symbol ? 1 : 2),
      })),
    };
    const report = verifyCircuit(broken, { inputs: { kind: "sampled", samples: 2000 }, seed: 5 });
    const found = report.counterexample!;
    const mean = Math.floor((2 * found.words.reduce((a, b) => a + b, 0) + 4) / 8);
    expect(found).toMatchObject({ expected: mean, allReduce: mean, symbol: 0, worker: 0 });
    expect(found.gotSymbol).not.toBe(found.expectedSymbol);
    expect(report.seed).toBe(5);
    expect(verifyCircuit(broken, { inputs: { kind: "sampled", samples: 2000 }, seed: 5 })).toEqual(report);
  });
});

describe("a broken all-reduce is noticed", () => {
  it("when any one transfer of the ring is dropped", () => {
    const schedule = ringSchedule(4, 8);
    const words = Array.from({ length: 4 }, (_, w) =>
      Float64Array.from({ length: 8 }, (_u, i) => ((w * 8 + i) % 11) - 5),
    );
    expect(allReduceMean(schedule, words, circuit.aggregate).faults).toEqual([]);
    schedule.steps.forEach((step, s) => {
      step.transfers.forEach((_, t) => {
        const steps = schedule.steps.map((kept, k) =>
          k === s ? { ...kept, transfers: kept.transfers.filter((_u, i) => i !== t) } : kept,
        );
        expect(allReduceMean({ ...schedule, steps }, words, circuit.aggregate).faults.length).toBeGreaterThan(0);
      });
    });
  });
});
