import {
  type Circuit,
  countDevices,
  drawCircuit,
  levelsOfSymbol,
  seededRandom,
  subjectOf,
  targets,
} from "../../../netlist/index.ts";
import { distinctVectors, enumeratedVectors, prove, verifyCircuit } from "../../../verify/index.ts";
import { wrongWord } from "./walk.ts";

/** Vectors up to which every one of them is tried. */
const MOST_VECTORS = 1500;

/** Vectors that are walked for each word of praise. */
const WALKED = 12;

/**
 * Everything that the product does with a circuit that it accepted: counts, drawings, exports, simulation, proof. Whatever
 * it calls right must be right on the walk. `choice` says which of the formats is printed.
 */
export function judge(circuit: Circuit, choice: number): void {
  countDevices(circuit);
  const { aggregate } = circuit;
  const vectors = distinctVectors(aggregate);
  const exhaustive = vectors <= MOST_VECTORS;
  const inputs = exhaustive ? ({ kind: "exhaustive" } as const) : ({ kind: "sampled", samples: 32 } as const);
  const report = verifyCircuit(circuit, { inputs, seed: 1 });
  const random = seededRandom(choice);
  if (exhaustive && report.wrong === 0) {
    for (let i = 0; i < WALKED; i++) {
      const { symbols } = enumeratedVectors(aggregate, Math.floor(random() * vectors), 1);
      demand(circuit, [...symbols], `all ${vectors} vectors are called right`);
    }
  }
  if (circuit.certificate !== null && prove(circuit).holds) {
    for (let i = 0; i < WALKED; i++) {
      const symbols = Array.from({ length: aggregate.workers * aggregate.symbols }, (_, k) =>
        Math.floor(random() * levelsOfSymbol(aggregate, k % aggregate.symbols)),
      );
      demand(circuit, symbols, "the circuit is called proved");
    }
  }
  if (choice % 4 === 0) printAs(circuit, choice >> 2);
  if (choice % 16 === 0) drawCircuit(circuit);
}

function demand(circuit: Circuit, symbols: readonly number[], claim: string): void {
  const wrong = wrongWord(circuit, symbols);
  if (wrong !== null) throw new Error(`unsound: ${claim}, but ${wrong}`);
}

function printAs(circuit: Circuit, choice: number): void {
  const target = targets[choice % targets.length]!;
  const subject = subjectOf(circuit, { kind: "circuit" });
  if (target.check(subject, {}).some((finding) => finding.severity === "error")) return;
  for (const file of target.emit(subject, {})) {
    for (const piece of file.content) if (piece.length < 0) return;
  }
}
