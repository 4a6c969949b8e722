import { synthesise } from "../../compiler/index.ts";
import type { Spec } from "../../dsl/index.ts";
import { countDevices } from "../../netlist/index.ts";
import { prove, verifyCircuit } from "../../verify/index.ts";
import { meanSpec } from "../bench/specs.ts";
import { printTable } from "../bench/table.ts";
import { cascadeOverheadPercent } from "./published.ts";

/** Five units of four workers against the flat mean of sixteen, through the devices; and what the tree costs. */
export function reproduceCascade(): void {
  const rows = [
    ["16 workers, 2-bit words", cascade(16, 2, [4, 4]), "exhaustive"],
    ["13 workers, 2-bit words, dark inputs", cascade(13, 2, [4, 4]), "exhaustive"],
    ["16 workers, 8-bit words", cascade(16, 8, [4, 4]), "proof"],
    ["64 workers, 8-bit words", cascade(64, 8, [4, 4, 4]), "proof"],
  ] as const;
  printTable(
    "Cascade: compiled circuits of two or three levels against the flat mean",
    ["cascade", "units", "vectors", "wrong", "proved for all words", "MZIs"],
    rows.map(([name, spec, kind]) => {
      const { circuit } = synthesise(spec);
      const report = verifyCircuit(circuit, { inputs: { kind }, seed: 1 });
      const proof = report.proof ?? prove(circuit);
      const levels = spec.topology.kind === "cascade" ? spec.topology.fanIn : [];
      const units = levels.reduceRight(
        (sum, _fanIn, level) => sum + levels.slice(level + 1).reduce((a, b) => a * b, 1),
        0,
      );
      const vectors = `${report.vectors}${kind === "exhaustive" ? ", all" : " sampled"}`;
      const proved = proof.holds ? "yes" : "NO";
      return [name, String(units), vectors, String(report.wrong), proved, String(countDevices(circuit).mzis)];
    }),
  );
  const tree = countDevices(synthesise(cascade(16, 8, [4, 4])).circuit).mzis;
  const unit = countDevices(synthesise(meanSpec(4, 8, "network constructed { decision-margin 0.4 }")).circuit).mzis;
  const overhead = (100 * (tree / (5 * unit) - 1)).toFixed(1);
  console.log(
    `overhead over five single units (${5 * unit} MZIs): ${overhead} %; the paper prints about ${cascadeOverheadPercent} %, recomputed 9.9 %, of its own design`,
  );
}

function cascade(workers: number, bits: number, fanIn: readonly number[]): Spec {
  return meanSpec(workers, bits, `network constructed { decision-margin 0.4 }; topology cascade ${fanIn.join(" x ")}`);
}
