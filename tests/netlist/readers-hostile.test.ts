import { describe, expect, it, vi } from "vitest";
import { type BlockFormat, findTarget, readBlackbird, readIndex, readSax, subjectOf } from "../../netlist/index.ts";
import { tinyCircuit } from "./build.ts";
import { unitaryCircuit } from "./subjects.ts";

const block = { name: "layer1", modes: [0], outputs: [0] };
const shifter = { component: "phase_shifter", settings: { length: 0, voltage: 0.5 } };
const wire = { instances: { a: shifter }, connections: {}, ports: { in0: "a,in0", out0: "a,out0" } };

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
  const two = { a: shifter, b: shifter };

  it("reads what it is given here", () => {
    expect(readSax(JSON.stringify({ layer1: wire }), block).value).toMatchObject([
      { kind: "phase", phiRad: Math.PI / 2 },
    ]);
    expect(readSax(JSON.stringify(chain(10)), block).value).toHaveLength(1);
    expect(readSax(JSON.stringify(doubling(6)), block).value).toHaveLength(64);
  });

  it.each<readonly [string, unknown]>([
    ["no object", []],
    ["null", null],
    ["no model", {}],
    ["a model that is a list", { layer1: [] }],
    ["a model that contains itself", { layer1: composite("layer1") }],
    ["models that contain each other", { layer1: composite("b"), b: composite("layer1") }],
    ["models twenty thousand deep", chain(20_000)],
    ["2^30 parts", doubling(14 + 16)],
    ["2^15 composites of 2^15", doubling(15)["layer1"] && { ...doubling(15), extra: wire }],
    ["a model that nothing uses", { layer1: wire, spare: wire }],
    ["a model called as one of SAX", { layer1: wire, phase_shifter: wire }],
    ["a model called __proto__", JSON.parse(`{"layer1": ${JSON.stringify(composite("__proto__"))}, "__proto__": {}}`)],
    ["a component of every object", { layer1: composite("toString") }],
    ["another name than the block's", { layer2: wire }],
    ["a number in front of the first model", { layer1: wire, "0": wire }],
    ["no instances", top({ instances: undefined })],
    ["placements", top({ placements: {} })],
    ["a setting that is not known", top({ instances: { a: { ...shifter, settings: { length: 0, loss: 1 } } } })],
    ["a setting of another model", top({ instances: { a: { ...shifter, settings: { length: 0, coupling: 1 } } } })],
    ["a setting that is a text", top({ instances: { a: { ...shifter, settings: { length: 0, voltage: "1" } } } })],
    ["a length", top({ instances: { a: { ...shifter, settings: { voltage: 1 } } } })],
    ["an angle that overflows", top({ instances: { a: { ...shifter, settings: { length: 0, voltage: 1e308 } } } })],
    [
      "settings for no instance",
      { layer1: { ...wire, instances: { a: { component: "m", settings: { x: {} } } } }, m: wire },
    ],
    ["an instance beside", top({ instances: two })],
    ["an array", top({ instances: { a: { ...shifter, array: { columns: 2 } } } })],
    ["two outputs connected", top({ instances: two, connections: { "a,out0": "b,out0" } })],
    ["an end connected twice", top({ instances: two, connections: { "a,out0": "b,in0", "b,in0": "a,out0" } })],
    ["a connection to itself", top({ connections: { "a,out0": "a,out0" } })],
    ["light in a circle", top({ connections: { "a,out0": "a,in0" }, ports: {} })],
    ["a port that is connected inside", top({ instances: two, connections: { "a,out0": "b,in0" } })],
    ["a port more", top({ instances: two, ports: { ...wire.ports, in7: "b,in0" } })],
    ["a port less", top({ ports: { in0: "a,in0" } })],
    ["ports exchanged", top({ ports: { in0: "a,out0", out0: "a,in0" } })],
    ["two ports in one place", top({ ports: { in0: "a,in0", out0: "a,in0" } })],
    ["a port of no instance", top({ ports: { in0: "a,in0", out0: "b,out0" } })],
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
      const names = Array.from({ length: n }, (_, i) => `p${i}`);
      const netlist = {
        layer1: {
          instances: Object.fromEntries(names.toReversed().map((name) => [name, shifter])),
          connections: Object.fromEntries(names.slice(1).map((name, i) => [`${names[i]},out0`, `${name},in0`])),
          ports: { in0: "p0,in0", out0: `p${n - 1},out0` },
        },
      };
      const text = JSON.stringify(netlist);
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

describe("blackbird", () => {
  const head = "name layer1\nversion 1.0\ntarget gaussian\n";
  const program = `${head}\nRgate(0.5) | 0\n`;

  it("reads what it is given here, with other line ends too", () => {
    expect(readBlackbird(program, block).value).toHaveLength(1);
    expect(readBlackbird(program.replaceAll("\n", "\r\n"), block).value).toHaveLength(1);
  });

  it.each([
    ["nothing", ""],
    ["no name", program.replace("name layer1\n", "")],
    ["a second name", program.replace("name layer1", "name layer1\nname layer1")],
    ["another name", program.replace("layer1", "layer2")],
    ["a gate in front", `Rgate(0.5) | 0\n${program}`],
    ["another version", program.replace("1.0", "2.0")],
    ["another target", program.replace("gaussian", "fock")],
    ["a line with an indent", program.replace("Rgate", "    Rgate")],
    ["a hexadecimal number", program.replace("0.5", "0x10")],
    ["an expression", program.replace("0.5", "2*pi")],
    ["no number", program.replace("0.5", "")],
    ["a number that overflows", program.replace("0.5", "1e999")],
    ["an angle beyond sense", program.replace("0.5", "1e308")],
    ["a mode that is not there", program.replace("| 0", "| 1")],
    ["a negative mode", program.replace("| 0", "| -1")],
    ["a gate that it does not know", program.replace("Rgate", "Sgate")],
    ["a loss that amplifies", program.replace("Rgate(0.5)", "LossChannel(1.5)")],
    ["light that is absorbed at an output", `${program}LossChannel(0.0) | 0\n`],
    ["a mode without a gate", head],
    ["a character that is not plain", program.replace("|", "|\u00a0")],
    ["two statements in a line", program.replace("| 0", "| 0; Rgate(1) | 0")],
  ])("refuses %s", (_, text) => {
    expect(readBlackbird(text, block)).toMatchObject({ value: null, findings: [{ code: "OPT0440" }] });
  });
});

describe("an index", () => {
  const files = (format: BlockFormat) =>
    new Map(
      findTarget(format)!
        .emit(subjectOf(tinyCircuit(), { kind: "circuit" }), {})
        .map((file) => [file.name, [...file.content].join("")]),
    );

  /** The index with one place changed, read. */
  function read(format: BlockFormat, path: readonly (string | number)[], by: unknown) {
    const all = files(format);
    const index = JSON.parse(all.values().next().value!);
    const last = path.at(-1)!;
    const holder = path.slice(0, -1).reduce((at, key) => at[key], index);
    if (by === undefined) delete holder[last];
    else holder[last] = by;
    return readIndex(JSON.stringify(index), format, (name) => all.get(name) ?? null);
  }

  const file = ["sections", 0, "files", 0];
  it.each<readonly [string, readonly (string | number)[], unknown]>([
    ["no sections", ["sections"], undefined],
    ["sections that are no list", ["sections"], { length: 1 }],
    ["a section without files", ["sections", 0, "files"], undefined],
    ["files that are null", ["sections", 0, "files"], null],
    ["a section that is null", ["sections", 0], null],
    ["an entry without its file", [...file, "file"], undefined],
    ["an entry that is null", file, null],
    ["a file that is not there", [...file, "file"], "other.json"],
    ["a file above", [...file, "file"], "../x.json"],
    ["a file called __proto__", [...file, "file"], "__proto__"],
    ["an entry without modes", [...file, "modes"], undefined],
    ["an entry of no modes", [...file, "modes"], []],
    ["a mode twice", [...file, "modes"], [0, 0]],
    ["a mode that is not there", [...file, "modes"], [0, 99]],
    ["modes as a text", [...file, "modes"], "01"],
    ["an output that is not there", [...file, "outputs"], [7]],
    ["an output twice", [...file, "outputs"], [0, 0]],
    ["an output more", [...file, "outputs"], [0, 1]],
    ["no outputs", [...file, "outputs"], []],
    ["a file for another section", [...file, "name"], "layer 1"],
    ["0 modes", ["modes"], 0],
    ["modes without end", ["modes"], 1e15],
    ["modes as a text", ["modes"], "6"],
    ["a key that it does not know", ["extra"], 1],
    ["a key of a file that it does not know", [...file, "loss"], 1],
    ["a second version", ["version"], 2],
    ["another format", ["target"], "touchstone"],
    ["a name above", ["name"], "../../evil"],
    ["a port without a mode", ["inputs", 0, "mode"], undefined],
    ["a neuron that is null", ["sections", 2, "activations", 0], null],
    ["no certificate", ["certificate"], undefined],
    ["an aggregate that is a list", ["aggregate"], []],
  ])("with %s is refused", (_, path, by) => {
    for (const format of ["sax", "blackbird"] as const) {
      const { value, findings } = read(format, path, by);
      expect(value).toBeNull();
      expect(findings[0]!.severity).toBe("error");
    }
  });

  it("with a file named twice is refused", () => {
    const entry = JSON.parse(files("sax").values().next().value!).sections[0].files[0];
    expect(read("sax", ["sections", 0, "files"], [entry, entry]).findings[0]!.message).toContain("twice");
  });

  it("that is no JSON object is refused", () => {
    for (const text of ["", "{", "null", "[]", "1", '"x"', "[".repeat(200_000) + "]".repeat(200_000)]) {
      expect(readIndex(text, "sax", () => null)).toMatchObject({ value: null, findings: [{ code: "OPT0440" }] });
    }
  });

  it("reads a mesh of many devices", () => {
    const subject = subjectOf(unitaryCircuit(3), { kind: "layer", section: 0 });
    const text = [...findTarget("blackbird")!.emit(subject, {})[0]!.content].join("");
    const modes = Array.from({ length: 3 }, (_, i) => i);
    // beyond 120 000 values a call with all of them as arguments fails
    const many = text + "Rgate(0.5) | 0\n".repeat(130_000);
    const index = {
      format: "optinc.export-index",
      version: 1,
      target: "blackbird",
      name: "n",
      aggregate: { workers: 3, bits: 2, levels: 4, signed: false, rounding: "floor", symbols: 1 },
      modes: 3,
      inputs: modes.map((mode) => ({ kind: "worker", name: "w", mode, worker: mode, symbol: 0, fieldPerLevel: 1 })),
      outputs: modes.map((mode) => ({ name: "o", mode, worker: mode, symbol: 0, levelsPerField: 1 })),
      sections: [
        {
          kind: "layer",
          name: "layer1",
          activations: [],
          files: [{ file: "a.xbb", name: "layer1", modes, outputs: modes, meshes: ["U"] }],
        },
      ],
      certificate: null,
    };
    expect(readIndex(JSON.stringify(index), "blackbird", () => many).findings).toEqual([]);
  });
});
