import { describe, expect, it } from "vitest";
import { type BlockFormat, findTarget, readBlackbird, readIndex, readSax, subjectOf } from "../../netlist/index.ts";
import { tinyCircuit } from "./build.ts";

const block = { name: "layer1", modes: [0], outputs: [0] };
/** Two modes, of which the first one leaves the block. */
const pair = { name: "layer1", modes: [3, 5], outputs: [0] };

/** What speaks against a text, as "place: message". */
function refusals({ value, findings }: ReturnType<typeof readSax> | ReturnType<typeof readIndex>): string[] {
  expect(value === null).toBe(findings.length > 0);
  return findings.map(({ code, severity, where, message, help }) => {
    expect({ code: code.slice(0, 5), severity }).toEqual({ code: "OPT04", severity: "error" });
    return `${where}: ${message}${code === "OPT0440" ? "" : ` ${code}`}${help === null ? "" : ` [${help}]`}`;
  });
}

const shifter = { component: "phase_shifter", settings: { length: 0, voltage: 0.5 } };
const wire = { instances: { a: shifter }, connections: {}, ports: { in0: "a,in0", out0: "a,out0" } };
const top = (change: object): object => ({ layer1: { ...wire, ...change } });
const coupler = { component: "coupler_ideal", settings: { coupling: 0.25 } };
const two = { a: shifter, b: shifter };
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

const head = "name layer1\nversion 1.0\ntarget gaussian\n";
const program = `${head}\nRgate(0.5) | 0\n`;
const double = `${head}MZgate(0.25, 0.5) | [0, 1]\nLossChannel(0.0) | 1\n`;

const exported = (format: BlockFormat): Map<string, string> =>
  new Map(
    findTarget(format)!
      .emit(subjectOf(tinyCircuit(), { kind: "circuit" }), {})
      .map((file) => [file.name, [...file.content].join("")]),
  );
const files = { sax: exported("sax"), blackbird: exported("blackbird") };

/** The index of an export with one place changed, read. */
function read(
  path: readonly (string | number)[],
  by: unknown,
  format: BlockFormat = "sax",
): ReturnType<typeof readIndex> {
  const index = JSON.parse(files[format].values().next().value!);
  const last = path.at(-1)!;
  const holder = path.slice(0, -1).reduce((at, key) => at[key], index);
  if (by === undefined) delete holder[last];
  else holder[last] = by;
  return readIndex(JSON.stringify(index), format, (name) => files[format].get(name) ?? null);
}

describe("a SAX netlist is refused for", () => {
  it.each<readonly [string, unknown, typeof block, readonly string[]]>([
    ["no object", [], block, [": an object is wanted, not a list of 0"]],
    ["null", null, block, [": an object is wanted, not null"]],
    ["a number", 7, block, [": an object is wanted, not 7"]],
    ["no model", {}, block, [": the file has no model"]],
    ["a model that is a list", { layer1: [] }, block, ["layer1: an object is wanted, not a list of 0"]],
    ["a model without a plain name", { "1layer": wire }, block, [': the model "1layer" has no plain name']],
    ["a model that contains itself", { layer1: composite("layer1") }, block, ["a: the model layer1 contains itself"]],
    [
      "models that contain each other",
      { layer1: composite("b"), b: composite("layer1") },
      block,
      ["a.a: the model layer1 contains itself"],
    ],
    ["models seventeen deep", chain(16), block, ["m15: models stand in each other 17 deep"]],
    ["a model that nothing uses", { layer1: wire, spare: wire }, block, ["spare: the model stands in no other one"]],
    [
      "a model called as one of SAX",
      { layer1: wire, phase_shifter: wire },
      block,
      ["phase_shifter: a model of the file has the name of one that SAX brings"],
    ],
    [
      "a component of every object",
      { layer1: composite("toString") },
      block,
      ['a: "toString" is not read: phase_shifter, coupler_ideal and attenuator are'],
    ],
    [
      "a component that is not there",
      { layer1: composite("straight") },
      block,
      ['a: "straight" is not read: phase_shifter, coupler_ideal and attenuator are'],
    ],
    ["another name than the block's", { layer2: wire }, block, [": the file holds layer2, not layer1"]],
    ["no instances", top({ instances: undefined }), block, ["layer1: instances is missing"]],
    [
      "instances that are a list",
      top({ instances: [] }),
      block,
      ["layer1.instances: an object is wanted, not a list of 0"],
    ],
    ["placements", top({ placements: {} }), block, ['layer1: "placements" is not read']],
    ["no connections", top({ connections: undefined }), block, ["layer1: connections is missing"]],
    ["no ports", top({ ports: undefined }), block, ["layer1: ports is missing"]],
    [
      "an instance that is a text",
      top({ instances: { a: "phase_shifter" } }),
      block,
      ['layer1.instances.a: an object is wanted, not "phase_shifter"'],
    ],
    [
      "an instance without a component",
      top({ instances: { a: {} } }),
      block,
      ["layer1.instances.a: component is missing"],
    ],
    [
      "a component that is a number",
      top({ instances: { a: { component: 1 } } }),
      block,
      ["layer1.instances.a: a component is wanted, not 1"],
    ],
    [
      "an instance without a plain name",
      top({ instances: { "a b": shifter } }),
      block,
      ['layer1.instances: the instance "a b" has no plain name'],
    ],
    [
      "settings that are a list",
      top({ instances: { a: { ...shifter, settings: [] } } }),
      block,
      ["layer1.instances.a: an object is wanted, not a list of 0"],
    ],
    [
      "a setting that is not known",
      top({ instances: { a: { ...shifter, settings: { length: 0, loss: 1 } } } }),
      block,
      ['a: the setting "loss" of phase_shifter is not read, or no finite number'],
    ],
    [
      "a setting of another model",
      top({ instances: { a: { ...shifter, settings: { length: 0, coupling: 1 } } } }),
      block,
      ['a: the setting "coupling" of phase_shifter is not read, or no finite number'],
    ],
    [
      "a setting that is a text",
      top({ instances: { a: { ...shifter, settings: { length: 0, voltage: "1" } } } }),
      block,
      ['a: the setting "voltage" of phase_shifter is not read, or no finite number'],
    ],
    [
      "a length",
      top({ instances: { a: { ...shifter, settings: { voltage: 1 } } } }),
      block,
      ["a: a phase shifter of other length than 0 depends on the wavelength"],
    ],
    [
      "an angle that overflows",
      top({ instances: { a: { ...shifter, settings: { length: 0, voltage: 1e308 } } } }),
      block,
      ["a: an angle of Infinity rad is beyond 1048576"],
    ],
    [
      "settings for no instance",
      { layer1: { ...wire, instances: { a: { component: "m", settings: { x: {} } } } }, m: wire },
      block,
      ['a.: the setting "x" is for no instance of m'],
    ],
    [
      "settings of an instance that are a number",
      { layer1: { ...wire, instances: { a: { component: "m", settings: { a: 1 } } } }, m: wire },
      block,
      ["a.a: an object is wanted, not 1"],
    ],
    ["an instance beside", top({ instances: two }), block, ["layer1: the instance b is connected to nothing"]],
    [
      "an array",
      top({ instances: { a: { ...shifter, array: { columns: 2 } } } }),
      block,
      ['layer1.instances.a: "array" is not read'],
    ],
    [
      "two outputs connected",
      top({ instances: two, connections: { "a,out0": "b,out0" } }),
      block,
      ['layer1.connections: "a,out0" and "b,out0" are no output and an input'],
    ],
    [
      "two inputs connected",
      top({ instances: two, connections: { "a,in0": "b,in0" } }),
      block,
      ['layer1.connections: "a,in0" and "b,in0" are no output and an input'],
    ],
    [
      "an end connected twice",
      top({ instances: two, connections: { "a,out0": "b,in0", "b,in0": "a,out0" } }),
      block,
      ['layer1.connections: "b,in0" or "a,out0" is connected twice'],
    ],
    [
      "another end connected twice",
      top({ instances: { ...two, c: shifter }, connections: { "a,out0": "b,in0", "c,out0": "b,in0" } }),
      block,
      ['layer1.connections: "c,out0" or "b,in0" is connected twice'],
    ],
    [
      "a connection to itself",
      top({ connections: { "a,out0": "a,out0" } }),
      block,
      ['layer1.connections: "a,out0" and "a,out0" are no output and an input'],
    ],
    [
      "a connection to no port",
      top({ connections: { "a,out0": "a,in7" } }),
      block,
      ['layer1.connections: "a,in7" is no port of an instance'],
    ],
    [
      "a connection to no instance",
      top({ connections: { "a,out0": "z,in0" } }),
      block,
      ['layer1.connections: "z,in0" is no port of an instance'],
    ],
    [
      "a connection that is no port",
      top({ connections: { "a,out0": "nowhere" } }),
      block,
      ['layer1.connections: "nowhere" is no port of an instance'],
    ],
    [
      "a connection that says more",
      top({ connections: { "a,out0": "a,in0,b" } }),
      block,
      ['layer1.connections: "a,in0,b" is no port of an instance'],
    ],
    [
      "a connection that starts otherwise",
      top({ connections: { "a,out0": "-a,in0" } }),
      block,
      ['layer1.connections: "-a,in0" is no port of an instance'],
    ],
    [
      "a second input of a shifter",
      top({ ports: { in0: "a,in1", out0: "a,out0" } }),
      block,
      ['layer1.ports: "a,in1" is no port of an instance'],
    ],
    [
      "a length of nothing",
      top({ instances: { a: { component: "phase_shifter", settings: { voltage: 1, length: 5 } } } }),
      block,
      ["a: a phase shifter of other length than 0 depends on the wavelength"],
    ],
    [
      "a setting that is true",
      top({ instances: { a: { ...shifter, settings: { length: 0, voltage: true } } } }),
      block,
      ['a: the setting "voltage" of phase_shifter is not read, or no finite number'],
    ],
    [
      "a connection to a number",
      top({ connections: { "a,out0": 1 } }),
      block,
      ['layer1.connections: "a,out0" leads to no port'],
    ],
    [
      "light in a circle",
      top({ connections: { "a,out0": "a,in0" }, ports: {} }),
      block,
      ["ports: there is no port in0 of an input"],
    ],
    [
      "light in a circle beside",
      top({ instances: { ...two }, connections: { "b,out0": "b,in0" } }),
      block,
      ["connections: light runs in a circle, through b"],
    ],
    [
      "a port that is connected inside",
      top({ instances: two, connections: { "a,out0": "b,in0" } }),
      block,
      ['layer1.ports: the port "out0" is connected inside too'],
    ],
    [
      "a port more",
      top({ instances: two, ports: { ...wire.ports, in7: "b,in0" } }),
      block,
      ["ports: the file has 3 ports, the block 2"],
    ],
    ["a port less", top({ ports: { in0: "a,in0" } }), block, ["ports: there is no port out0 of an output"]],
    ["no input", top({ ports: { out0: "a,out0" } }), block, ["ports: there is no port in0 of an input"]],
    [
      "ports exchanged",
      top({ ports: { in0: "a,out0", out0: "a,in0" } }),
      block,
      ["ports: there is no port in0 of an input"],
    ],
    [
      "two ports in one place",
      top({ ports: { in0: "a,in0", out0: "a,in0" } }),
      block,
      ["layer1.ports: two ports lead to one place"],
    ],
    [
      "a port of no instance",
      top({ ports: { in0: "a,in0", out0: "b,out0" } }),
      block,
      ['layer1.ports: "b,out0" is no port of an instance'],
    ],
    ["a port that is a list", top({ ports: { in0: [] } }), block, ['layer1.ports: "in0" leads to no port']],
    [
      "a coupling above 1",
      { layer1: { ...cut, instances: { c: { ...coupler, settings: { coupling: 1.5 } } } } },
      pair,
      ["c: a coupling of 1.5 is not passive"],
    ],
    [
      "a coupling below 0",
      { layer1: { ...cut, instances: { c: { ...coupler, settings: { coupling: -0.5 } } } } },
      pair,
      ["c: a coupling of -0.5 is not passive"],
    ],
    [
      "an output that crosses",
      { layer1: crossed },
      pair,
      ["ports: out3 is where the light of in5 runs straight through"],
    ],
    [
      "an output that is none of the block's",
      { layer1: { ...cut, ports: { ...cut.ports, out5: "c,out1" } } },
      pair,
      ["ports: the file has 4 ports, the block 3"],
    ],
  ])("%s", (_, value, ports, expected) => {
    expect(refusals(readSax(JSON.stringify(value), ports))).toEqual(expected);
  });
});

describe("a Blackbird program is refused for", () => {
  it.each<readonly [string, string, typeof block, readonly string[]]>([
    [
      "a version of its own",
      program.replace("version", "my version"),
      block,
      ["line 2: a program starts with its name, version 1.0 and target gaussian"],
    ],
    [
      "a target of its own",
      program.replace("target", "a target"),
      block,
      ["line 3: a program starts with its name, version 1.0 and target gaussian"],
    ],
    [
      "a name of its own",
      program.replace("name layer1", "the name layer1"),
      block,
      ["line 1: a program starts with its name, version 1.0 and target gaussian"],
    ],
    [
      "a beam splitter",
      double.replace("MZgate", "BSgate"),
      pair,
      ["line 4: BSgate with 2 values on 2 modes is not read"],
    ],
    [
      "a second value beyond the numbers",
      double.replace("0.5)", "1e999)"),
      pair,
      ["line 4: a value or a mode is out of range"],
    ],
    ["nothing", "", block, [": the program has no name, version and target"]],
    [
      "no name",
      program.replace("name layer1\n", ""),
      block,
      ["line 1: a program starts with its name, version 1.0 and target gaussian"],
    ],
    [
      "a second name",
      program.replace("name layer1", "name layer1\nname layer1"),
      block,
      ["line 2: a program starts with its name, version 1.0 and target gaussian"],
    ],
    [
      "another name",
      program.replace("layer1", "layer2"),
      block,
      ["line 1: the program is not called layer1, as its block"],
    ],
    [
      "a name of a digit",
      program.replace("layer1", "1layer"),
      block,
      ["line 1: a program starts with its name, version 1.0 and target gaussian"],
    ],
    [
      "a gate in front",
      `Rgate(0.5) | 0\n${program}`,
      block,
      ["line 1: a program starts with its name, version 1.0 and target gaussian"],
    ],
    [
      "another version",
      program.replace("1.0", "2.0"),
      block,
      ["line 2: a program starts with its name, version 1.0 and target gaussian"],
    ],
    [
      "a version of more digits",
      program.replace("1.0", "1.01"),
      block,
      ["line 2: a program starts with its name, version 1.0 and target gaussian"],
    ],
    [
      "another target",
      program.replace("gaussian", "fock"),
      block,
      ["line 3: a program starts with its name, version 1.0 and target gaussian"],
    ],
    [
      "a target with options",
      program.replace("gaussian", "gaussian (shots=1)"),
      block,
      ["line 3: a program starts with its name, version 1.0 and target gaussian"],
    ],
    [
      "a name and more",
      program.replace("name layer1", "name layer1 again"),
      block,
      ["line 1: a program starts with its name, version 1.0 and target gaussian"],
    ],
    [
      "a line with an indent",
      program.replace("Rgate", "    Rgate"),
      block,
      ["line 5: the line is no gate with numbers"],
    ],
    ["a hexadecimal number", program.replace("0.5", "0x10"), block, ["line 5: the line is no gate with numbers"]],
    ["an expression", program.replace("0.5", "2*pi"), block, ["line 5: the line is no gate with numbers"]],
    ["no number", program.replace("0.5", ""), block, ["line 5: the line is no gate with numbers"]],
    ["a number that overflows", program.replace("0.5", "1e999"), block, ["line 5: a value or a mode is out of range"]],
    [
      "an angle beyond sense",
      program.replace("0.5", "1e308"),
      block,
      ["line 5: an angle of 1e+308 rad is beyond 1048576"],
    ],
    ["a mode that is not there", program.replace("| 0", "| 1"), block, ["line 5: a value or a mode is out of range"]],
    ["a negative mode", program.replace("| 0", "| -1"), block, ["line 5: the line is no gate with numbers"]],
    [
      "a mode with a zero in front",
      program.replace("| 0", "| 00"),
      block,
      ["line 5: the line is no gate with numbers"],
    ],
    [
      "a gate that it does not know",
      program.replace("Rgate", "Sgate"),
      block,
      ["line 5: Sgate with 1 values on 1 modes is not read"],
    ],
    [
      "a loss that amplifies",
      program.replace("Rgate(0.5)", "LossChannel(1.5)"),
      block,
      ["line 5: LossChannel with 1 values on 1 modes is not read"],
    ],
    [
      "a loss below nothing",
      program.replace("Rgate(0.5)", "LossChannel(-0.5)"),
      block,
      ["line 5: LossChannel with 1 values on 1 modes is not read"],
    ],
    [
      "a shifter of two values",
      program.replace("0.5", "0.5, 0.5"),
      block,
      ["line 5: Rgate with 2 values on 1 modes is not read"],
    ],
    [
      "a shifter on two modes",
      double.replace("MZgate(0.25, 0.5)", "Rgate(0.5)"),
      pair,
      ["line 4: Rgate with 1 values on 2 modes is not read"],
    ],
    [
      "a loss of two values",
      program.replace("Rgate(0.5)", "LossChannel(0.5, 0.5)"),
      block,
      ["line 5: LossChannel with 2 values on 1 modes is not read"],
    ],
    [
      "a loss on two modes",
      double.replace("MZgate(0.25, 0.5)", "LossChannel(0.5)"),
      pair,
      ["line 4: LossChannel with 1 values on 2 modes is not read"],
    ],
    [
      "an interferometer of one value",
      double.replace("0.25, 0.5", "0.25"),
      pair,
      ["line 4: MZgate with 1 values on 2 modes is not read"],
    ],
    [
      "an interferometer on one mode",
      double.replace("[0, 1]", "0"),
      pair,
      ["line 4: MZgate with 2 values on 1 modes is not read"],
    ],
    [
      "an interferometer on one mode twice",
      double.replace("[0, 1]", "[1, 1]"),
      pair,
      ["line 4: MZgate with 2 values on 2 modes is not read"],
    ],
    ["three values", double.replace("0.25, 0.5", "0.25, 0.5, 1"), pair, ["line 4: the line is no gate with numbers"]],
    ["three modes", double.replace("[0, 1]", "[0, 1, 2]"), pair, ["line 4: the line is no gate with numbers"]],
    [
      "an angle of an interferometer beyond sense",
      double.replace("0.25", "1e30"),
      pair,
      ["line 4: an angle of 1e+30 rad is beyond 1048576"],
    ],
    [
      "another angle of an interferometer beyond sense",
      double.replace("0.5)", "-1e30)"),
      pair,
      ["line 4: an angle of -1e+30 rad is beyond 1048576"],
    ],
    [
      "light that is absorbed at an output",
      `${program}LossChannel(0.0) | 0\n`,
      block,
      [": mode 0 is absorbed, and an output of the block"],
    ],
    [
      "light that stays at no output",
      double.replace(/Loss.*/, ""),
      pair,
      [": mode 1 is not absorbed, and no output of the block"],
    ],
    ["a mode without a gate", head, block, [": no gate acts on mode 0"]],
    ["a character that is not plain", program.replace("|", "|\u00a0"), block, ["line 5: a program is plain text"]],
    [
      "two statements in a line",
      program.replace("| 0", "| 0; Rgate(1) | 0"),
      block,
      ["line 5: the line is no gate with numbers"],
    ],
    ["a tab", program.replace("| 0", "|\t0"), block, ["line 5: a program is plain text"]],
    ["a head that is cut", "name layer1\nversion 1.0\n", block, [": the program has no name, version and target"]],
  ])("%s", (_, text, ports, expected) => {
    expect(refusals(readBlackbird(text, ports))).toEqual(expected);
  });
});

describe("an index is refused for", () => {
  it.each<readonly [string, readonly (string | number)[], unknown, BlockFormat, readonly string[]]>([
    ["no sections", ["sections"], undefined, "sax", ["sections: missing, a list is wanted OPT0403"]],
    ["sections that are no list", ["sections"], {}, "sax", ["sections: a list is wanted, not an object OPT0403"]],
    [
      "a section without files",
      ["sections", 0, "files"],
      undefined,
      "sax",
      ["sections[0].files: missing, a list is wanted OPT0403"],
    ],
    ["a section that is null", ["sections", 0], null, "sax", ["sections[0]: an object is wanted, not null OPT0403"]],
    [
      "an entry without its file",
      ["sections", 0, "files", 0, "file"],
      undefined,
      "sax",
      ["sections[0].files[0].file: missing, a text is wanted OPT0403"],
    ],
    [
      "an entry that is null",
      ["sections", 0, "files", 0],
      null,
      "sax",
      ["sections[0].files[0]: an object is wanted, not null OPT0403"],
    ],
    ["a file that is not there", ["sections", 0, "files", 0, "file"], "other.json", "sax", [": other.json is missing"]],
    [
      "a file above",
      ["sections", 0, "files", 0, "file"],
      "../x.json",
      "sax",
      [
        'sections[0].files[0].file: the name "../x.json" has a path separator OPT0415 [names are up to 128 characters that can be seen, without / and \\]',
      ],
    ],
    [
      "a file of another name",
      ["sections", 0, "files", 0, "file"],
      "a b",
      "sax",
      ["sections[0].files[0]: the name of the file is none that an export gives"],
    ],
    [
      "an entry of no modes",
      ["sections", 0, "files", 0, "modes"],
      [],
      "sax",
      ["sections[0].files[0]: the modes are none of the circuit, each once"],
    ],
    [
      "a mode twice",
      ["sections", 0, "files", 0, "modes"],
      [0, 0],
      "sax",
      ["sections[0].files[0]: the modes are none of the circuit, each once"],
    ],
    [
      "a mode that is not there",
      ["sections", 0, "files", 0, "modes"],
      [0, 6],
      "sax",
      ["sections[0].files[0]: the modes are none of the circuit, each once"],
    ],
    [
      "modes as a text",
      ["sections", 0, "files", 0, "modes"],
      "01",
      "sax",
      ['sections[0].files[0].modes: a list is wanted, not "01" OPT0403'],
    ],
    [
      "an output that is not there",
      ["sections", 0, "files", 0, "outputs"],
      [2],
      "sax",
      ["sections[0].files[0]: the outputs are no positions of the modes, each once"],
    ],
    [
      "an output twice",
      ["sections", 0, "files", 0, "outputs"],
      [0, 0],
      "sax",
      ["sections[0].files[0]: the outputs are no positions of the modes, each once"],
    ],
    [
      "an output more",
      ["sections", 0, "files", 0, "outputs"],
      [0, 1],
      "sax",
      ["Tiny_pair.s0-P.sax.json: ports: there is no port out1 of an output"],
    ],
    [
      "an output below",
      ["sections", 0, "files", 0, "outputs"],
      [-1],
      "sax",
      ["sections[0].files[0].outputs[0]: -1 is not a whole number in 0..9007199254740991 OPT0404"],
    ],
    [
      "a file for another section",
      ["sections", 0, "files", 0, "name"],
      "layer 1",
      "sax",
      ["sections[0].files[0]: the file is for another section"],
    ],
    [
      "a key that it does not know",
      ["extra"],
      1,
      "sax",
      [
        ': unknown key "extra" OPT0405 [known keys: format, version, target, name, aggregate, modes, inputs, outputs, sections, certificate]',
      ],
    ],
    [
      "a key of a file that it does not know",
      ["sections", 0, "files", 0, "loss"],
      1,
      "sax",
      ['sections[0].files[0]: unknown key "loss" OPT0405 [known keys: file, name, modes, outputs, meshes]'],
    ],
    ["a second version", ["version"], 2, "sax", [": this is no index of a sax export"]],
    ["another target", ["target"], "touchstone", "sax", [": this is no index of a sax export"]],
    ["another format", ["format"], "optinc.circuit", "sax", [": this is no index of a sax export"]],
    ["the other target", ["target"], "blackbird", "sax", [": this is no index of a sax export"]],
    [
      "a name above",
      ["name"],
      "../../evil",
      "sax",
      [
        'name: the name "../../evil" has a path separator OPT0415 [names are up to 128 characters that can be seen, without / and \\]',
      ],
    ],
    ["no certificate", ["certificate"], undefined, "sax", ["certificate: missing, an object is wanted OPT0403"]],
    [
      "an aggregate that is a list",
      ["aggregate"],
      [],
      "sax",
      ["aggregate: an object is wanted, not a list of 0 OPT0403"],
    ],
    ["0 modes", ["modes"], 0, "sax", ["sections[0].files[0]: the modes are none of the circuit, each once"]],
    ["modes as a text", ["modes"], "6", "sax", ['modes: a number is wanted, not "6" OPT0403']],
    [
      "a worker that is not there",
      ["inputs", 0, "worker"],
      5,
      "sax",
      ["inputs[0].worker: 5 is not a whole number in 0..1 OPT0404"],
    ],
    [
      "a mode of a program that is not there",
      ["sections", 0, "files", 0, "modes"],
      [0],
      "blackbird",
      ["Tiny_pair.s0-P.xbb: line 6: a value or a mode is out of range"],
    ],
    [
      "an output less",
      ["sections", 2, "files", 0, "outputs"],
      [],
      "blackbird",
      ["Tiny_pair.s2-layer_1.xbb: : mode 0 is not absorbed, and no output of the block"],
    ],
  ])("%s", (_, path, by, format, expected) => {
    expect(refusals(read(path, by, format))).toEqual(expected);
  });

  it("a second entry of one file, and a file that is there no more", () => {
    const [index] = files.sax.values();
    const { file } = JSON.parse(index!).sections[0].files[0];
    const entry = JSON.parse(index!).sections[0].files[0];
    expect(refusals(read(["sections", 0, "files"], [entry, entry]))).toEqual([
      `sections[0].files[1]: ${file} stands in the index twice`,
    ]);
    expect(refusals(readIndex(index!, "sax", () => null))).toEqual([`: ${file} is missing`]);
    expect(refusals(readIndex("{", "sax", () => null))).toEqual([": the file is no complete JSON text"]);
    expect(refusals(readIndex("[]", "blackbird", () => null))).toEqual([": this is no index of a blackbird export"]);
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

describe("a Blackbird program is read as", () => {
  const read = (text: string, ports: typeof block): unknown => readBlackbird(text, ports).value;

  it("its gates", () => {
    const mzi = { kind: "mzi", ports: [0, 1], thetaRad: 0.25, phiRad: 0.5 };
    const end = { kind: "absorb", ports: [1], thetaRad: 0, phiRad: 0 };
    expect(read(double, pair)).toEqual([mzi, end]);
    expect(read(double.replace("[0, 1]", "[1, 0]"), pair)).toEqual([{ ...mzi, ports: [1, 0] }, end]);
    expect(read(program.replace("0.5", "-1.5e-1"), block)).toEqual([
      { kind: "phase", ports: [0], thetaRad: 0, phiRad: -0.15 },
    ]);
    const commented = program.replace("| 0", "| 0  # the only one").replace("name", "# a program\n\nname");
    expect(read(commented, block)).toEqual([{ kind: "phase", ports: [0], thetaRad: 0, phiRad: 0.5 }]);
    expect(read(double.replaceAll("\n", "\r\n"), pair)).toEqual([mzi, end]);
  });

  it("losses with what they leave of the field, and no phase", () => {
    for (const left of [0.25, 0.5, 1]) {
      const thetaRad = 2 * Math.atan2(Math.sqrt(left), Math.sqrt(1 - left));
      expect(read(program.replace("Rgate(0.5)", `LossChannel(${left})`), block)).toEqual([
        { kind: "attenuator", ports: [0], thetaRad, phiRad: 1.5 * Math.PI - thetaRad / 2 },
      ]);
    }
    // Absorbed light may come back by another gate.
    const back = `${double}MZgate(1.0, 0.0) | [0, 1]\nLossChannel(0.0) | 1\n`;
    expect(read(back, pair)).toHaveLength(4);
    const other = double.replace("| 1", "| 0");
    expect(refusals(readBlackbird(other, { ...pair, outputs: [1] }))).toEqual([]);
  });
});

describe("an index is read as", () => {
  it.each(["sax", "blackbird"] as const)("the circuit that was exported, in meshes of one device: %s", (format) => {
    const [index] = files[format].values();
    const { value } = readIndex(index!, format, (name) => files[format].get(name) ?? null);
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
