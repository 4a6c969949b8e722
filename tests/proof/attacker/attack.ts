import { type Circuit, checkCircuit, distinctVectors } from "../../../netlist/index.ts";
import { passed, prove, verifyCircuit } from "../../../verify/index.ts";
import { type Hostile, hostileCircuits } from "./families.ts";
import type { Random } from "./surgery.ts";

/** Vectors that are all driven; of more the proof alone is asked. */
const MOST_VECTORS = 1000;

/** What the project says of a circuit. */
export type Verdict = "right" | "refused" | "not decided";

/**
 * As it is read from a file: refused where it is malformed or words were seen to be wrong, right where the proof holds or
 * every word is vouched for.
 */
export function verdictOn(hostile: Circuit): Verdict {
  const { circuit } = checkCircuit(JSON.parse(JSON.stringify(hostile)));
  if (circuit === null) return "refused";
  if (circuit.certificate !== null && prove(circuit).holds) return "right";
  if (distinctVectors(circuit.aggregate) > MOST_VECTORS) return "not decided";
  const report = verifyCircuit(circuit, { inputs: { kind: "exhaustive" }, seed: 1 });
  if (passed(report)) return "right";
  return report.wrong > 0 ? "refused" : "not decided";
}

export interface Attack {
  readonly tried: number;
  readonly refused: number;
  readonly undecided: number;
  /** Wrong circuits that passed. */
  readonly passed: readonly Hostile[];
  /** How many were tried of each family. */
  readonly families: ReadonlyMap<string, number>;
}

/** So many wrong circuits, and what was said of them. */
export function attack(count: number, random: Random): Attack {
  const families = new Map<string, number>();
  const right: Hostile[] = [];
  const counts = { right: 0, refused: 0, "not decided": 0 };
  let tried = 0;
  for (const hostile of hostileCircuits(random)) {
    const verdict = verdictOn(hostile.circuit);
    counts[verdict]++;
    families.set(hostile.family, (families.get(hostile.family) ?? 0) + 1);
    if (verdict === "right") right.push(hostile);
    if (++tried >= count) break;
  }
  return { tried, refused: counts.refused, undecided: counts["not decided"], passed: right, families };
}

export function attackText({ tried, refused, undecided, passed: right }: Attack): string {
  return `attacker: ${tried} wrong circuits tried, ${refused} refused, ${undecided} not decided, ${right.length} passed`;
}

/** By family, for a message. */
export function passedText({ passed: right }: Attack): readonly string[] {
  return right.map(
    ({ family, circuit, codes }) => `${family}: ${circuit.name}, version ${circuit.version}, codes ${codes.join(" ")}`,
  );
}
