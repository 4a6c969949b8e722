import { describe, expect, it } from "vitest";
import { synthesise } from "../../compiler/synthesise.ts";
import { distinctVectors, verifyCircuit } from "../../verify/index.ts";
import { expectProof, labelOf, promisedBits, specMatrix, withNeurons } from "../compiler/specs.ts";

const EXHAUSTIVE_LIMIT = 2e6;
const SAMPLES = 1e5;

/** Every promised spec at these numbers of workers: proved with its margin, and all vectors where there are at most 2e6, else 1e5 samples. */
export function matrixSuite(workers: readonly number[], bits: readonly number[] = promisedBits): void {
  describe("promised specs through their devices", () => {
    for (const spec of withNeurons(specMatrix(workers, bits))) {
      const { circuit } = synthesise(spec);
      const vectors = distinctVectors(circuit.aggregate);
      const exhaustive = vectors <= EXHAUSTIVE_LIMIT;
      const how = exhaustive ? `proof and all ${vectors} vectors` : `proof and ${SAMPLES} samples`;
      const what = labelOf(spec);
      it(`${what}: ${how}`, () => {
        const inputs = exhaustive
          ? ({ kind: "exhaustive" } as const)
          : ({ kind: "sampled", samples: SAMPLES } as const);
        const report = verifyCircuit(circuit, { inputs, seed: 1 });
        expect(report.counterexample).toBeNull();
        expect(report.wrong).toBe(0);
        expect(report.worstReceiverError).toBeLessThan(1e-6);
        expectProof(circuit, what);
      });
    }
  });
}
