import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { describeFault, type FuzzSubject, signatureOf } from "../../dev/fuzz/material/case.ts";
import { circuits } from "../../dev/fuzz/material/corpus.ts";
import { mutateJson } from "../../dev/fuzz/material/mutate.ts";
import { wrongWord } from "../../dev/fuzz/material/walk.ts";
import { type News, tryInputs } from "../../dev/fuzz/round.ts";
import { allSubjects } from "../../dev/fuzz/subjects/index.ts";
import { type Circuit, enumeratedVectors, levelsOfSymbol } from "../../netlist/index.ts";
import { prove } from "../../verify/index.ts";
import { rounds } from "../rounds.ts";

/** Random words of every worker. */
function vectors({ aggregate }: Circuit, numRuns: number): number[][] {
  const symbols = Array.from({ length: aggregate.workers * aggregate.symbols }, (_, i) =>
    fc.nat(levelsOfSymbol(aggregate, i % aggregate.symbols) - 1),
  );
  return fc.sample(fc.tuple(...symbols), { seed: 3, numRuns });
}

/** What a round of inputs says. */
async function roundOf(subjects: readonly FuzzSubject[], inputs: number): Promise<News[]> {
  const news: News[] = [];
  await tryInputs({ seed: 9, inputs, minutes: 1, only: null }, subjects, (each) => news.push(each));
  return news;
}

const numbers: FuzzSubject = {
  name: "numbers",
  weight: 1,
  inputs: fc.nat(1000).map((number) => ({ files: { n: `${number}` }, args: [] })),
  run: () => undefined,
};

describe("the fuzzer", () => {
  it("makes the same inputs of the same seed, and others of another", () => {
    const inputs = allSubjects().map((subject) => subject.inputs);
    const [first, same, other] = [9, 9, 10].map((seed) =>
      JSON.stringify(fc.sample(fc.oneof(...inputs), { seed, numRuns: 3 })),
    );
    expect(first).toBe(same);
    expect(first).not.toBe(other);
  });

  it.each(allSubjects().map((subject) => [subject.name, subject] as const))(
    "makes inputs for %s without end",
    (_, subject) => {
      for (const { files } of fc.sample(subject.inputs, { seed: 21, numRuns: rounds(3000) })) {
        for (const content of Object.values(files)) expect(content).toBeDefined();
      }
    },
  );

  it("says which seed and input a maker failed on", async () => {
    const inputs = fc.constant(0).map(() => {
      throw new TypeError("no input");
    });
    expect(await roundOf([{ ...numbers, inputs }], 5)).toEqual([
      { kind: "fault", fault: "the fuzzer cannot make an input: seed 9, input 0: TypeError: no input" },
    ]);
  });

  it("keeps the smallest input of a finding, counts it again under the next seed, and tries as many inputs as asked for", async () => {
    const run: FuzzSubject["run"] = ({ files }) => {
      if (Number(files["n"]) >= 250) throw new Error("too large");
    };
    const news = await roundOf([{ ...numbers, run }], 40);
    const found = news.filter((each) => each.kind === "found");
    expect(found[0]?.text).toMatchObject({
      subject: "numbers",
      seed: 9,
      found: "Error: too large",
      input: { files: { n: "250" } },
    });
    expect(found.length).toBeGreaterThan(1);
    expect(new Set(found.map(({ signature }) => signature)).size).toBe(1);
    expect(news.filter((each) => each.kind === "trying" && !each.smaller)).toHaveLength(40);
    expect(news.at(-1)).toEqual({ kind: "end" });
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
    const texts = fc.sample(mutateJson({ a: [1, 2, { b: 3 }] }), { seed: 1, numRuns: 4000 });
    expect(texts.some((text) => text.includes("1e999"))).toBe(true);
    expect(texts.some((text) => text.includes("[".repeat(3000)))).toBe(true);
  });
});
