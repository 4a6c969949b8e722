import { describe, expect, it, vi } from "vitest";
import { findTarget, readIndex, readSax, subjectOf } from "../../netlist/index.ts";
import { tinyCircuit } from "./build.ts";

const block = { name: "layer1", modes: [0], outputs: [0] };
const shifter = { component: "phase_shifter", settings: { length: 0, voltage: 0.5 } };
const wire = { instances: { a: shifter }, connections: {}, ports: { in0: "a,in0", out0: "a,out0" } };
/** Shifters one behind the other, the last one first in the file. */
const line = (n: number) => {
  const names = Array.from({ length: n }, (_, i) => `p${i}`);
  return {
    instances: Object.fromEntries(names.toReversed().map((name) => [name, shifter])),
    connections: Object.fromEntries(names.slice(1).map((name, i) => [`${names[i]},out0`, `${name},in0`])),
    ports: { in0: "p0,in0", out0: `p${n - 1},out0` },
  };
};

describe("sax", () => {
  const composite = (component: string) => ({
    instances: { a: { component } },
    connections: {},
    ports: { in0: "a,in0", out0: "a,out0" },
  });
  const chain = (length: number) =>
    Object.fromEntries([
      ["layer1", composite("m0")],
      ...Array.from({ length }, (_, i) => [`m${i}`, i + 1 < length ? composite(`m${i + 1}`) : wire]),
    ]);
  /** 2^length parts in a small file. */
  const doubling = (length: number) =>
    Object.fromEntries(
      ["layer1", ...Array.from({ length }, (_, i) => `m${i}`)].map((name, i) => [
        name,
        i === length
          ? wire
          : {
              instances: { a: { component: `m${i}` }, b: { component: `m${i}` } },
              connections: { "a,out0": "b,in0" },
              ports: { in0: "a,in0", out0: "b,out0" },
            },
      ]),
    );
  const top = (change: object) => ({ layer1: { ...wire, ...change } });

  it("reads what it is given here", () => {
    expect(readSax(JSON.stringify({ layer1: wire }), block).value).toMatchObject([
      { kind: "phase", phiRad: Math.PI / 2 },
    ]);
    expect(readSax(JSON.stringify(chain(10)), block).value).toHaveLength(1);
    expect(readSax(JSON.stringify(doubling(6)), block).value).toHaveLength(64);
  });

  it.each<readonly [string, unknown]>([
    ["models twenty thousand deep", chain(20_000)],
    ["2^30 parts", doubling(14 + 16)],
    ["2^15 composites of 2^15", doubling(15)["layer1"] && { ...doubling(15), extra: wire }],
    ["a model called __proto__", JSON.parse(`{"layer1": ${JSON.stringify(composite("__proto__"))}, "__proto__": {}}`)],
    ["a number in front of the first model", { layer1: wire, "0": wire }],
  ])("refuses %s", (_, value) => {
    expect(readSax(JSON.stringify(value), block)).toMatchObject({ value: null, findings: [{ code: "OPT0440" }] });
  });

  it("refuses a key that occurs twice, in any spelling, with its line", () => {
    const text =
      '{"layer1": {"instances": {"a": {"component": "phase_shifter", "settings": {"length": 0,\n"len\\u0067th": 1}}}}}';
    expect(readSax(text, block)).toMatchObject({ value: null, findings: [{ where: "line 2" }] });
  });

  it("shows nothing of a file to a terminal that it would obey", () => {
    const name = "\u001b[2J\u009b31m\u202e";
    for (const value of [
      { [name]: wire },
      top({ instances: { [name]: shifter } }),
      top({ [name]: 1 }),
      top({ ports: { [name]: name } }),
    ]) {
      const [finding] = readSax(JSON.stringify(value), block).findings;
      expect(`${finding!.message} ${finding!.where}`).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    }
  });

  it("takes work in proportion to the file, whatever the order of its parts", () => {
    const work = (n: number): number => {
      const text = JSON.stringify({ layer1: line(n) });
      const spies = [
        vi.spyOn(Map.prototype, "get"),
        vi.spyOn(Map.prototype, "has"),
        vi.spyOn(Map.prototype, "set"),
        vi.spyOn(Set.prototype, "has"),
      ];
      try {
        expect(readSax(text, block).value).toHaveLength(n);
        return spies.reduce((sum, spy) => sum + spy.mock.calls.length, 0);
      } finally {
        for (const spy of spies) spy.mockRestore();
      }
    };
    const [small, large] = [work(200), work(800)];
    expect(large / small).toBeLessThan(4.1);
  });
});

describe("an index", () => {
  const files = new Map(
    findTarget("sax")!
      .emit(subjectOf(tinyCircuit(), { kind: "circuit" }), {})
      .map((file) => [file.name, [...file.content].join("")]),
  );

  /** The index with one place changed, read. */
  function read(path: readonly (string | number)[], by: unknown) {
    const index = JSON.parse(files.values().next().value!);
    const last = path.at(-1)!;
    const holder = path.slice(0, -1).reduce((at, key) => at[key], index);
    if (by === undefined) delete holder[last];
    else holder[last] = by;
    return readIndex(JSON.stringify(index), (name) => files.get(name) ?? null);
  }

  const file = ["sections", 0, "files", 0];
  it.each<readonly [string, readonly (string | number)[], unknown]>([
    ["sections of a length", ["sections"], { length: 1 }],
    ["files that are null", ["sections", 0, "files"], null],
    ["a file called __proto__", [...file, "file"], "__proto__"],
    ["an entry without modes", [...file, "modes"], undefined],
    ["no outputs", [...file, "outputs"], []],
    ["modes without end", ["modes"], 1e15],
    ["a port without a mode", ["inputs", 0, "mode"], undefined],
    ["a neuron that is null", ["sections", 2, "activations", 0], null],
  ])("with %s is refused", (_, path, by) => {
    const { value, findings } = read(path, by);
    expect(value).toBeNull();
    expect(findings[0]!.severity).toBe("error");
  });

  it("that is no JSON object is refused", () => {
    for (const text of ["", "{", "null", "[]", "1", '"x"', "[".repeat(200_000) + "]".repeat(200_000)]) {
      expect(readIndex(text, () => null)).toMatchObject({ value: null, findings: [{ code: "OPT0440" }] });
    }
  });

  it("reads a mesh of many devices", () => {
    // beyond 120 000 values a call with all of them as arguments fails
    const many = JSON.stringify({ layer1: line(130_000) });
    const port = { mode: 0, worker: 0, symbol: 0 };
    const index = {
      format: "optinc.export-index",
      version: 1,
      target: "sax",
      name: "n",
      aggregate: { workers: 2, bits: 2, levels: 4, signed: false, rounding: "floor", symbols: 1 },
      modes: 2,
      inputs: [0, 1].map((mode) => ({ kind: "worker", name: "w", ...port, mode, worker: mode, fieldPerLevel: 1 })),
      outputs: [0, 1].map((mode) => ({ name: "o", ...port, mode, worker: mode, levelsPerField: 1 })),
      sections: [
        {
          kind: "layer",
          name: "layer1",
          activations: [],
          files: [{ file: "a.json", name: "layer1", modes: [0], outputs: [0], meshes: ["U"] }],
        },
      ],
      certificate: null,
    };
    expect(readIndex(JSON.stringify(index), () => many).findings).toEqual([]);
  });
});
