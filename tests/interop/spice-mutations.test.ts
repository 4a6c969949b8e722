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

/** Commands that send a vector, as the header of a file says: by its sources, or by its parameters. */
function sending({ inputs, aggregate }: Circuit, vector: readonly number[], by: "sources" | "parameters"): string[] {
  const workers = inputs.filter((port) => port.kind === "worker");
  const commands = workers.map(({ worker, symbol, fieldPerLevel }) => {
    const level = vector[worker * aggregate.symbols + symbol]!;
    return by === "sources"
      ? `alter V_w${worker}_s${symbol}_re = ${fieldPerLevel * level}`
      : `alterparam w${worker}_s${symbol} = ${level}`;
  });
  return by === "sources" ? commands : [...commands, "reset"];
}

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
    // A reset reads the file again, which takes twenty times as long as to solve it.
    const few = vectors.slice(0, 3);
    const settings = [
      ...vectors.map((vector) => sending(circuit, vector, "sources")),
      ...few.map((vector) => sending(circuit, vector, "parameters")),
    ];
    const outputs = circuit.outputs.map((port) => `w${port.worker}_s${port.symbol}`);
    const expected = levelsOf(circuit, [...vectors, ...few]);
    const kept: { readonly what: string; readonly text: string }[] = [{ what: "as it is printed", text }];
    const plain = readSpice(text).value!;
    const survivors: Record<string, number> = {};
    for (let i = 0; i < count; i += 1) {
      const mutant = mutateSpice(text, random);
      if (mutant.text === text || !isVerified(mutant.text)) {
        continue;
      }
      const reason = reasonFor(plain, readSpice(mutant.text).value!, [...circuitReasons, ...verifiedReasons]);
      if (reason === null) expect.fail(`${mutant.what}: verified, and nobody says why`);
      survivors[reason] = (survivors[reason] ?? 0) + 1;
      kept.push(mutant);
    }
    const found = levelsOfNative(
      kept.map((it) => it.text),
      settings,
      outputs,
    );
    const wrong = kept.flatMap(({ what }, i) =>
      JSON.stringify(found[i]) === JSON.stringify(expected) ? [] : [`${what}\n${JSON.stringify(found[i])}`],
    );
    console.log(`${name}: ${count} mutations, verified ${JSON.stringify(survivors)}`);
    expect(wrong).toEqual([]);
    expect(survivors[circuitReasons[0]!.reason]).toBeGreaterThan(count / 50);
  });
});
