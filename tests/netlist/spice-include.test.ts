import { describe, expect, it } from "vitest";
import { readSpice, simulate, spiceTarget, subjectOf } from "../../netlist/index.ts";
import { attenuator, circuit as circuitOf, mesh, output, section, worker } from "./build.ts";
import { compiledMean } from "./spice/compiled.ts";
import { spiceText } from "./spice-text.ts";

const mean = compiledMean(2, 2, 4);

describe("a SPICE testbench and the circuit that it includes", () => {
  const files = new Map(
    spiceTarget
      .emit(subjectOf(mean, { kind: "circuit" }), {})
      .map(({ name, content }) => [name, [...content].join("")]),
  );
  const [bench, circuit] = [...files.keys()];
  const read = (load: (name: string) => string | null, text = files.get(bench!)!) => readSpice(text, load);
  const load = (name: string): string | null => files.get(name) ?? null;

  it("is the circuit of one file", () => {
    expect([circuit, bench]).toEqual(["mean-2x2.sp", "mean-2x2.test.sp"]);
    expect(read(load).value).toEqual(readSpice(spiceText(mean)).value);
  });

  it.each<[string, (name: string) => string | null, RegExp, RegExp]>([
    ["lacks the circuit", () => null, /mean-2x2.sp is not beside/, /^line \d+$/],
    ["has the circuit of another one", (name) => load(name)!.replace("2 bits", "4 bits"), /two lines/, /^line \d+$/],
    ["has another MZI", (name) => load(name)!.replace("{w*a-u*b}", "{w*a}"), /mzi was edited/, /of mean-2x2.sp$/],
    ["includes itself", () => files.get(bench!)!, /no subcircuit/, /of mean-2x2.sp$/],
  ])("a testbench that %s is refused with the place", (_, loader, message, where) => {
    const { value, findings } = read(loader);
    expect(value).toBeNull();
    expect(findings).toMatchObject([{ message: expect.stringMatching(message) }]);
    expect(findings).toMatchObject([{ code: "OPT0440", where: expect.stringMatching(where) }]);
  });

  it("the circuit alone is refused, with the name of what drives it", () => {
    expect(readSpice(files.get(circuit!)!, load).findings[0]!.message).toContain("NAME.test.sp");
  });

  it("a path is not followed", () => {
    for (const name of ["../mean-2x2.sp", "/mean-2x2.sp", "a/b.sp", '"mean-2x2.sp"', "mean-2x2.sp typ"]) {
      const asked: string[] = [];
      const text = files.get(bench!)!.replace(".include mean-2x2.sp", `.include ${name}`);
      expect(text).not.toBe(files.get(bench!));
      const { value } = read((it) => {
        asked.push(it);
        return load(it);
      }, text);
      expect([value, asked]).toEqual([null, []]);
    }
  });

  it("has too many ports for a subcircuit, and stands at the top", () => {
    const workers = 241;
    const lanes = Array.from({ length: workers }, (_, i) => i);
    const wide = circuitOf({
      modes: workers,
      aggregate: { workers, bits: 2, levels: 4, signed: false, rounding: "floor", symbols: 1 },
      inputs: lanes.map((i) => worker(i, 0, i)),
      sections: [
        section("layer", "wide", [mesh("singular", "S", lanes, [attenuator(0, 0, 1, 1), attenuator(240, 0, 2, 1)])]),
      ],
      outputs: lanes.map((i) => output(i, 0, i, 1)),
    });
    const [bench, library] = spiceTarget.emit(subjectOf(wide, { kind: "circuit" }), {});
    const text = [...library!.content].join("");
    expect(text).not.toContain(".subckt circuit_");
    const { value, findings } = readSpice([...bench!.content].join(""), () => text);
    expect(findings).toEqual([]);
    const vector = Uint8Array.from(lanes, (i) => i % 4);
    const sum = ({ re }: { re: Float64Array }): number => re.reduce((total, it, i) => total + it * (i + 1), 0);
    expect(sum(simulate(value!, vector))).toBeCloseTo(sum(simulate(wide, vector)), 9);
    expect(readSpice(spiceText(wide)).value).toEqual(value);
  });
});
