import fc from "fast-check";
import { unzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { synthesise } from "../../compiler/index.ts";
import { parseSpecs } from "../../dsl/index.ts";
import {
  type Circuit,
  chipCircuit,
  chipsOf,
  compileSimulation,
  findTarget,
  seededRandom,
  subjectOf,
  type TableIndex,
  tabulate,
} from "../../netlist/index.ts";
import { encodeWords, referenceWords, throughDevices, wordRange } from "../../verify/index.ts";

function circuitOf(rows: string): Circuit {
  const { value, diagnostics } = parseSpecs({ name: "a", text: `aggregate a { ${rows} }` }, { emitTargets: [] });
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return synthesise(value![0]!).circuit;
}

const subjects: readonly (readonly [name: string, circuit: Circuit, sigma: number | null, index: TableIndex])[] = [
  ["4 x 8 bits", circuitOf("workers 4; precision 8 bits"), null, "sums"],
  ["3 x 5 bits, signed, half-even", circuitOf("workers 3; precision 5 bits; signed; rounding half-even"), null, "sums"],
  ["a cascade of 6", circuitOf("workers 6; precision 3 bits; topology cascade 3 x 2"), null, "sums"],
  ["2 x 4 bits by words", circuitOf("workers 2; precision 4 bits"), null, "words"],
  ["a chip", circuitOf("workers 2; precision 6 bits; network constructed { neuron relu }"), 0.06, "words"],
];

describe.each(subjects)("the table of %s", (_name, circuit, sigma, index) => {
  const { aggregate } = circuit;
  const exact = compileSimulation(circuit);
  const simulator = sigma === null ? exact : chipsOf(chipCircuit(exact), { kind: "phases", sigmaRad: sigma }, 3)(0);
  const table = tabulate(simulator, index);
  const { min, max } = wordRange(aggregate);

  it("says of any words what their own simulation says", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e9 }), (seed) => {
        const random = seededRandom(seed);
        const words = Array.from({ length: aggregate.workers }, () =>
          Float64Array.from({ length: 30 }, () => min + Math.floor(random() * (max - min + 1))),
        );
        const direct = throughDevices(simulator, words);
        for (let v = 0; v < 30; v++) {
          const row = words.reduce((sum, own, w) => sum + table.shares[w]![own[v]! - min]!, 0);
          table.received.forEach((column, w) => {
            expect(column[row]! + min).toBe(direct[w]![v]);
          });
        }
        if (sigma === null) expect(direct[0]).toEqual(referenceWords(words, aggregate));
      }),
      { numRuns: 20 },
    );
  });

  it("has one column where all workers receive the same, more where a chip tells them apart", () => {
    expect(new Set(table.received).size > 1).toBe(sigma !== null);
    expect(table.received[0]).toHaveLength(table.rows);
  });
});

/** Whole numbers of a .npy file. */
function npy(bytes: Uint8Array): { readonly shape: string; readonly values: number[] } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = 10 + view.getUint16(8, true);
  const header = new TextDecoder().decode(bytes.subarray(10, start));
  const [, width] = /'descr': '[<|][ui](\d)'/.exec(header)!;
  const values = Array.from({ length: (bytes.length - start) / Number(width) }, (_, i) => {
    const at = start + i * Number(width);
    switch (width) {
      case "1":
        return bytes[at]!;
      case "2":
        return view.getUint16(at, true);
      case "4":
        return view.getUint32(at, true);
      default:
        return Number(view.getBigInt64(at, true));
    }
  });
  return { shape: /'shape': (\(.*\))/.exec(header)![1]!, values };
}

const target = findTarget("table")!;
const whole = (circuit: Circuit) => subjectOf(circuit, { kind: "circuit" });
const codesOf = (circuit: Circuit, options: Record<string, string>, scope = whole(circuit)) =>
  target.check(scope, options).map(({ code, severity }) => `${code} ${severity}`);

describe("the table target", () => {
  it("writes the arrays of the table", () => {
    const [, circuit] = subjects[1]!;
    const table = tabulate(compileSimulation(circuit), "sums");
    const content = [...target.emit(whole(circuit), {})[0]!.content][0] as Uint8Array;
    const files = unzipSync(content);
    expect(npy(files["shares.npy"]!)).toEqual({ shape: "(1, 32)", values: [...table.shares[0]!] });
    expect(npy(files["received.npy"]!)).toEqual({ shape: `(1, ${table.rows})`, values: [...table.received[0]!] });
    expect(npy(files["received_of.npy"]!).values).toEqual([0, 0, 0]);
    expect(npy(files["signed.npy"]!)).toEqual({ shape: "()", values: [1] });
    expect(encodeWords([-16], circuit.aggregate).every((symbol) => symbol === 0)).toBe(true);
  });

  it("refuses parts, and functions with too many rows (OPT0437, OPT0438)", () => {
    const [, circuit] = subjects[0]!;
    expect(codesOf(circuit, {}, subjectOf(circuit, { kind: "layer", section: 1 }))).toEqual(["OPT0437 error"]);
    expect(codesOf(circuit, { index: "words" })).toEqual(["OPT0438 error"]);
    const [wide] = target.check(whole(circuitOf("workers 4; precision 16 bits")), {});
    expect(wide).toMatchObject({ code: "OPT0438", severity: "error", help: expect.stringContaining("`--to onnx`") });
    expect(codesOf(circuit, {})).toEqual([]);
  });

  it("refuses phase errors of no chip, which it would leave out (OPT0443)", () => {
    const [, circuit] = subjects[0]!;
    expect(codesOf(circuit, { "phase-sigma": "0.02" })).toEqual(["OPT0443 error"]);
    expect(codesOf(circuit, { "phase-sigma": "0.02", chip: "none" })).toEqual(["OPT0443 error"]);
    for (const name of ["onnx", "torch-hook"]) {
      const found = findTarget(name)!.check(whole(circuit), { "phase-sigma": "0.02" });
      expect(found.map(({ code }) => code)).toEqual(["OPT0443"]);
    }
  });

  it("warns where a chip is more than sums (OPT0439), and not where it has a row for every tuple", () => {
    const [, circuit] = subjects[4]!;
    const chip = { chip: "3", "phase-sigma": "0.06" };
    expect(codesOf(circuit, chip)).toEqual(["OPT0439 warning"]);
    expect(codesOf(circuit, { ...chip, index: "words" })).toEqual([]);
    expect(codesOf(circuit, { ...chip, "phase-sigma": "1e-9" })).toEqual([]);
  });
});

describe("the ONNX target", () => {
  const onnx = findTarget("onnx")!;

  it("refuses parts, and circuits whose matrices would be too large (OPT0437, OPT0441)", () => {
    const [, circuit] = subjects[0]!;
    const layer = subjectOf(circuit, { kind: "layer", section: 1 });
    expect(onnx.check(layer, {}).map(({ code }) => code)).toEqual(["OPT0437"]);
    expect(onnx.check(whole(circuit), {})).toEqual([]);
    const input = circuit.inputs[0]!;
    const many = { ...circuit, inputs: new Array<typeof input>(2 ** 24).fill(input) };
    expect(onnx.check(whole(many), {}).map(({ code }) => code)).toEqual(["OPT0441"]);
  });
});

describe("the communication hook", () => {
  const target = findTarget("torch-hook")!;

  it("is a module without a table for a circuit with a certificate, however many words it tells apart", () => {
    const wide = whole(circuitOf("workers 4; precision 16 bits"));
    expect(target.check(wide, {})).toEqual([]);
    expect(target.emit(wide, {}).map(({ name }) => name)).toEqual([`${wide.stem.replaceAll("-", "_")}_hook.py`]);
    const long = circuitOf("workers 4; precision 24 bits; rounding none");
    expect(target.check(whole(long), {}).map(({ code }) => code)).toEqual(["OPT0451"]);
  });

  it("is a module that finds its table beside it, whatever the circuit is called", () => {
    const circuit = { ...subjects[3]![1], certificate: null };
    const files = target.emit(whole({ ...circuit, name: "2 x 4" }), {});
    expect(files.map(({ name }) => name)).toEqual(["c_2_x_4_hook.py", "c_2_x_4_hook.npz"]);
    expect([...files[0]!.content].join("")).toContain('with_name("c_2_x_4_hook.npz")');
    const table = findTarget("table")!.emit(whole({ ...circuit, name: "2 x 4" }), {});
    expect([...files[1]!.content]).toEqual([...table[0]!.content]);
  });

  it("has the findings of a table (OPT0437, OPT0438, OPT0439)", () => {
    const [, circuit] = subjects[4]!;
    expect(target.check(whole(circuit), { chip: "3", "phase-sigma": "0.06" }).map(({ code }) => code)).toEqual([
      "OPT0439",
    ]);
    expect(target.check(whole(subjects[0]![1]), { index: "words" }).map(({ code }) => code)).toEqual(["OPT0438"]);
    expect(target.check(subjectOf(circuit, { kind: "layer", section: 1 }), {}).map(({ code }) => code)).toEqual([
      "OPT0437",
    ]);
  });
});

it("says of 32-bit words too that a receiver reads no level: 2^32 is no code of a Uint32Array", () => {
  const circuit = circuitOf("workers 2; precision 32 bits; levels 16");
  const [first, ...rest] = circuit.outputs;
  const blind = { ...circuit, outputs: [{ ...first!, levelsPerField: Number.NaN }, ...rest] };
  const words = throughDevices(compileSimulation(blind), [Float64Array.of(0), Float64Array.of(0)]);
  expect(words.map(([word]) => word)).toEqual([Number.NaN, 0]);
});
