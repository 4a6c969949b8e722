import { describe, expect, it } from "vitest";
import { describeFault, signatureOf } from "../../dev/fuzz/material/case.ts";

import { circuits } from "../../dev/fuzz/material/corpus.ts";
import { rollDice } from "../../dev/fuzz/material/dice.ts";
import { mutateJson } from "../../dev/fuzz/material/mutate.ts";
import { wrongWord } from "../../dev/fuzz/material/walk.ts";
import { allSubjects, makeInput } from "../../dev/fuzz/subjects/index.ts";
import { type Circuit, enumeratedVectors, levelsOfSymbol } from "../../netlist/index.ts";
import { prove } from "../../verify/index.ts";
import { rounds } from "../rounds.ts";

/** Random words of every worker. */
function vectors({ aggregate }: Circuit, count: number): number[][] {
  const dice = rollDice(3, 0);
  return Array.from({ length: count }, () =>
    Array.from({ length: aggregate.workers * aggregate.symbols }, (_, i) =>
      dice.below(levelsOfSymbol(aggregate, i % aggregate.symbols)),
    ),
  );
}

describe("the fuzzer", () => {
  it("makes the same input of the same seed and number, and another of another", () => {
    const subjects = allSubjects();
    const inputs = [0, 0, 1].map((index) => {
      const made = makeInput(subjects, 9, index);
      return JSON.stringify(made.kind === "made" ? { name: made.subject.name, input: made.input } : made);
    });
    expect(inputs[0]).toBe(inputs[1]);
    expect(inputs[0]).not.toBe(inputs[2]);
  });

  it.each(allSubjects().map((subject) => [subject.name, subject] as const))(
    "makes inputs for %s without end",
    (_, subject) => {
      for (let index = 0; index < rounds(3000); index++) {
        const made = makeInput([subject], 21, index);
        expect(made.kind === "made" ? null : made.fault).toBeNull();
        if (made.kind !== "made") continue;
        for (const content of Object.values(made.input.files)) expect(content).toBeDefined();
      }
    },
  );

  it("says which seed and input a maker failed on", () => {
    const broken = {
      name: "broken",
      weight: 1,
      make: () => {
        throw new TypeError("no input");
      },
      run: () => undefined,
    };
    expect(makeInput([broken], 5, 17)).toEqual({
      kind: "fault",
      fault: "the fuzzer cannot make an input for broken: seed 5, input 17: TypeError: no input",
    });
  });

  it("walks constructed circuits to the right words, whatever their rounding, levels and tree", () => {
    for (const circuit of circuits().filter(({ certificate }) => certificate !== null)) {
      for (const symbols of vectors(circuit, 40)) expect(wrongWord(circuit, symbols)).toBeNull();
    }
  });

  it("sees on its walk what verification sees: a receiver's scale, a phase, a swapped worker", () => {
    const circuit = circuits()[3]!;
    const devices = circuit.sections[2]!.meshes[0]!.devices.map((device) =>
      "thetaRad" in device ? { ...device, thetaRad: device.thetaRad + 0.7 } : device,
    );
    const broken: Circuit[] = [
      { ...circuit, outputs: circuit.outputs.map((port) => ({ ...port, levelsPerField: 2 * port.levelsPerField })) },
      {
        ...circuit,
        sections: circuit.sections.map((section, s) =>
          s === 2
            ? { ...section, meshes: section.meshes.map((mesh, m) => (m === 0 ? { ...mesh, devices } : mesh)) }
            : section,
        ),
      },
      { ...circuit, aggregate: { ...circuit.aggregate, rounding: "half-up" } },
    ];
    for (const each of broken) {
      expect(prove(each).holds).toBe(false);
      const { symbols } = enumeratedVectors(each.aggregate, 0, 49);
      const width = each.aggregate.workers * each.aggregate.symbols;
      const walks = Array.from({ length: 49 }, (_, v) =>
        wrongWord(each, [...symbols.subarray(v * width, (v + 1) * width)]),
      );
      expect(walks.some((wrong) => wrong !== null)).toBe(true);
    }
  });

  it("tells causes apart by what was thrown, not by its numbers and names", () => {
    const [a, b] = ["mode 3 of `x` is gone", "mode 14 of `abc` is gone"].map((text) => describeFault(new Error(text)));
    const place = (text: string): string => signatureOf(text).replace(/ \(.*/, "");
    expect(place(a!)).toBe(place(b!));
    expect(place(a!)).not.toBe(place(describeFault(new Error("another"))));
  });

  it("writes numbers and depths that only JSON text can hold", () => {
    const texts = Array.from({ length: 4000 }, (_, i) => mutateJson({ a: [1, 2, { b: 3 }] }, rollDice(1, i)));
    expect(texts.some((text) => text.includes("1e999"))).toBe(true);
    expect(texts.some((text) => text.includes("[".repeat(3000)))).toBe(true);
    expect(texts.every((text) => !text.includes("@infinite"))).toBe(true);
  });
});
