import { describe, expect, it } from "vitest";
import { headerLines, readHeader } from "../../netlist/formats/spice/header.ts";
import type { Aggregate } from "../../netlist/index.ts";

const aggregate: Aggregate = { workers: 12, bits: 10, levels: 16, signed: false, rounding: "half-even", symbols: 3 };

describe("the header of a SPICE file", () => {
  it.each<readonly [string, Aggregate]>([
    ["mean", aggregate],
    ["a: b, 3 workers", { ...aggregate, workers: 4096, signed: true, rounding: "floor", symbols: 10 }],
    ["", { ...aggregate, rounding: "half-up", fanIn: [12] }],
    ["tree", { ...aggregate, fanIn: [4, 3] }],
    ["deep", { ...aggregate, workers: 4096, fanIn: new Array<number>(12).fill(2) }],
    ["wide", { ...aggregate, bits: 32, levels: 2, symbols: 32, fanIn: [64, 64] }],
  ])("gives back what was written: %s", (name, it) => {
    const lines = headerLines(name, it);
    expect(readHeader(lines)).toEqual({ name, aggregate: it });
    expect(readHeader(lines.replaceAll("\n", "\r\n"))).toEqual({ name, aggregate: it });
    expect(readHeader(`${lines}* more\nX_s0 \r\n`)).toEqual({ name, aggregate: it });
  });

  it("is two lines for people and for the reader", () => {
    expect(headerLines("tree", { ...aggregate, fanIn: [4, 3] })).toBe(
      "* tree: 12 workers, 10 bits, 16 levels, half-even\n" +
        "* optinc aggregate: workers=12 bits=10 levels=16 signed=false rounding=half-even symbols=3 fan-in=4,3\n",
    );
  });

  const lines = headerLines("tree", { ...aggregate, fanIn: [4, 3] });
  const unknown = "the header does not say what the circuit computes";
  const differ = "the first two lines of the header do not say the same";
  it.each<readonly [string, string, string]>([
    ["nothing", "", unknown],
    ["one line", lines.split("\n")[0]!, unknown],
    ["a blank in front", ` ${lines}`, unknown],
    ["a blank in front of the second line", lines.replace("\n*", "\n *"), unknown],
    ["more on the second line", lines.replace("4,3\n", "4,3 really\n"), unknown],
    ["a rounding of no kind", lines.replaceAll("half-even", "half"), unknown],
    ["a number of ten digits", lines.replaceAll("=12", "=1234567890"), unknown],
    ["a negative number", lines.replace("bits=10", "bits=-10"), unknown],
    ["a fan-in of a comma", lines.replace("4,3", "4,"), unknown],
    ["a fan-in of 65 levels", lines.replace("4,3", new Array(65).fill("2").join()), unknown],
    ["a sign that is none", lines.replace("signed=false", "signed=0"), unknown],
    ["a title without workers", lines.replace("12 workers", "many workers"), unknown],
    ["a title of other workers", lines.replace("12 workers", "13 workers"), differ],
    ["a title of another rounding", lines.replace("levels, half-even", "levels, floor"), differ],
    ["a number with a zero in front", lines.replace("bits=10", "bits=010"), differ],
    ["a title and more", lines.replace("half-even\n", "half-even and more\n"), differ],
    ["a carriage return within", lines.replace("levels, ", "levels,\r "), differ],
  ])("is refused with %s", (_, text, message) => {
    expect(() => readHeader(text)).toThrow(message);
    try {
      readHeader(text);
    } catch (error) {
      expect(error).toMatchObject({ where: "line 1" });
    }
  });
});
