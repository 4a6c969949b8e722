import { describe, expect, it } from "vitest";
import { type Circuit, emitText, readSpice, seededRandom, simulate, spiceTarget } from "../../netlist/index.ts";
import { distinctVectors, passed, verifyCircuit } from "../../verify/index.ts";
import { compiledMean, randomVectors } from "../differential/compiled.ts";
import { mutateSpice } from "../netlist/spice-mutations.ts";
import { levelsOfNative } from "./ngspice.ts";

/** The levels at the receivers, [vector][output], of a circuit that is right. */
function levelsOf(circuit: Circuit, vectors: readonly (readonly number[])[]): number[][] {
  const { re, ports } = simulate(circuit, Uint8Array.from(vectors.flat()));
  return vectors.map((_, v) =>
    circuit.outputs.map((port, o) => Math.max(0, Math.floor(re[v * ports + o]! * port.levelsPerField + 0.5))),
  );
}

const parametersOf = ({ aggregate }: Circuit): string[] =>
  Array.from({ length: aggregate.workers }, (_, w) =>
    Array.from({ length: aggregate.symbols }, (_, s) => `w${w}_s${s}`),
  ).flat();

/** What optinc says of a file, as `optinc verify --netlist` does. */
function isVerified(text: string): boolean {
  const { value } = readSpice(text);
  return (
    value !== null &&
    distinctVectors(value.aggregate) <= 2e6 &&
    passed(verifyCircuit(value, { inputs: { kind: "exhaustive" }, seed: 1 }))
  );
}

/** Why a survivor is equivalent: it spells the same circuit, differs within the margin, or has neighbours exchanged. */
function kinship(a: Circuit, b: Circuit): "same circuit" | "other numbers" | "other connections" {
  if (JSON.stringify(a) === JSON.stringify(b)) {
    return "same circuit";
  }
  return shapeOf(a) === shapeOf(b) ? "other numbers" : "other connections";
}

/** The circuit without its numbers and names. */
function shapeOf(circuit: Circuit): string {
  const left = ["name", "thetaRad", "phiRad", "gain", "field", "fieldPerLevel", "levelsPerField"];
  return JSON.stringify(circuit, (key, value: unknown) => (left.includes(key) ? null : value));
}

describe("a mutated SPICE file that optinc verifies", () => {
  const cases = [
    ["mean-2x2, nested", compiledMean(2, 2, 4), "nested", 3000],
    ["mean-2x2, flat", compiledMean(2, 2, 4), "flat", 1500],
    ["mean-2x2 of two symbols", compiledMean(2, 2, 2), "nested", 1000],
  ] as const;

  it.each(cases)("%s: ngspice computes the same words", (name, circuit, hierarchy, count) => {
    const text = emitText(spiceTarget, circuit, { hierarchy });
    const random = seededRandom(8);
    const vectors = randomVectors(circuit, 12, 3);
    const outputs = circuit.outputs.map((port) => `w${port.worker}_s${port.symbol}`);
    const parameters = parametersOf(circuit);
    const expected = levelsOf(circuit, vectors);
    expect(levelsOfNative(text, parameters, outputs, vectors)).toEqual(expected);
    const plain = readSpice(text).value!;
    const survivors = { "same circuit": 0, "other numbers": 0, "other connections": 0 };
    const wrong: string[] = [];
    for (let i = 0; i < count; i += 1) {
      const mutant = mutateSpice(text, random);
      if (mutant.text === text || !isVerified(mutant.text)) {
        continue;
      }
      survivors[kinship(plain, readSpice(mutant.text).value!)] += 1;
      const levels = levelsOfNative(mutant.text, parameters, outputs, vectors);
      if (JSON.stringify(levels) !== JSON.stringify(expected)) {
        wrong.push(`${mutant.what}\n${typeof levels === "string" ? levels : JSON.stringify(levels)}`);
      }
    }
    console.log(`${name}: ${count} mutations, verified ${JSON.stringify(survivors)}`);
    expect(wrong).toEqual([]);
    expect(survivors["same circuit"]).toBeGreaterThan(count / 50);
  });
});
