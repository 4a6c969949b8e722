import { describe, expect, it } from "vitest";
import { findTarget, readIndex, readSax, subjectOf } from "../../netlist/index.ts";
import { tinyCircuit } from "./build.ts";
import { holdRefusals, type Refusal, said } from "./refusals.ts";

const block = { name: "layer1", modes: [0], outputs: [0] };
/** Two modes, of which the first one leaves the block. */
const pair = { name: "layer1", modes: [3, 5], outputs: [0] };

/** What speaks against a text; a code other than OPT0440 stands in front of its place. */
function refusals({ value, findings }: ReturnType<typeof readSax> | ReturnType<typeof readIndex>): Refusal[] {
  expect(value === null).toBe(findings.length > 0);
  return findings.map(({ code, severity, where, message, help }) => {
    expect({ code: code.slice(0, 5), severity }).toEqual({ code: "OPT04", severity: "error" });
    return {
      place: code === "OPT0440" ? where : `${code} ${where}`,
      message: help === null ? message : `${message} [${help}]`,
    };
  });
}

const shifter = { component: "phase_shifter", settings: { length: 0, voltage: 0.5 } };
const wire = { instances: { a: shifter }, connections: {}, ports: { in0: "a,in0", out0: "a,out0" } };
const top = (change: object): object => ({ layer1: { ...wire, ...change } });
const coupler = { component: "coupler_ideal", settings: { coupling: 0.25 } };
const two = { a: shifter, b: shifter };
const shifting = (change: object): object => top({ instances: { a: { ...shifter, ...change } } });
const connected = (connections: object, instances: object = wire.instances): object => top({ connections, instances });
const composite = (component: string): object => ({
  instances: { a: { component } },
  connections: {},
  ports: { in0: "a,in0", out0: "a,out0" },
});
/** A coupler whose second output is absorbed. */
const cut = {
  instances: { c: coupler },
  connections: {},
  ports: { in3: "c,in0", in5: "c,in1", out3: "c,out0" },
};
const crossed = { ...cut, ports: { in3: "c,in0", in5: "c,in1", out3: "c,out1" } };
const chain = (length: number): object =>
  Object.fromEntries([
    ["layer1", composite("m0")],
    ...Array.from({ length }, (_, i) => [`m${i}`, i + 1 < length ? composite(`m${i + 1}`) : wire]),
  ]);

const files: ReadonlyMap<string, string> = new Map(
  findTarget("sax")!
    .emit(subjectOf(tinyCircuit(), { kind: "circuit" }), {})
    .map((file) => [file.name, [...file.content].join("")]),
);

/** The index of an export with one place changed, read. */
function read(path: string, by: unknown): ReturnType<typeof readIndex> {
  const index = JSON.parse(files.values().next().value!);
  const keys = path.split(/[[\].]+/).filter((key) => key !== "");
  const last = keys.pop()!;
  const holder = keys.reduce((at, key) => at[key], index);
  if (by === undefined) delete holder[last];
  else holder[last] = by;
  return readIndex(JSON.stringify(index), (name) => files.get(name) ?? null);
}

describe("a SAX netlist is refused for", () => {
  holdRefusals<readonly [value: unknown, ports?: typeof block]>(
    "sax",
    [
      ["no object", "", []],
      ["null", "", null],
      ["a number", "", 7],
      ["no model", "", {}],
      ["a model that is a list", "layer1", { layer1: [] }],
      ["a model without a plain name", "", { "1layer": wire }],
      ["a model that contains itself", "a", { layer1: composite("layer1") }],
      ["models that contain each other", "a.a", { layer1: composite("b"), b: composite("layer1") }],
      ["models seventeen deep", "m15", chain(16)],
      ["a model that nothing uses", "spare", { layer1: wire, spare: wire }],
      ["a model called as one of SAX", "phase_shifter", { layer1: wire, phase_shifter: wire }],
      ["a component of every object", "a", { layer1: composite("toString") }],
      ["a component that is not there", "a", { layer1: composite("straight") }],
      ["another name than the block's", "", { layer2: wire }],
      ["no instances", "layer1", top({ instances: undefined })],
      ["instances that are a list", "layer1.instances", top({ instances: [] })],
      ["placements", "layer1", top({ placements: {} })],
      ["no connections", "layer1", top({ connections: undefined })],
      ["no ports", "layer1", top({ ports: undefined })],
      ["an instance that is a text", "layer1.instances.a", top({ instances: { a: "phase_shifter" } })],
      ["an instance without a component", "layer1.instances.a", top({ instances: { a: {} } })],
      ["a component that is a number", "layer1.instances.a", top({ instances: { a: { component: 1 } } })],
      ["an instance without a plain name", "layer1.instances", top({ instances: { "a b": shifter } })],
      ["settings that are a list", "layer1.instances.a", shifting({ settings: [] })],
      ["a setting that is not known", "a", shifting({ settings: { length: 0, loss: 1 } })],
      ["a setting of another model", "a", shifting({ settings: { length: 0, coupling: 1 } })],
      ["a setting that is a text", "a", shifting({ settings: { length: 0, voltage: "1" } })],
      ["a length", "a", shifting({ settings: { voltage: 1 } })],
      ["an angle that overflows", "a", shifting({ settings: { length: 0, voltage: 1e308 } })],
      [
        "settings for no instance",
        "a.",
        { layer1: { ...wire, instances: { a: { component: "m", settings: { x: {} } } } }, m: wire },
      ],
      [
        "settings of an instance that are a number",
        "a.a",
        { layer1: { ...wire, instances: { a: { component: "m", settings: { a: 1 } } } }, m: wire },
      ],
      ["an instance beside", "layer1", top({ instances: two })],
      ["an array", "layer1.instances.a", shifting({ array: { columns: 2 } })],
      ["two outputs connected", "layer1.connections", connected({ "a,out0": "b,out0" }, two)],
      ["two inputs connected", "layer1.connections", connected({ "a,in0": "b,in0" }, two)],
      ["an end connected twice", "layer1.connections", connected({ "a,out0": "b,in0", "b,in0": "a,out0" }, two)],
      [
        "another end connected twice",
        "layer1.connections",
        top({ instances: { ...two, c: shifter }, connections: { "a,out0": "b,in0", "c,out0": "b,in0" } }),
      ],
      ["a connection to itself", "layer1.connections", connected({ "a,out0": "a,out0" })],
      ["a connection to no port", "layer1.connections", connected({ "a,out0": "a,in7" })],
      ["a connection to no instance", "layer1.connections", connected({ "a,out0": "z,in0" })],
      ["a connection that is no port", "layer1.connections", connected({ "a,out0": "nowhere" })],
      ["a connection that says more", "layer1.connections", connected({ "a,out0": "a,in0,b" })],
      ["a connection that starts otherwise", "layer1.connections", connected({ "a,out0": "-a,in0" })],
      ["a second input of a shifter", "layer1.ports", top({ ports: { in0: "a,in1", out0: "a,out0" } })],
      [
        "a length of nothing",
        "a",
        top({ instances: { a: { component: "phase_shifter", settings: { voltage: 1, length: 5 } } } }),
      ],
      ["a setting that is true", "a", shifting({ settings: { length: 0, voltage: true } })],
      ["a connection to a number", "layer1.connections", connected({ "a,out0": 1 })],
      ["light in a circle", "ports", top({ connections: { "a,out0": "a,in0" }, ports: {} })],
      ["light in a circle beside", "connections", top({ instances: { ...two }, connections: { "b,out0": "b,in0" } })],
      ["a port that is connected inside", "layer1.ports", connected({ "a,out0": "b,in0" }, two)],
      ["a port more", "ports", top({ instances: two, ports: { ...wire.ports, in7: "b,in0" } })],
      ["a port less", "ports", top({ ports: { in0: "a,in0" } })],
      ["no input", "ports", top({ ports: { out0: "a,out0" } })],
      ["ports exchanged", "ports", top({ ports: { in0: "a,out0", out0: "a,in0" } })],
      ["two ports in one place", "layer1.ports", top({ ports: { in0: "a,in0", out0: "a,in0" } })],
      ["a port of no instance", "layer1.ports", top({ ports: { in0: "a,in0", out0: "b,out0" } })],
      ["a port that is a list", "layer1.ports", top({ ports: { in0: [] } })],
      [
        "a coupling above 1",
        "c",
        { layer1: { ...cut, instances: { c: { ...coupler, settings: { coupling: 1.5 } } } } },
        pair,
      ],
      [
        "a coupling below 0",
        "c",
        { layer1: { ...cut, instances: { c: { ...coupler, settings: { coupling: -0.5 } } } } },
        pair,
      ],
      ["an output that crosses", "ports", { layer1: crossed }, pair],
      [
        "an output that is none of the block's",
        "ports",
        { layer1: { ...cut, ports: { ...cut.ports, out5: "c,out1" } } },
        pair,
      ],
    ],
    (value, ports = block) => refusals(readSax(JSON.stringify(value), ports)),
  );
});

describe("an index is refused for", () => {
  holdRefusals<readonly [path: string, by: unknown]>(
    "index",
    [
      ["no sections", "OPT0403 sections", "sections", undefined],
      ["sections that are no list", "OPT0403 sections", "sections", {}],
      ["a section without files", "OPT0403 sections[0].files", "sections[0].files", undefined],
      ["a section that is null", "OPT0403 sections[0]", "sections[0]", null],
      ["an entry without its file", "OPT0403 sections[0].files[0].file", "sections[0].files[0].file", undefined],
      ["an entry that is null", "OPT0403 sections[0].files[0]", "sections[0].files[0]", null],
      ["a file that is not there", "", "sections[0].files[0].file", "other.json"],
      ["a file above", "OPT0415 sections[0].files[0].file", "sections[0].files[0].file", "../x.json"],
      ["a file of another name", "sections[0].files[0]", "sections[0].files[0].file", "a b"],
      ["an entry of no modes", "sections[0].files[0]", "sections[0].files[0].modes", []],
      ["a mode twice", "sections[0].files[0]", "sections[0].files[0].modes", [0, 0]],
      ["a mode that is not there", "sections[0].files[0]", "sections[0].files[0].modes", [0, 6]],
      ["modes as a text", "OPT0403 sections[0].files[0].modes", "sections[0].files[0].modes", "01"],
      ["an output that is not there", "sections[0].files[0]", "sections[0].files[0].outputs", [2]],
      ["an output twice", "sections[0].files[0]", "sections[0].files[0].outputs", [0, 0]],
      ["an output more", "Tiny_pair.s0-P.sax.json: ports", "sections[0].files[0].outputs", [0, 1]],
      ["an output below", "OPT0404 sections[0].files[0].outputs[0]", "sections[0].files[0].outputs", [-1]],
      ["a file for another section", "sections[0].files[0]", "sections[0].files[0].name", "layer 1"],
      ["a key that it does not know", "OPT0405 ", "extra", 1],
      ["a key of a file that it does not know", "OPT0405 sections[0].files[0]", "sections[0].files[0].loss", 1],
      ["a second version", "", "version", 2],
      ["another target", "", "target", "touchstone"],
      ["another format", "", "format", "optinc.circuit"],
      ["the other target", "", "target", "blackbird"],
      ["a name above", "OPT0415 name", "name", "../../evil"],
      ["no certificate", "OPT0403 certificate", "certificate", undefined],
      ["an aggregate that is a list", "OPT0403 aggregate", "aggregate", []],
      ["0 modes", "sections[0].files[0]", "modes", 0],
      ["modes as a text", "OPT0403 modes", "modes", "6"],
      ["a worker that is not there", "OPT0404 inputs[0].worker", "inputs[0].worker", 5],
    ],
    (path, by) => refusals(read(path, by)),
  );

  it("a second entry of one file, and a file that is there no more", () => {
    const [index] = files.values();
    const { file } = JSON.parse(index!).sections[0].files[0];
    const entry = JSON.parse(index!).sections[0].files[0];
    expect(said(refusals(read("sections[0].files", [entry, entry])))).toEqual([
      `sections[0].files[1]: ${file} stands in the index twice`,
    ]);
    expect(said(refusals(readIndex(index!, () => null)))).toEqual([`: ${file} is missing`]);
    expect(said(refusals(readIndex("{", () => null)))).toEqual([": the file is not a complete JSON text"]);
    expect(said(refusals(readIndex("[]", () => null)))).toEqual([": this is not an index of a sax export"]);
  });
});

describe("a SAX netlist is read as", () => {
  const half = (coupling: number): number => Math.atan2(Math.sqrt(1 - coupling), Math.sqrt(coupling));
  const phase = (port: number, phiRad: number): object => ({ kind: "phase", ports: [port], thetaRad: 0, phiRad });
  const split = (coupling: number, a: number, b: number): object[] => [
    { kind: "mzi", ports: [a, b], thetaRad: 2 * half(coupling), phiRad: -Math.PI / 2 },
    phase(a, -half(coupling)),
    phase(b, Math.PI / 2 - half(coupling)),
  ];
  const devices = (value: unknown, ports: typeof block): unknown => readSax(JSON.stringify(value), ports).value;
  const absorbed = (port: number): object => ({ kind: "absorb", ports: [port], thetaRad: 0, phiRad: 0 });

  it("its shifters and couplers, in the order of the light", () => {
    expect(devices({ layer1: wire }, block)).toEqual([phase(0, Math.PI / 2)]);
    const unset = { component: "phase_shifter", settings: { length: 0 } };
    expect(devices(top({ instances: { a: unset } }), block)).toEqual([phase(0, 0)]);
    expect(devices({ layer1: cut }, pair)).toEqual([...split(0.25, 0, 1), absorbed(1)]);
    const usual = { ...cut, instances: { c: { component: "coupler_ideal" } } };
    expect(devices({ layer1: usual }, pair)).toEqual([...split(0.5, 0, 1), absorbed(1)]);
    for (const coupling of [0, 1]) {
      const edge = { ...cut, instances: { c: { component: "coupler_ideal", settings: { coupling } } } };
      expect(devices({ layer1: edge }, pair)).toEqual([...split(coupling, 0, 1), absorbed(1)]);
    }
    // Written from behind, and met from the front.
    const late = {
      instances: { z: { ...shifter, settings: { length: 0, voltage: -0.25 } }, a: shifter },
      connections: { "z,in0": "a,out0" },
      ports: { in0: "a,in0", out0: "z,out0" },
    };
    expect(devices({ layer1: late }, block)).toEqual([phase(0, Math.PI / 2), phase(0, -Math.PI / 4)]);
  });

  it("its models opened, with the settings of the outermost", () => {
    const nested = {
      layer1: { ...wire, instances: { a: { component: "m", settings: { a: { voltage: 0.125 } } } } },
      m: wire,
    };
    expect(devices(nested, block)).toEqual([phase(0, Math.PI / 8)]);
    const deeper = {
      layer1: { ...wire, instances: { a: { component: "m", settings: { a: { a: { voltage: 0.75 } } } } } },
      m: { ...wire, instances: { a: { component: "n", settings: { a: { voltage: 0.125 } } } } },
      n: wire,
    };
    expect(devices(deeper, block)).toEqual([phase(0, 0.75 * Math.PI)]);
    expect(devices(chain(15), block)).toEqual([phase(0, Math.PI / 2)]);
  });

  it("light that starts dark, and is handed over where it leaves", () => {
    // One mode, a coupler whose other input nothing feeds: its light leaves from the other output.
    const dark = { instances: { c: coupler }, connections: {}, ports: { in0: "c,in0", out0: "c,out1" } };
    expect(devices({ layer1: dark }, block)).toEqual([
      ...split(0.25, 0, 1),
      absorbed(0),
      { kind: "mzi", ports: [1, 0], thetaRad: 0, phiRad: -Math.PI / 2 },
    ]);
    // A part that no light reaches does nothing, and neither does what comes behind it.
    const idle = {
      instances: { a: shifter, b: shifter, d: coupler, c: coupler },
      connections: { "b,out0": "d,in0", "d,out0": "c,in1" },
      ports: { in0: "a,in0", out0: "a,out0" },
    };
    expect(refusals(readSax(JSON.stringify({ layer1: idle }), block))).toEqual([]);
    expect(devices({ layer1: idle }, block)).toEqual([phase(0, Math.PI / 2)]);
  });
});

describe("an index is read as", () => {
  it("the circuit that was exported, in meshes of one device", () => {
    const [index] = files.values();
    const { value } = readIndex(index!, (name) => files.get(name) ?? null);
    const { sections, modes, ...rest } = value!;
    const original = tinyCircuit();
    expect(rest).toEqual({
      ...rest,
      name: original.name,
      aggregate: original.aggregate,
      version: 1,
      certificate: null,
    });
    expect(rest.inputs).toEqual(original.inputs);
    expect(rest.outputs).toEqual(original.outputs);
    expect(sections.map(({ kind, name, activations }) => ({ kind, name, activations }))).toEqual(
      original.sections.map(({ kind, name, activations }) => ({ kind, name, activations })),
    );
    let extra = original.modes;
    sections.forEach(({ meshes }, s) => {
      expect(meshes.length).toBeGreaterThan(0);
      meshes.forEach((mesh, m) => {
        expect(mesh.kind).toBe("left");
        expect(mesh.name).toMatch(new RegExp(`^s${s}_\\d+$`));
        expect(mesh.devices.length + mesh.terminated.length, `${s}.${m}`).toBe(1);
        if (mesh.terminated.length > 0) expect(mesh.terminated).toEqual(mesh.modes);
        for (const device of mesh.devices) expect(device).toMatchObject({ column: 0, mode: 0 });
        for (const mode of mesh.modes) extra = Math.max(extra, mode + 1);
      });
    });
    // Every mode is used, those that were added too.
    expect(modes).toBe(extra);
  });
});
