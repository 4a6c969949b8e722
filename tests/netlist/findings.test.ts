import { describe, expect, it } from "vitest";
import { checkForm, shown } from "../../netlist/check/form.ts";
import { newReports } from "../../netlist/check/reports.ts";
import { type Certificate, checkCircuit } from "../../netlist/index.ts";
import { circuit, mesh, mzi, output, phase, reference, relu, section, tinyCircuit, worker } from "./build.ts";

type Path = readonly (string | number)[];

/** A deep copy with one place changed, or left out. */
function changed(value: unknown, path: Path, by: unknown): unknown {
  if (path.length === 0) return by;
  const [key, ...rest] = path;
  if (Array.isArray(value)) return value.with(Number(key), changed(value[Number(key)], rest, by));
  const fields = Object.entries(value ?? {}).filter(([name]) => name !== key || rest.length > 0 || by !== undefined);
  const old = Object.getOwnPropertyDescriptor(value, key!)?.value;
  const own = rest.length === 0 && by === undefined ? [] : [[key!, changed(old, rest, by)]];
  return Object.fromEntries([...fields.filter(([name]) => name !== key), ...own]);
}

const certificate: Certificate = {
  signals: [
    { name: "A0", kind: "sum", max: 6, section: 0, mode: 0, fieldPerUnit: 0.1 },
    { name: "b", kind: "bit", max: 1, section: 2, mode: 2, fieldPerUnit: 1 },
    { name: "r", kind: "residual", max: 3, section: 2, mode: 3, fieldPerUnit: 1 },
    { name: "n", kind: "bit", max: 1, section: 3, mode: 0, fieldPerUnit: 1 },
    { name: "o", kind: "bit", max: 1, section: 3, mode: 2, fieldPerUnit: 1 },
    { name: "t", kind: "total", max: 9, section: 4, mode: 2, fieldPerUnit: 1 },
  ],
  cells: [
    {
      kind: "split",
      name: "c",
      terms: [{ signal: 0, weight: 1 }],
      offset: 0,
      bits: [{ signal: 1, weight: 4 }],
      residual: 2,
    },
    { kind: "nonzero", name: "n", terms: [{ signal: 2, weight: 1 }], bit: 3 },
    { kind: "only", name: "o", set: 1, unless: 3, bit: 4 },
    {
      kind: "sum",
      name: "t",
      terms: [
        { signal: 4, weight: 2 },
        { signal: 2, weight: 1 },
      ],
      total: 5,
    },
  ],
  symbols: [[{ signal: 4, weight: 2 }]],
};
const tiny = { ...tinyCircuit(), certificate };

/** Two workers with two symbols each, who receive what they send, and a tree for six. */
const bare = circuit({
  aggregate: { workers: 2, bits: 4, levels: 4, signed: false, rounding: "floor", symbols: 2, fanIn: [3, 2] },
  modes: 5,
  inputs: [worker(0, 0, 0), worker(0, 1, 1), worker(1, 0, 2), worker(1, 1, 3), reference("rail", 4, 1)],
  sections: [
    section(
      "layer",
      "one",
      [mesh("left", "m", [0, 1, 2], [mzi(0, 0, 1, 1), phase(1, 0, 1), mzi(1, 1, 1, 1)])],
      [relu(0)],
    ),
  ],
  outputs: [output(0, 0, 0, 1), output(0, 1, 1, 1), output(1, 0, 2, 1), output(1, 1, 3, 1)],
});
const bases = { tiny, bare };

/** What is found, a line each: where, what, and what helps. */
function foundIn(value: unknown): string[] {
  return checkCircuit(value).findings.map(
    ({ code, severity, where, message, help }) =>
      `${code}${severity === "error" ? "" : ` (${severity})`} ${where}: ${message}${help === null ? "" : ` [${help}]`}`,
  );
}

const findings: readonly (readonly ["tiny" | "bare", Path, unknown, readonly string[]])[] = [
  [
    "tiny",
    ["format"],
    "spice",
    [
      'OPT0401 format: this is not a circuit [a circuit file says "format": "optinc.circuit"; `optinc compile` writes one]',
    ],
  ],
  [
    "tiny",
    ["version"],
    5,
    [
      "OPT0402 version: circuit version 5 is unknown [this tool reads versions 1 to 4: compile the spec again, or use the tool that wrote the file]",
    ],
  ],
  [
    "tiny",
    ["version"],
    undefined,
    [
      "OPT0402 version: circuit version nothing is unknown [this tool reads versions 1 to 4: compile the spec again, or use the tool that wrote the file]",
    ],
  ],
  [
    "tiny",
    ["version"],
    "1",
    [
      'OPT0402 version: circuit version "1" is unknown [this tool reads versions 1 to 4: compile the spec again, or use the tool that wrote the file]',
    ],
  ],
  ["tiny", ["name"], undefined, ["OPT0403 name: missing, a text is wanted"]],
  ["tiny", ["modes"], "6", ['OPT0403 modes: a number is wanted, not "6"']],
  ["tiny", ["modes"], "3.5", ['OPT0403 modes: a number is wanted, not "3.5"']],
  ["tiny", ["name"], 7, ["OPT0403 name: a text is wanted, not 7"]],
  [
    "tiny",
    ["name"],
    "",
    ["OPT0415 name: a name is empty [names are up to 128 characters that can be seen, without / and \\]"],
  ],
  ["tiny", ["sections", 1], [], ["OPT0403 sections[1]: an object is wanted, not a list of 0"]],
  ["tiny", ["sections"], {}, ["OPT0403 sections: a list is wanted, not an object"]],
  ["tiny", ["aggregate"], 3, ["OPT0403 aggregate: an object is wanted, not 3"]],
  ["tiny", ["inputs", 0], "w", ['OPT0403 inputs[0]: an object is wanted, not "w"']],
  ["tiny", ["inputs", 0, "kind"], "laser", ['OPT0403 inputs[0].kind: "worker" or "reference" is wanted, not "laser"']],
  [
    "tiny",
    ["sections", 0, "kind"],
    "x",
    ['OPT0403 sections[0].kind: "combine" or "reference" or "layer" or "broadcast" is wanted, not "x"'],
  ],
  [
    "tiny",
    ["aggregate", "rounding"],
    "up",
    ['OPT0403 aggregate.rounding: "floor" or "half-up" or "half-even" is wanted, not "up"'],
  ],
  [
    "tiny",
    ["aggregate", "rounding"],
    4,
    ['OPT0403 aggregate.rounding: "floor" or "half-up" or "half-even" is wanted, not 4'],
  ],
  ["tiny", ["aggregate", "signed"], 1, ["OPT0403 aggregate.signed: true or false is wanted, not 1"]],
  [
    "tiny",
    ["sections", 0, "meshes", 0, "devices", 0, "thetaRad"],
    undefined,
    ["OPT0403 sections[0].meshes[0].devices[0].thetaRad: missing, a number is wanted"],
  ],
  [
    "tiny",
    ["sections", 0, "meshes", 0, "devices", 0, "thetaRad"],
    { a: 1 },
    ["OPT0403 sections[0].meshes[0].devices[0].thetaRad: a number is wanted, not an object"],
  ],
  [
    "tiny",
    ["sections", 0, "meshes", 0, "devices", 0, "thetaRad"],
    [1, 2],
    ["OPT0403 sections[0].meshes[0].devices[0].thetaRad: a number is wanted, not a list of 2"],
  ],
  [
    "tiny",
    ["sections", 0, "meshes", 0, "devices", 0, "phiRad"],
    null,
    ["OPT0403 sections[0].meshes[0].devices[0].phiRad: a number is wanted, not null"],
  ],
  [
    "tiny",
    ["sections", 0, "meshes", 0, "devices", 0, "thetaRad"],
    1048577,
    ["OPT0404 sections[0].meshes[0].devices[0].thetaRad: 1048577 is not an angle in -1048576..1048576 rad"],
  ],
  [
    "tiny",
    ["sections", 0, "meshes", 0, "devices", 0, "thetaRad"],
    -1048577,
    ["OPT0404 sections[0].meshes[0].devices[0].thetaRad: -1048577 is not an angle in -1048576..1048576 rad"],
  ],
  ["tiny", ["inputs", 2, "field"], 1e101, ["OPT0404 inputs[2].field: 1e+101 is not of a magnitude in 1e-100..1e+100"]],
  ["tiny", ["inputs", 2, "field"], 1e-101, ["OPT0404 inputs[2].field: 1e-101 is not of a magnitude in 1e-100..1e+100"]],
  [
    "tiny",
    ["inputs", 2, "field"],
    Number.POSITIVE_INFINITY,
    ["OPT0404 inputs[2].field: Infinity is not a finite number"],
  ],
  ["tiny", ["outputs", 0, "levelsPerField"], 0, ["OPT0404 outputs[0].levelsPerField: 0 is not different from 0"]],
  [
    "tiny",
    ["sections", 2, "activations", 0, "gain"],
    -1,
    ["OPT0404 sections[2].activations[0].gain: -1 is not more than 0"],
  ],
  [
    "tiny",
    ["sections", 2, "activations", 0, "gain"],
    0,
    ["OPT0404 sections[2].activations[0].gain: 0 is not more than 0"],
  ],
  ["tiny", ["outputs", 0, "mode"], 6, ["OPT0404 outputs[0].mode: 6 is not a whole number in 0..5"]],
  ["tiny", ["inputs", 0, "mode"], 0.5, ["OPT0404 inputs[0].mode: 0.5 is not a whole number in 0..5"]],
  ["tiny", ["inputs", 1, "worker"], 2, ["OPT0404 inputs[1].worker: 2 is not a whole number in 0..1"]],
  ["tiny", ["inputs", 1, "symbol"], 1, ["OPT0404 inputs[1].symbol: 1 is not a whole number in 0..0"]],
  ["tiny", ["aggregate", "bits"], 33, ["OPT0404 aggregate.bits: 33 is not a whole number in 1..32"]],
  [
    "tiny",
    ["aggregate", "workers"],
    0,
    [
      "OPT0404 aggregate.workers: 0 is not a whole number in 1..4096",
      "OPT0404 inputs[0].worker: 0 is not a whole number in 0..-1",
      "OPT0404 inputs[1].worker: 1 is not a whole number in 0..-1",
      "OPT0404 outputs[0].worker: 0 is not a whole number in 0..-1",
      "OPT0404 outputs[1].worker: 1 is not a whole number in 0..-1",
    ],
  ],
  [
    "tiny",
    ["aggregate", "colour"],
    "red",
    ['OPT0405 aggregate: unknown key "colour" [known keys: fanIn, workers, bits, levels, signed, rounding, symbols]'],
  ],
  [
    "tiny",
    ["aggregate", "symbols"],
    2,
    [
      "OPT0406 aggregate: 2-bit words at 4 levels are not 2 symbols [levels are 2, 4, 8 or 16, and symbols = ceil(bits / log2(levels))]",
    ],
  ],
  [
    "tiny",
    ["aggregate", "levels"],
    3,
    [
      "OPT0406 aggregate: 2-bit words at 3 levels are not 1 symbols [levels are 2, 4, 8 or 16, and symbols = ceil(bits / log2(levels))]",
    ],
  ],
  [
    "tiny",
    ["aggregate", "bits"],
    1,
    [
      "OPT0406 aggregate: 1-bit words at 4 levels are not 1 symbols [levels are 2, 4, 8 or 16, and symbols = ceil(bits / log2(levels))]",
    ],
  ],
  [
    "tiny",
    ["certificate", "cells", 0, "residual"],
    6,
    ["OPT0404 certificate.cells[0].residual: 6 is not a whole number in 0..5"],
  ],
  [
    "tiny",
    ["certificate", "cells", 0, "residual"],
    "x",
    ['OPT0403 certificate.cells[0].residual: a number is wanted, not "x"'],
  ],
  [
    "tiny",
    ["certificate", "signals", 0, "section"],
    5,
    ["OPT0404 certificate.signals[0].section: 5 is not a whole number in 0..4"],
  ],
  [
    "tiny",
    ["certificate", "symbols", 0, 0, "weight"],
    0.5,
    ["OPT0404 certificate.symbols[0][0].weight: 0.5 is not a whole number in -9007199254740991..9007199254740991"],
  ],
  [
    "tiny",
    ["certificate", "cells", 0, "terms", 0, "signal"],
    4,
    [
      "OPT0413 certificate.cells[0].terms[0].signal: signal 4 is read before a cell writes it [the circuit may still be right; set the certificate to null to check it without a proof]",
    ],
  ],
  [
    "tiny",
    ["certificate", "cells", 1, "terms", 0, "signal"],
    5,
    [
      "OPT0413 certificate.cells[1].terms[0].signal: signal 5 is read before a cell writes it [the circuit may still be right; set the certificate to null to check it without a proof]",
    ],
  ],
  [
    "tiny",
    ["certificate", "cells", 2, "set"],
    5,
    [
      "OPT0413 certificate.cells[2].set: signal 5 is read before a cell writes it [the circuit may still be right; set the certificate to null to check it without a proof]",
    ],
  ],
  [
    "tiny",
    ["certificate", "cells", 2, "unless"],
    5,
    [
      "OPT0413 certificate.cells[2].unless: signal 5 is read before a cell writes it [the circuit may still be right; set the certificate to null to check it without a proof]",
    ],
  ],
  [
    "tiny",
    ["certificate", "cells", 3, "terms", 1, "signal"],
    5,
    [
      "OPT0413 certificate.cells[3].terms[1].signal: signal 5 is read before a cell writes it [the circuit may still be right; set the certificate to null to check it without a proof]",
    ],
  ],
  [
    "tiny",
    ["certificate", "cells", 1, "bit"],
    1,
    [
      "OPT0413 certificate.cells[1].bit: signal 1 is written twice, or is a sum of the workers [the circuit may still be right; set the certificate to null to check it without a proof]",
      "OPT0413 certificate.cells[2].unless: signal 3 is read before a cell writes it [the circuit may still be right; set the certificate to null to check it without a proof]",
    ],
  ],
  [
    "tiny",
    ["certificate", "cells", 2, "bit"],
    0,
    [
      "OPT0413 certificate.cells[2].bit: signal 0 is written twice, or is a sum of the workers [the circuit may still be right; set the certificate to null to check it without a proof]",
      "OPT0413 certificate.cells[3].terms[0].signal: signal 4 is read before a cell writes it [the circuit may still be right; set the certificate to null to check it without a proof]",
      "OPT0413 certificate.symbols[0][0].signal: signal 4 is read before a cell writes it [the circuit may still be right; set the certificate to null to check it without a proof]",
    ],
  ],
  [
    "tiny",
    ["certificate", "cells", 3, "total"],
    4,
    [
      "OPT0413 certificate.cells[3].total: signal 4 is written twice, or is a sum of the workers [the circuit may still be right; set the certificate to null to check it without a proof]",
    ],
  ],
  [
    "tiny",
    ["certificate", "cells", 0, "bits", 0, "signal"],
    0,
    [
      "OPT0413 certificate.cells[0].bits[0].signal: signal 0 is written twice, or is a sum of the workers [the circuit may still be right; set the certificate to null to check it without a proof]",
      "OPT0413 certificate.cells[2].set: signal 1 is read before a cell writes it [the circuit may still be right; set the certificate to null to check it without a proof]",
    ],
  ],
  [
    "tiny",
    ["certificate", "cells", 0, "residual"],
    1,
    [
      "OPT0413 certificate.cells[0].residual: signal 1 is written twice, or is a sum of the workers [the circuit may still be right; set the certificate to null to check it without a proof]",
      "OPT0413 certificate.cells[1].terms[0].signal: signal 2 is read before a cell writes it [the circuit may still be right; set the certificate to null to check it without a proof]",
      "OPT0413 certificate.cells[3].terms[1].signal: signal 2 is read before a cell writes it [the circuit may still be right; set the certificate to null to check it without a proof]",
    ],
  ],
  [
    "tiny",
    ["certificate", "cells", 0, "residual"],
    null,
    [
      "OPT0413 certificate.cells[1].terms[0].signal: signal 2 is read before a cell writes it [the circuit may still be right; set the certificate to null to check it without a proof]",
      "OPT0413 certificate.cells[3].terms[1].signal: signal 2 is read before a cell writes it [the circuit may still be right; set the certificate to null to check it without a proof]",
    ],
  ],
  [
    "tiny",
    ["certificate", "symbols"],
    [[{ signal: 4, weight: 2 }], []],
    [
      "OPT0413 certificate.symbols: 2 symbols are claimed, the aggregate has 1 [the circuit may still be right; set the certificate to null to check it without a proof]",
    ],
  ],
  [
    "tiny",
    ["certificate", "cells"],
    [],
    [
      "OPT0413 certificate.symbols[0][0].signal: signal 4 is read before a cell writes it [the circuit may still be right; set the certificate to null to check it without a proof]",
    ],
  ],
  ["bare", ["aggregate", "workers"], 7, ["OPT0406 aggregate.fanIn: a cascade of 3 x 2 has no inputs for 7 workers"]],
  ["bare", ["aggregate", "fanIn"], [1], ["OPT0404 aggregate.fanIn[0]: 1 is not a whole number in 2..4096"]],
  [
    "bare",
    ["inputs", 1, "symbol"],
    0,
    [
      "OPT0407 inputs[1]: worker 0, symbol 0 has a second input port, after inputs[0]",
      "OPT0407 inputs: worker 0, symbol 1 has no input port",
    ],
  ],
  [
    "bare",
    ["inputs", 2, "worker"],
    0,
    [
      "OPT0407 inputs[2]: worker 0, symbol 0 has a second input port, after inputs[0]",
      "OPT0407 inputs: worker 1, symbol 0 has no input port",
    ],
  ],
  [
    "bare",
    ["inputs", 3, "mode"],
    1,
    [
      "OPT0407 inputs[3]: mode 1 already has the port inputs[1]",
      "OPT0412 outputs[3]: the receiver on mode 3 never gets light [check its mode, and that no mesh absorbs the light before it]",
    ],
  ],
  ["bare", ["inputs", 4, "mode"], 1, ["OPT0407 inputs[4]: mode 1 already has the port inputs[1]"]],
  [
    "bare",
    ["outputs", 1, "symbol"],
    0,
    [
      "OPT0408 outputs[1]: worker 0, symbol 0 has a second output port, after outputs[0]",
      "OPT0408 outputs: worker 0, symbol 1 has no output port",
    ],
  ],
  [
    "bare",
    ["outputs", 3, "worker"],
    0,
    [
      "OPT0408 outputs[3]: worker 0, symbol 1 has a second output port, after outputs[1]",
      "OPT0408 outputs: worker 1, symbol 1 has no output port",
    ],
  ],
  ["bare", ["outputs", 3, "mode"], 1, ["OPT0408 outputs[3]: mode 1 already has the port outputs[1]"]],
  [
    "bare",
    ["inputs"],
    [],
    [
      "OPT0407 inputs: worker 0, symbol 0 has no input port",
      "OPT0407 inputs: worker 0, symbol 1 has no input port",
      "OPT0407 inputs: worker 1, symbol 0 has no input port",
      "OPT0407 inputs: worker 1, symbol 1 has no input port",
      "OPT0412 (warning) sections[0].activations[0]: the neuron on mode 0 never gets light [leave it out, or check the modes of the mesh before it]",
      "OPT0412 outputs[0]: the receiver on mode 0 never gets light [check its mode, and that no mesh absorbs the light before it]",
      "OPT0412 outputs[1]: the receiver on mode 1 never gets light [check its mode, and that no mesh absorbs the light before it]",
      "OPT0412 outputs[2]: the receiver on mode 2 never gets light [check its mode, and that no mesh absorbs the light before it]",
      "OPT0412 outputs[3]: the receiver on mode 3 never gets light [check its mode, and that no mesh absorbs the light before it]",
    ],
  ],
  [
    "bare",
    ["sections", 0, "activations"],
    [
      { kind: "relu", mode: 0, gain: 1 },
      { kind: "relu", mode: 0, gain: 1 },
    ],
    ["OPT0411 sections[0].activations[1]: mode 0 already has a neuron in this section"],
  ],
  [
    "bare",
    ["sections", 0, "meshes", 0, "terminated"],
    [0],
    [
      "OPT0412 (warning) sections[0].activations[0]: the neuron on mode 0 never gets light [leave it out, or check the modes of the mesh before it]",
      "OPT0412 outputs[0]: the receiver on mode 0 never gets light [check its mode, and that no mesh absorbs the light before it]",
    ],
  ],
  [
    "bare",
    ["sections", 0, "meshes", 0, "terminated"],
    [2, 4],
    [
      "OPT0409 sections[0].meshes[0].terminated[1]: mode 4 does not belong to the mesh [devices stand on the modes that the mesh lists, each listed once]",
    ],
  ],
  [
    "bare",
    ["sections", 0, "meshes", 0, "terminated"],
    [2, 2],
    [
      "OPT0409 sections[0].meshes[0].terminated[1]: mode 2 occurs twice [devices stand on the modes that the mesh lists, each listed once]",
    ],
  ],
  [
    "bare",
    ["sections", 0, "meshes", 0, "modes"],
    [0, 1, 0],
    [
      "OPT0409 sections[0].meshes[0].modes[2]: mode 0 occurs twice [devices stand on the modes that the mesh lists, each listed once]",
    ],
  ],
  [
    "bare",
    ["sections", 0, "meshes", 0, "modes"],
    [0, 1],
    [
      "OPT0409 sections[0].meshes[0].devices[2]: the mzi on mode 1 does not fit in a mesh of 2 modes [devices stand on the modes that the mesh lists, each listed once]",
    ],
  ],
  [
    "bare",
    ["sections", 0, "meshes", 0, "devices", 2, "column"],
    0,
    [
      "OPT0410 sections[0].meshes[0].devices[2]: column 0 is not behind column 0 of the device before it on mode 1 [number the columns of a mesh in the direction of the light]",
    ],
  ],
  [
    "bare",
    ["sections", 0, "meshes", 0, "devices", 0, "column"],
    1,
    [
      "OPT0410 sections[0].meshes[0].devices[1]: column 0 is not behind column 1 of the device before it on mode 1 [number the columns of a mesh in the direction of the light]",
    ],
  ],
  [
    "bare",
    ["sections", 0, "meshes", 0, "devices", 1, "mode"],
    3,
    [
      "OPT0409 sections[0].meshes[0].devices[1]: the phase on mode 3 does not fit in a mesh of 3 modes [devices stand on the modes that the mesh lists, each listed once]",
    ],
  ],
  [
    "tiny",
    ["outputs", 1, "mode"],
    5,
    [
      "OPT0412 outputs[1]: the receiver on mode 5 never gets light [check its mode, and that no mesh absorbs the light before it]",
    ],
  ],
  [
    "tiny",
    ["sections", 2, "activations", 2, "mode"],
    5,
    [
      "OPT0412 (warning) sections[2].activations[2]: the neuron on mode 5 never gets light [leave it out, or check the modes of the mesh before it]",
    ],
  ],
  [
    "tiny",
    ["sections", 2, "activations", 1, "mode"],
    0,
    ["OPT0411 sections[2].activations[1]: mode 0 already has a neuron in this section"],
  ],
];

describe("what is found in a circuit", () => {
  it.each(findings)("%s with %j as %j", (base, path, by, expected) => {
    expect(foundIn(changed(bases[base], path, by))).toEqual(expected);
  });

  it("is nothing at the bounds", () => {
    const at = ["sections", 0, "meshes", 0, "devices", 0, "thetaRad"];
    for (const angle of [2 ** 20, -(2 ** 20)]) expect(foundIn(changed(tiny, at, angle))).toEqual([]);
    for (const field of [1e100, -1e100, 1e-100, 0]) {
      expect(foundIn(changed(tiny, ["inputs", 2, "field"], field))).toEqual([]);
    }
    for (const workers of [2, 6]) {
      const found = foundIn(changed(bare, ["aggregate", "workers"], workers));
      expect(found.filter((line) => line.startsWith("OPT0406"))).toEqual([]);
    }
    const bits = circuit({
      ...tinyCircuit(),
      aggregate: { workers: 2, bits: 1, levels: 2, signed: false, rounding: "floor", symbols: 1 },
    });
    expect(foundIn(bits)).toEqual([]);
    // No circuit is written with an empty list of levels, and one that is read is a single unit.
    expect(foundIn(changed(bare, ["aggregate", "fanIn"], []))).toEqual([]);
  });

  it("of version 1 is a device that loses light, which a reader of that version does not know", () => {
    const lossy = changed(tiny, ["sections", 0, "meshes", 0, "devices", 0, "fieldFactor"], 0.9);
    expect(foundIn(lossy)).toEqual([
      "OPT0402 version: a circuit of version 1 has devices that lose light, or waveguides [losses are of version 2; a reader of version 1 would take the circuit for an ideal one]",
    ]);
    expect(foundIn(changed(lossy, ["version"], 2))).toEqual([]);
    expect(foundIn(changed(tiny, ["version"], 2))).toEqual([]);
  });

  it("is nothing in as many modes as four for each that is named, and a thousand", () => {
    // 5 inputs, 4 outputs, a neuron, a mesh of 3.
    const most = 1024 + 4 * 13;
    expect(foundIn(changed(bare, ["modes"], most))).toEqual([]);
    expect(foundIn(changed(bare, ["modes"], most + 1))).toEqual([
      `OPT0404 modes: ${most + 1} modes are more than a circuit needs that names 13 in its ports, meshes and neurons`,
    ]);
  });

  it("is what is wrong in the file, where what it counts is wrong as well", () => {
    // Indices are not measured by counts that are no counts.
    const found = (base: object, path: Path, by: unknown): string[] => foundIn(changed(base, path, by));
    expect(found(tiny, ["aggregate", "workers"], "2")).toEqual([
      'OPT0403 aggregate.workers: a number is wanted, not "2"',
    ]);
    expect(found(tiny, ["aggregate", "symbols"], 1.5)).toEqual([
      "OPT0404 aggregate.symbols: 1.5 is not a whole number in 1..32",
    ]);
    expect(found(tiny, ["aggregate", "workers"], 1.5)).toEqual([
      "OPT0404 aggregate.workers: 1.5 is not a whole number in 1..4096",
    ]);
    expect(found(tiny, ["aggregate"], undefined)).toEqual(["OPT0403 aggregate: missing, an object is wanted"]);
    expect(found(tiny, ["sections"], undefined)).toEqual(["OPT0403 sections: missing, a list is wanted"]);
    expect(found(tiny, ["certificate", "signals"], 7)).toEqual([
      "OPT0403 certificate.signals: a list is wanted, not 7",
    ]);
    expect(found(tiny, ["certificate"], undefined)).toEqual(["OPT0403 certificate: missing, an object is wanted"]);
    for (const value of [null, "x", 7]) expect(foundIn(value)[0]).toContain("OPT0401 format: this is not a circuit");
  });
});

describe("a list of findings", () => {
  const finding = { code: "OPT0404", message: "m", where: "", help: null };

  it.each([
    ["error", 3, "error"],
    ["warning", 0, "warning"],
  ] as const)("of %ss ends in how many more there are", (severity, errors, last) => {
    const reports = newReports();
    for (let i = 0; i < 47; i++) reports.report({ ...finding, severity: "warning" });
    for (let i = 0; i < 3; i++) reports.report({ ...finding, severity });
    expect(reports.errors()).toBe(errors);
    expect(reports.findings()).toHaveLength(50);
    reports.report({ ...finding, severity: "warning" });
    reports.report({ ...finding, severity: "warning" });
    expect(reports.findings()).toHaveLength(51);
    expect(reports.findings().at(-1)).toEqual({
      code: "OPT0414",
      severity: last,
      message: "2 more findings are not listed",
      where: "",
      help: null,
    });
    expect(reports.errors()).toBe(errors);
  });
});

describe("a value as a message shows it", () => {
  it.each<readonly [unknown, string]>([
    ["red", '"red"'],
    ['a "b"', '"a \\"b\\""'],
    ["a\u001b[31m\u202e", '"a\\u001b[31m?"'],
    ["x".repeat(38), `"${"x".repeat(38)}"`],
    ["x".repeat(39), `"${"x".repeat(38)}…`],
    ["x".repeat(500), `"${"x".repeat(38)}…`],
    [[1, [2]], "a list of 2"],
    [{ a: 1 }, "an object"],
    [undefined, "nothing"],
    [null, "null"],
    [1.5, "1.5"],
    [true, "true"],
  ])("%j", (value, text) => {
    expect(shown(value)).toBe(text);
  });
});

describe("rules of numbers and lists", () => {
  const counts = { modes: 3, workers: 1, symbols: 1, sections: 1, signals: 1 };
  const problems = (value: unknown, rule: Parameters<typeof checkForm>[1]): string[] => {
    const reports = newReports();
    checkForm(value, rule, "here", counts, reports);
    return reports.findings().map(({ message, where }) => `${where}: ${message}`);
  };

  it.each<readonly [Parameters<typeof checkForm>[1], unknown, readonly string[]]>([
    [{ kind: "index", of: "modes" }, 2, []],
    [{ kind: "index", of: "modes" }, 3, ["here: 3 is not a whole number in 0..2"]],
    [{ kind: "index", of: "modes" }, -1, ["here: -1 is not a whole number in 0..2"]],
    [{ kind: "integer", low: 2, high: 4 }, 2, []],
    [{ kind: "integer", low: 2, high: 4 }, 4, []],
    [{ kind: "integer", low: 2, high: 4 }, 1, ["here: 1 is not a whole number in 2..4"]],
    [{ kind: "integer", low: 2, high: 4 }, 5, ["here: 5 is not a whole number in 2..4"]],
    [{ kind: "quantity", sign: "any" }, 0, []],
    [{ kind: "quantity", sign: "any" }, -2, []],
    [{ kind: "quantity", sign: "nonzero" }, -2, []],
    [{ kind: "quantity", sign: "nonzero" }, 0, ["here: 0 is not different from 0"]],
    [{ kind: "quantity", sign: "positive" }, 2, []],
    [{ kind: "quantity", sign: "positive" }, 0, ["here: 0 is not more than 0"]],
    [{ kind: "quantity", sign: "positive" }, -2, ["here: -2 is not more than 0"]],
    [{ kind: "quantity", sign: "nonnegative" }, 0, []],
    [{ kind: "quantity", sign: "nonnegative" }, -2, ["here: -2 is not 0 or more"]],
    [{ kind: "quantity", sign: "any" }, Number.NaN, ["here: NaN is not a finite number"]],
    [{ kind: "quantity", sign: "any" }, Number.NEGATIVE_INFINITY, ["here: -Infinity is not a finite number"]],
    [{ kind: "angle" }, Number.NaN, ["here: NaN is not an angle in -1048576..1048576 rad"]],
    [{ kind: "factor" }, 1, []],
    [{ kind: "factor" }, 1e-100, []],
    [{ kind: "factor" }, 0, ["here: 0 is not more than 0 and at most 1: light is not amplified"]],
    [{ kind: "factor" }, 1.5, ["here: 1.5 is not more than 0 and at most 1: light is not amplified"]],
    [{ kind: "factor" }, Number.NaN, ["here: NaN is not more than 0 and at most 1: light is not amplified"]],
    [{ kind: "literal", of: [1, 2] }, 2, []],
    [{ kind: "literal", of: [1, 2] }, 3, ["here: 1 or 2 is wanted, not 3"]],
    [{ kind: "nullable", of: { kind: "flag" } }, null, []],
    [{ kind: "nullable", of: { kind: "flag" } }, 0, ["here: true or false is wanted, not 0"]],
    [
      { kind: "list", of: { kind: "flag" } },
      [true, 1, 2],
      ["here[1]: true or false is wanted, not 1", "here[2]: true or false is wanted, not 2"],
    ],
    [{ kind: "record", fields: { a: { kind: "flag" } } }, { a: true }, []],
    [{ kind: "record", fields: { a: { kind: "flag" } } }, {}, ["here.a: missing, true or false is wanted"]],
    [{ kind: "record", fields: { a: { kind: "flag" } }, optional: ["a"] }, {}, []],
    [
      { kind: "record", fields: { a: { kind: "flag" } }, optional: ["a"] },
      { a: 1 },
      ["here.a: true or false is wanted, not 1"],
    ],
    [{ kind: "record", fields: { a: { kind: "flag" } } }, { a: true, b: 1 }, ['here: unknown key "b"']],
    [{ kind: "variants", of: { x: { a: { kind: "flag" } } } }, { kind: "x", a: true }, []],
    [
      { kind: "variants", of: { x: { a: { kind: "flag" } } } },
      { kind: "y", a: true },
      ['here.kind: "x" is wanted, not "y"'],
    ],
    [{ kind: "variants", of: { x: { a: { kind: "flag" } } }, optional: { x: ["a"] } }, { kind: "x" }, []],
    [
      { kind: "variants", of: { x: { a: { kind: "flag" } } }, optional: { y: ["a"] } },
      { kind: "x" },
      ["here.a: missing, true or false is wanted"],
    ],
  ])("%j of %j", (rule, value, expected) => {
    expect(problems(value, rule)).toEqual(expected);
  });
});
