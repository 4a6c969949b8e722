import { describe, expect, it } from "vitest";
import { synthesise } from "../../compiler/index.ts";
import { parseSpecs } from "../../dsl/index.ts";
import { targets } from "../../netlist/index.ts";
import { compile } from "../../toolchain/index.ts";
import { prove } from "../../verify/index.ts";

/** Both ends of every range of the language, alone and together, each compiled and proved once. matrix.ts has the middle. */
const twelveLevels = "topology cascade 2 x 2 x 2 x 2 x 2 x 2 x 2 x 2 x 2 x 2 x 2 x 2";
const promised: readonly string[] = [
  // Words: shortest, longest, one whole symbol, a first symbol with fewer levels, as many levels as the word has values.
  "workers 2; precision 1 bits",
  "workers 2; precision 1 bits; unsigned; rounding floor",
  "workers 2; precision 32 bits; levels 2; rounding half-even",
  "workers 2; precision 32 bits; levels 16",
  "workers 2; precision 31 bits; levels 8; rounding floor",
  "workers 2; precision 4 bits; levels 16; rounding half-even",
  "workers 2; precision 5 bits; levels 16",
  // A unit: as many workers as it takes, odd and even, each rounding.
  "workers 64; precision 1 bits; rounding half-even",
  "workers 64; precision 32 bits; levels 2",
  "workers 64; precision 32 bits; levels 16; rounding half-even",
  "workers 63; precision 32 bits; levels 16; rounding floor",
  "workers 63; precision 32 bits; levels 2; unsigned",
  // The margin: least and most.
  "workers 3; precision 8 bits; network constructed { decision-margin 0.05 }",
  "workers 3; precision 8 bits; network constructed { decision-margin 0.45 }",
  // Trees: smallest, one level, mostly dark, widest, just above a unit, odd divisors of thousands.
  "workers 2; precision 2 bits; topology cascade 2 x 2",
  "workers 3; precision 32 bits; topology cascade 2 x 2; rounding half-even",
  "workers 65; precision 8 bits; topology cascade 64 x 2; rounding half-even",
  "workers 65; precision 8 bits; topology cascade 2 x 64; rounding floor",
  "workers 4096; precision 1 bits; topology cascade 64 x 64",
  "workers 4095; precision 8 bits; topology cascade 64 x 64; rounding half-even",
  "workers 256; precision 32 bits; topology cascade 2 x 2 x 2 x 2 x 2 x 2 x 2 x 2",
  // Twelve levels: dark but for two workers, and full.
  `workers 2; precision 1 bits; ${twelveLevels}`,
  `workers 4096; precision 1 bits; ${twelveLevels}`,
  // As large as takes a minute; what lies between it and the bound of circuit.json differs in the bits alone.
  `workers 4096; precision 8 bits; ${twelveLevels}`,
];

/** In range setting by setting, and together too large to be read back. */
const tooLarge: readonly string[] = [
  `workers 4096; precision 32 bits; ${twelveLevels}`,
  `workers 4096; precision 32 bits; levels 2; rounding half-even; ${twelveLevels}`,
  // With neurons that saturate it would fit, and take minutes and gigabytes.
  `workers 4096; precision 32 bits; levels 16; network constructed { neuron relu }; ${twelveLevels}`,
];

/** One step outside, and the bound that the diagnostic names. */
const refused: readonly (readonly [string, RegExp])[] = [
  ["workers 1; precision 8 bits", /2 to 4096|2 to 64/],
  ["workers 65; precision 8 bits", /2 to 64/],
  ["workers 4097; precision 8 bits; topology cascade 64 x 64 x 2", /4096/],
  ["workers 2; precision 0 bits", /1 to 32/],
  ["workers 2; precision 33 bits", /1 to 32/],
  ["workers 2; precision 8 bits; levels 1", /2, 4, 8/],
  ["workers 2; precision 8 bits; levels 3", /2, 4, 8/],
  ["workers 2; precision 8 bits; levels 32", /2, 4, 8/],
  ["workers 2; precision 3 bits; levels 16", /8 levels/],
  ["workers 2; precision 8 bits; rounding up", /half-up/],
  ["workers 2; precision 8 bits; network constructed { decision-margin 0.04 }", /0\.05/],
  ["workers 2; precision 8 bits; network constructed { decision-margin 0.46 }", /0\.45/],
  [`workers 4096; precision 1 bits; ${twelveLevels} x 2`, /12 levels/],
  ["workers 8; precision 1 bits; topology cascade 1 x 8", /2 to 64/],
  ["workers 65; precision 1 bits; topology cascade 65 x 2", /2 to 64/],
  ["workers 17; precision 1 bits; topology cascade 4 x 4", /16 inputs/],
];

function reading(settings: string): ReturnType<typeof parseSpecs> {
  const text = `aggregate corner { ${settings}; verify { inputs proof } }`;
  return parseSpecs({ name: "corner.optinc", text }, { emitTargets: targets.map((target) => target.name) });
}

describe("corners of the promised range", () => {
  it.each(promised)("%s: compiled and proved", (settings) => {
    const { value, diagnostics } = reading(settings);
    expect(diagnostics).toEqual([]);
    const proof = prove(synthesise(value![0]!).circuit);
    expect(proof.problems).toEqual([]);
    expect(proof.holds).toBe(true);
    expect(proof.comparatorMargin).toBeGreaterThan(0.04);
    expect(proof.receiverMargin).toBeGreaterThan(0.49);
  });

  it.each(tooLarge)("%s: refused before the work", async (settings) => {
    const { value } = reading(settings);
    expect(await compile(value![0]!)).toMatchObject({
      value: null,
      diagnostics: [{ code: "OPT0647", message: expect.stringContaining("at most 480 MiB are read") }],
    });
  });

  it.each(refused)("%s: refused at once", (settings, bound) => {
    const { value, diagnostics } = reading(settings);
    expect(value).toBeNull();
    const said = diagnostics.map(({ message, labels, help }) =>
      [message, ...labels.map(({ text }) => text), help].join(" "),
    );
    expect(said.join("\n")).toMatch(bound);
  });
});
