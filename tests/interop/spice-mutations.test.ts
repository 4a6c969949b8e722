import { describe, expect, it } from "vitest";
import { type Circuit, readSpice, seededRandom, simulate } from "../../netlist/index.ts";
import { distinctVectors, passed, verifyCircuit } from "../../verify/index.ts";
import { randomVectors } from "../netlist/spice/compiled.ts";
import { mutateSpice, spiceMutations } from "../netlist/spice-mutations.ts";
import { spiceText } from "../netlist/spice-text.ts";
import { circuitReasons, reasonFor, verifiedReasons } from "../netlist/survivors.ts";
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

describe("a mutated SPICE file that optinc verifies", () => {
  it.each(spiceMutations)("%s: ngspice computes the same words", (name, circuit, hierarchy, count) => {
    const text = spiceText(circuit, { hierarchy });
    const random = seededRandom(8);
    const vectors = randomVectors(circuit, 12, 3);
    const outputs = circuit.outputs.map((port) => `w${port.worker}_s${port.symbol}`);
    const parameters = parametersOf(circuit);
    const expected = levelsOf(circuit, vectors);
    expect(levelsOfNative(text, parameters, outputs, vectors)).toEqual(expected);
    const plain = readSpice(text).value!;
    const survivors: Record<string, number> = {};
    const wrong: string[] = [];
    for (let i = 0; i < count; i += 1) {
      const mutant = mutateSpice(text, random);
      if (mutant.text === text || !isVerified(mutant.text)) {
        continue;
      }
      const reason = reasonFor(plain, readSpice(mutant.text).value!, [...circuitReasons, ...verifiedReasons]);
      if (reason === null) expect.fail(`${mutant.what}: verified, and nobody says why`);
      survivors[reason] = (survivors[reason] ?? 0) + 1;
      const levels = levelsOfNative(mutant.text, parameters, outputs, vectors);
      if (JSON.stringify(levels) !== JSON.stringify(expected)) {
        wrong.push(`${mutant.what}\n${typeof levels === "string" ? levels : JSON.stringify(levels)}`);
      }
    }
    console.log(`${name}: ${count} mutations, verified ${JSON.stringify(survivors)}`);
    expect(wrong).toEqual([]);
    expect(survivors[circuitReasons[0]!.reason]).toBeGreaterThan(count / 50);
  });
});
