import { describe, expect, it } from "vitest";

import { MOST_PINS } from "../../netlist/formats/spice/plan.ts";
import { readSpice, spiceTarget, subjectOf } from "../../netlist/index.ts";
import { tinyCircuit } from "./build.ts";
import { edited } from "./changed.ts";
import { holdRefusals, type Refusal, said } from "./refusals.ts";
import { compiledMean } from "./spice/compiled.ts";
import { spiceText } from "./spice-text.ts";

const mean = compiledMean(2, 1, 2);
const nested = spiceText(mean);
const flat = spiceText(mean, { hierarchy: "flat" });

/** Why the file is refused and where: in the line that differs first from the original, in another that is quoted, or in no one. */
function refusals(original: string, text: string): Refusal[] {
  const { value, findings } = readSpice(text);
  expect(value === null).toBe(findings.some(({ severity }) => severity === "error"));
  const lines = text.split("\n");
  const before = original.split("\n");
  const first = lines.findIndex((line, i) => line !== before[i]) + 1;
  return findings.map(({ code, where, message, help }) => {
    expect(code).toMatch(/^OPT04\d\d$/);
    const line = Number(/^line (\d+)$/.exec(where)?.[1] ?? Number.NaN);
    const place = Number.isNaN(line) ? where : line === first ? "here" : (lines[line - 1]?.slice(0, 24) ?? "no line");
    return {
      place: code === "OPT0440" ? place : `${code} ${place}`,
      message: help === null ? message : `${message} [${help}]`,
    };
  });
}

describe("a SPICE file is refused for", () => {
  holdRefusals<readonly [pattern: string | RegExp, by: string]>(
    "spice-nested",
    [
      ["a source on the node of another worker", "here", "V_w0_s0_re w0_s0_re", "V_w0_s0_re w1_s0_re"],
      ["both parts of a source elsewhere", "here", /(V_w0_s0_(re|im)) w0/g, "$1 w1"],
      ["a source that another parameter sets", "here", "{w0_s0*", "{w1_s0*"],
      ["a source of another name", "here", "V_w0_s0_re", "V_w0_s1_re"],
      ["a source upside down", "here", "V_w0_s0_re w0_s0_re 0", "V_w0_s0_re 0 w0_s0_re"],
      ["a source without its imaginary part", "V_w0_s0_re w0_s0_re 0 {w", /^V_w0_s0_im.*\n/m, ""],
      ["constant light without its imaginary part", "V_ref_reference_re ref_r", /^V_ref_reference_im.*\n/m, ""],
      ["constant light without its real part", "here", /^V_ref_reference_re.*\n/m, ""],
      ["a source without its real part", ".param w0_s0=0", /^V_w0_s0_re.*\n/m, ""],
      ["a source without its parameter", "V_w0_s0_re w0_s0_re 0 {w", /^[.]param w0_s0.*\n/m, ""],
      ["a parameter without its source", ".param w0_s0=0", /^V_w0_s0_(re|im).*\n/gm, ""],
      ["an imaginary part that is none", "here", "V_w0_s0_im w0_s0_im 0 0", "V_w0_s0_im w0_s0_im 0 1"],
      ["a source that blinks", "here", "{w0_s0*(1)}", "{w0_s0*(1)} ac 1"],
      ["a launch beyond the numbers", "here", "{w0_s0*(1)}", "{w0_s0*(1e999)}"],
      ["constant light beyond the numbers", "here", /(V_ref_reference_re \S+ 0) .*/, "$1 1e400"],
      ["a receiver beyond the numbers", "here", /^(E_rx_w0_s0 .*) \S+$/m, "$1 -1e309"],
      [
        "a receiver beyond the numbers, at length",
        "here",
        /^(E_rx_w0_s0 .*) \S+$/m,
        "$1 999999999999999999999999999999.999999999999999999999999999999e999",
      ],
      ["a receiver off ground", "here", /^(E_rx_w0_s0 rx_w0_s0) 0/m, "$1 w0_s0_re"],
      ["a receiver that reads the imaginary part", "here", /^(E_rx_w0_s0 .*)_re/m, "$1_im"],
      ["a field of another net", "E_out_w0_s0_im out_w0_s0", /^(E_out_w0_s0_re \S+ 0) \S+/m, "$1 w0_s0_re"],
      ["a field that is missing", "E_rx_w0_s0 rx_w0_s0 0 ou", /^E_out_w0_s0_im.*\n/m, ""],
      ["a field with a gain", "here", /^(E_out_w0_s0_re .*) 1$/m, "$1 2"],
      ["a field without a receiver", "E_out_w0_s0_re out_w0_s0", /^E_rx_w0_s0.*\n/m, ""],
      ["a level without a receiver", "B_level_w0_s0 level_w0_s", /^E_(rx|out)_w0_s0.*\n/gm, ""],
      ["a level that is none", "here", /^(B_level_w0_s0 \S+ 0).*/m, "$1 V=0"],
      ["a level that is missing", "E_rx_w0_s0 rx_w0_s0 0 ou", /^B_level_w0_s0.*\n/m, ""],
      ["a level of another receiver", "here", "V(rx_w0_s0)", "V(rx_w1_s0)"],
      ["a level that is cut off elsewhere", "here", "min(1,", "min(2,"],
      ["a source of another kind", "E_rx_w0_s0 rx_w0_s0 0 ou", "B_level_w0_s0", "B_other_w0_s0"],
      ["a receiver on a dark net", "E_out_w0_s0_im out_w0_s0", / s4_m2_re 0 (\S+)$/gm, " s0_m9_re 0 $1"],
      ["a receiver on an input", "E_rx_w0_s0 rx_w0_s0 0 ou", /s4_m2_(re|im) 0/g, "w0_s0_$1 0"],
      ["two receivers of one field", "E_rx_w1_s0 rx_w1_s0 0 ou", /(E_\S+_w1_s0\S* \S+ 0) s4_m4/g, "$1 s4_m2"],
      ["a second receiver", "here", /^(E_rx_w0_s0.*)$/m, "$1\n$1"],
      ["a node that is not saved", "E_rx_w0_s0 rx_w0_s0 0 ou", " v(level_w0_s0)", ""],
      ["a field that is not saved", "E_rx_w1_s0 rx_w1_s0 0 ou", " v(out_w1_s0_im)", ""],
      ["a saved node that is none", "here", " v(level_w0_s0)", " v(level_w0_s0) v(level_w9_s0)"],
      ["a node that is saved twice", "here", " v(level_w0_s0)", " v(level_w0_s0) v(level_w0_s0)"],
      ["a current that is saved", "here", " v(level_w0_s0)", " v(level_w0_s0) i(v_w0_s0_re)"],
      ["a saved word that begins otherwise", "here", " v(level_w0_s0)", " xv(level_w0_s0)"],
      ["a saved word that goes on", "here", " v(level_w0_s0)", " v(level_w0_s0)b"],
      ["a saved node that begins with a number", "here", " v(level_w0_s0)", " v(1a)"],
      ["nothing that is saved", "here", /^[.]save .*$/m, ".save "],
      ["a line that is saved twice", "here", /^([.]save .*)$/m, "$1\n$1"],
      ["a second theta", "here", /( mzi theta=\S+ phi=\S+)$/m, "$1 theta=0"],
      ["a multiplicity", "here", /( mzi theta=\S+ phi=\S+)$/m, "$1 m=2"],
      ["a loss", "here", /( mzi theta=\S+ phi=\S+)$/m, "$1 il=-0.2"],
      ["a setting of another device", "here", /( phase phi=\S+)$/m, "$1 theta=0"],
      ["parameters of a mesh", "here", /^(X_m0 .*)$/m, "$1 theta=0"],
      ["a suffix", "here", /gain=([\d.]+)/g, "gain=$1k"],
      ["a hexadecimal number", "here", /neuron gain=[\d.]+/, "neuron gain=0x10"],
      ["an expression", "here", /neuron gain=([\d.]+)/, "neuron gain={$1}"],
      ["a gain of too many digits", "here", /neuron gain=[\d.]+/, "neuron gain=1111111111111111111111111111111"],
      ["a phase that lost its digits", "X_d0_c0 i0_re i0_im i3_r", /theta_d0=[\d.]+/, "theta_d0=1e15"],
      ["a phase one past the last", "X_d0_c0 i0_re i0_im i3_r", /theta_d0=[\d.]+/, "theta_d0=10001"],
      ["another phase that lost its digits", "X_d1_c1 d0_0_re d0_0_im ", /phi_d1=[\d.]+/, "phi_d1=-10001"],
      ["a device with a net too few", "here", /^(X_d1_c1) \S+ \S+/m, "$1"],
      ["a device with a net too many", "here", /^(X_d1_c1 .*) phase/m, "$1 o0_re o0_im phase"],
      ["an output on ground", "here", /^(X_d1_c1 \S+ \S+) \S+ \S+/m, "$1 0 0"],
      [
        "an output on another",
        "here",
        /^(X_d0_c0 .*) d0_0_re d0_0_im d0_3_re d0_3_im/m,
        "$1 d0_0_re d0_0_im d0_0_re d0_0_im",
      ],
      ["light that is taken twice", "X_d0_c0 i0_re i0_im i1_r", /^(X_s2) \S+ \S+/m, "$1 w0_s0_re w0_s0_im"],
      ["light that a receiver takes as well", "E_rx_w0_s0 rx_w0_s0 0 ou", /^(X_s2) \S+ \S+/m, "$1 s4_m2_re s4_m2_im"],
      ["light in a circle", "X_d0_c0 i2_re i2_im i0_r", /^(X_s2) \S+ \S+/m, "$1 s2_m0_re s2_m0_im"],
      ["light from nowhere", "", /^(X_s2) \S+ \S+/m, "$1 s7_m0_re s7_m0_im"],
      ["pins that are no field", "here", /^(X_s2 \S+)_re \S+_im/m, "$1_re s1_m1_im"],
      ["pins the wrong way round", "here", /^(X_s2) (\S+)_re \S+_im/m, "$1 $2_im $2_re"],
      ["half a field", "here", /^(X_s2) (\S+)_re \S+_im/m, "$1 $2_re"],
      ["half a ground", "here", /^(X_s2) (\S+)_re \S+_im/m, "$1 0 $2_im"],
      ["a field of no name", "here", /^(X_s2) (\S+)_re \S+_im/m, "$1 table_re table_im"],
      ["a device model that is not there", "here", / phase phi=/, " ring phi="],
      ["a section that is not there", "here", "s0_combine\nX_s1", "s0_combined\nX_s1"],
      ["a section twice", "here", / s1_reference\n(?=X_s2)/, " s0_combine\n"],
      ["a mesh with a field too few", "here", /^(X_m0) \S+ \S+/m, "$1"],
      ["a mesh that nothing uses", ".subckt s0_m0_sum0_sum0 ", /^X_m0 .*\n/m, ""],
      ["a device model edited", ".subckt mzi ar ai br bi ", "Rcr cr 0 1", "Rcr cr 0 2"],
      ["a device model with another default", "here", "phi=0 il=0\n", "phi=1 il=0\n"],
      ["an instance of no name", "here", /^X_s2 /m, "X_ "],
      ["an instance whose name begins otherwise", "here", /^X_s2 /m, "X-X_s2 "],
      ["an instance whose name ends otherwise", "here", /^X_s2 /m, "X_s2- "],
      ["a node of another part of a field", "here", /^(X_s2 \S+)_re/m, "$1_xx"],
      ["a setting with two signs", "here", /neuron gain=/, "neuron gain=="],
      ["a setting with an exponent of no digits", "here", /neuron gain=[\d.]+/, "neuron gain=1e"],
      ["a setting beyond the numbers", "here", /neuron gain=[\d.]+/, "neuron gain=1e999"],
      ["a device of the same name", "here", /^X_d1_c1 /m, "X_d0_c0 "],
      ["a section of the same name", "here", /^X_s1 /m, "x_S0 "],
      [
        "an instance of nothing",
        "here",
        "X_s1 ref_reference_re ref_reference_im s1_m2_re s1_m2_im s1_m1_re s1_m1_im s1_reference",
        "X_s1",
      ],
      ["a section under the name of no section", ".subckt part1_reference ", /s1_reference/g, "part1_reference"],
      ["a pin on ground", "here", /^([.]subckt s2_layer1) \S+ \S+/m, "$1 0 0"],
      ["a pin twice", "here", /^([.]subckt s2_layer1) (\S+) (\S+) \S+ \S+/m, "$1 $2 $3 $2 $3"],
      [
        "a subcircuit in another",
        ".subckt s2_layer1 i0_re ",
        /\n([.]subckt s2_layer1 .*)/,
        "\n.subckt s9_x i0_re i0_im\n$1",
      ],
      [
        "a subcircuit twice",
        "here",
        "\n* light path",
        "\n.subckt s2_layer1 i0_re i0_im\n.ends s2_layer1\n* light path",
      ],
      ["an end of another subcircuit", "here", ".ends s2_layer1", ".ends s3_layer1"],
      ["a subcircuit without an end", ".subckt circuit_mean_2x1", /\n[.]ends circuit_mean_2x1/, ""],
      ["an end of nothing", "here", "\n* light path", "\n.ends s4_broadcast\n* light path"],
      ["words after .ends", "here", ".ends s2_layer1", ".ends s2_layer1 really"],
      ["no end", ".endc", "\n.end\n", "\n"],
      ["words after .end", "here", "\n.end\n", "\n.end really\n"],
      ["text after the end", "here", "\n.end\n", "\n.end\n.op\n"],
      ["a word in a section", "here", /^X_m0 .*$/m, "hello"],
      ["a word at the top", "here", /^X_s2 .*$/m, "hello there"],
      [
        "a long word at the top",
        "here",
        /^X_s2 .*$/m,
        "hellooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooo",
      ],
      ["a load", "here", /\nX_s2 /, "\nR_load s0_m0_re 0 1\nX_s2 "],
      ["a source that shorts", "here", /\nX_s2 /, "\nV_short s0_m0_re 0 0\nX_s2 "],
      ["no analysis", "", "\n.op\n", "\n"],
      ["a waveform", "here", "\n.op\n", "\n.tran 1n 10n\n"],
      ["a second analysis", "here", "\n.op\n", "\n.op\n.op\n"],
      ["another option", "here", "vntol=1e-12", "vntol=1e-9"],
      ["too few steps", "here", /itl1=\d+/, "itl1=10"],
      ["no options", "", /^[.]options.*\n/m, ""],
      ["a parameter twice", "here", /^([.]param w0_s0=0)$/m, "$1\n$1"],
      ["a parameter of something else", "here", /^([.]param w0_s0=0)$/m, "$1\n.param pi=3"],
      ["a level beyond the last", "here", "w0_s0=0", "w0_s0=2"],
      ["a level that is none at all", "here", "w0_s0=0", "w0_s0=0.5"],
      ["a worker that there is not", ["OPT0404 inputs[1].worker", "OPT0404 outputs[1].worker"], /w1_s0/g, "w2_s0"],
      ["a symbol that there is not", ["OPT0404 inputs[1].symbol", "OPT0404 outputs[1].symbol"], /w1_s0/g, "w1_s1"],
      ["a line that starts with a blank", "here", /^X_s2 /m, " X_s2 "],
      ["a line that starts with a tab", "here", /^X_s2 /m, "\tX_s2 "],
      ["a character that is not ASCII", "here", /^X_s2 /m, "X_s2 \u00e4 "],
      ["a carriage return in a line", "here", /^X_s2 /m, "X_s2 \r"],
      ["a continued comment", "+ X_s2 s0_m0_re s0_m0_im", /\nX_s2 /, "\n* and\n+ X_s2 "],
      ["a continued empty line", "+ X_s2 s0_m0_re s0_m0_im", /\nX_s2 /, "\n\n+ X_s2 "],
      ["a continued nothing", "here", /\n[.]param w0_s0/, "\n+ theta=0\n.param w0_s0"],
      ["a command in a comment", "here", /\nX_s2 /, "\n*#alter V_w0_s0_re 3\nX_s2 "],
      ["a star before a word", "here", /\nX_s2 /, "\n*X_s2 "],
      ["a control character in a comment", "here", /\nX_s2 /, "\n* bell \u0007\nX_s2 "],
      ["no header", "here", /^.*\n.*\n/, ""],
      ["a header of other bits", "here", /^(.* )1 bits/, "$12 bits"],
      ["a header of another rounding", "* mean-2x1: 2 workers, 1", "rounding=half-up", "rounding=up"],
      ["a header that is cut", "* mean-2x1: 2 workers, 1", / symbols=1\n/, "\n"],
      ["a fan-in that is none", "* mean-2x1: 2 workers, 1", / symbols=1\n/, " symbols=1 fan-in=\n"],
      ["a title that says nothing", "here", /^.*\n/, "* a circuit\n"],
      ["a phase that is computed", "here", /theta_d0=([\d.]+)/, "theta_d0={$1}"],
      ["a phase without a name", "here", /theta_d0=([\d.]+)/, "theta_=$1"],
      ["a phase of another subcircuit", "here", "theta={theta_d0}", "theta={theta_s0_m0_d0}"],
      ["a phase outside of its subcircuit", "here", "\nX_dut ", "\n.param theta_d0=1\nX_dut "],
      ["a phase that is computed where it is taken", "here", "theta={theta_d0}", "theta={2*theta_d0}"],
      ["an MZI that loses light", "here", /( phi=\{phi_d0\})$/m, "$1 il=-0.1"],
      ["an MZI with another coupler", "here", /( phi=\{phi_d0\})$/m, "$1 k1=1.45"],
      ["an MZI with another second coupler", "here", /( phi=\{phi_d0\})$/m, "$1 k2=0"],
      ["a neuron with an offset", "here", /( neuron gain=\S+)$/m, "$1 offset=0.1"],
      ["a neuron that saturates", "here", /( neuron gain=\S+)$/m, "$1 saturation=1"],
      ["a neuron with noise", "here", /( neuron gain=\S+)$/m, "$1 noise=0.01"],
      ["a neuron with noise at another step", "here", /( neuron gain=\S+)$/m, "$1 nt=1e-9"],
      ["a neuron with a parameter of an MZI", "here", /( neuron gain=\S+)$/m, "$1 il=0"],
      ["pins that are none", "here", /^(X_dut|\.subckt circuit_\S+) /gm, "$1 a b "],
      ["pins that are outputs of a part", "here", /^(\.subckt s0\S+ )(\S+ \S+)/m, "$1out_w0_s0_re out_w0_s0_im"],
      ["a source whose node is no pin", "", /^((X_dut|\.subckt circuit_\S+)) \S+ \S+/gm, "$1"],
      ["a circuit that is not there", "E_rx_w0_s0 rx_w0_s0 0 ou", /^X_dut .*\n(\+ .*\n)*/m, ""],
      ["a circuit twice", "here", /^(X_dut (.*\n(\+ .*\n)*))/m, "$1X_two $2"],
      ["a circuit of another name", "E_rx_w0_s0 rx_w0_s0 0 ou", /^X_dut/m, "X_other"],
      ["a circuit with a parameter", "X_dut w0_s0_re w0_s0_im ", /^(X_dut .*(\n\+ .*)*)/m, "$1 m=2"],
      ["an end of a control section that did not start", "here", "\nX_dut ", "\n.endc\nX_dut "],
      ["an include of another spelling", "here", "\nX_dut ", "\n.INC other.sp\nX_dut "],
    ],
    (pattern, by) => refusals(nested, edited(nested, pattern, by)),
  );

  holdRefusals<readonly [pattern: string | RegExp, by: string]>(
    "spice-flat",
    [
      ["flat: a device of the same name", "here", /^X_s1_m0_d2_c1 /m, "X_s1_m0_d1_c1 "],
      ["flat: light in a circle", "X_s3_m0_d0_c0 s1_m2_re s", /^(X_s2_n0) \S+ \S+/m, "$1 s2_m0_re s2_m0_im"],
      [
        "flat: light that waits for itself",
        "here",
        /^(X_s3_m0_d0_c0 \S+ \S+) s2_m0_re s2_m0_im/m,
        "$1 s3_m0_d0_0_re s3_m0_d0_0_im",
      ],
      ["flat: a neuron without light", "", /^(X_s2_n0) \S+ \S+/m, "$1 s9_m0_re s9_m0_im"],
    ],
    (pattern, by) => refusals(flat, edited(flat, pattern, by)),
  );
});

describe("a SPICE file is read with", () => {
  it.each<readonly [string, string, string | RegExp, string]>([
    ["other line ends", nested, /\n/g, "\r\n"],
    ["capitals", nested, /^X_s2 /m, "x_S2 "],
    ["tabs between words", nested, /^X_s2 /m, "X_s2\t \t"],
    ["empty lines", nested, /\nX_s2 /, "\n\n   \nX_s2 "],
    ["a bare star", nested, /\nX_s2 /, "\n*\n*\ttabbed\nX_s2 "],
    ["a word on a line of its own", nested, /^(X_s2 .*) (\S+)$/m, "$1\n+ $2"],
    ["the largest phase", flat, /phase phi=[\d.]+/, "phase phi=10000"],
    ["ideal settings written out", nested, /( mzi theta=\S+ phi=\S+)$/m, "$1 il=0 k1=0.5 k2=0.5"],
    ["as many steps as are needed", nested, /itl1=\d+/, "itl1=999999"],
    ["a level that is set", nested, "w0_s0=0", "w0_s0=1"],
    ["numbers with exponents", nested, /\{w0_s0\*\(1\)\}/, "{w0_s0*(1.0e+0)}"],
  ])("%s", (_, text, pattern, by) => {
    expect(refusals(text, text.replace(pattern, by))).toEqual([]);
  });
});

describe("a SPICE file is read as", () => {
  const summary = (text: string): unknown => {
    const { modes, inputs, outputs, sections, certificate, name, aggregate } = readSpice(text).value!;
    return {
      ...{ name, aggregate, modes, certificate },
      inputs: inputs.map((port) =>
        port.kind === "worker"
          ? `${port.name} on ${port.mode}: w${port.worker} s${port.symbol} x ${port.fieldPerLevel}`
          : `${port.name} on ${port.mode}: ${port.field.toFixed(6)}`,
      ),
      outputs: outputs.map(
        (port) => `${port.name} on ${port.mode}: w${port.worker} s${port.symbol} x ${port.levelsPerField.toFixed(6)}`,
      ),
      sections: sections.map(({ kind, name, meshes, activations }) => [
        `${kind} ${name}`,
        ...meshes.map(
          (it) =>
            `${it.kind} ${it.name}: ${it.devices.map((d) => `${d.kind} ${d.mode}`).join(", ")} on ${it.modes}${it.terminated.length > 0 ? ` without ${it.terminated}` : ""}`,
        ),
        ...activations.map((it) => `${it.kind} on ${it.mode} x ${it.gain.toFixed(6)}`),
      ]),
    };
  };
  const expected = {
    name: "mean-2x1",
    aggregate: { workers: 2, bits: 1, levels: 2, signed: true, rounding: "half-up", symbols: 1 },
    modes: 5,
    certificate: null,
    inputs: ["w0_s0 on 0: w0 s0 x 1", "w1_s0 on 1: w1 s0 x 1", "ref_reference on 2: 0.702568"],
    outputs: ["w0_s0 on 2: w0 s0 x 1.111111", "w1_s0 on 4: w1 s0 x 1.111111"],
    sections: [
      [
        "layer part0",
        "left x_d0_c0: mzi 0 on 1,0 without 0",
        "left x_d0_c0: mzi 0 on 2,3",
        "left x_d1_c1: phase 0 on 1",
        "left x_d1_c1: phase 0 on 2",
        "left x_d2_c1: phase 0 on 3",
        "left x_d0_c0: mzi 0 on 1,3 without 3",
        "left x_d1_c1: phase 0 on 1",
      ],
      ["layer part1", "relu on 1 x 2.982961"],
      ["layer part2", "left x_d0_c0: mzi 0 on 2,1 without 1", "left x_d1_c1: phase 0 on 2"],
      ["layer part3", "relu on 2 x 2.982961"],
      ["layer part4", "left x_d0_c0: mzi 0 on 2,4", "left x_d1_c1: phase 0 on 2", "left x_d2_c1: phase 0 on 4"],
    ],
  };

  it("ports, devices in the order of the light, and nothing that the file does not hold", () => {
    expect(summary(nested)).toEqual(expected);
    // The names of the parts of a flat file are longer; all else is the same.
    const short = JSON.stringify(summary(flat)).replaceAll(/x_s\d+_(m\d+_)?(d\d+_c\d+|n\d+)/g, "x_$2");
    expect(JSON.parse(short)).toEqual(expected);
  });

  it("its numbers", () => {
    const read = (pattern: RegExp, by: string): ReturnType<typeof readSpice>["value"] =>
      readSpice(edited(nested, pattern, by)).value;
    expect(read(/\{w0_s0\*\(1\)\}/, "{w0_s0*(-2.5e-1)}")!.inputs[0]).toMatchObject({ fieldPerLevel: -0.25 });
    expect(read(/^(V_ref_reference_re \S+ 0) .*/m, "$1 0.5")!.inputs[2]).toMatchObject({ field: 0.5 });
    expect(read(/^(E_rx_w1_s0 .*) \S+$/m, "$1 3")!.outputs[1]).toMatchObject({ levelsPerField: 3 });
    expect(read(/neuron gain=[\d.]+/, "neuron gain=7")!.sections[1]!.activations[0]).toMatchObject({ gain: 7 });
    const bare = read(/^[.]param phi_d1=.*\n(.* phase) phi=\S+/m, "$1")!;
    expect(bare.sections[0]!.meshes[2]!.devices[0]).toMatchObject({ kind: "phase", phiRad: 0 });
    const named = read(/theta_d0=\S+ phi_d0=\S+/, "theta_d0=0.25 phi_d0=-0.5")!;
    expect(named.sections[0]!.meshes[0]!.devices[0]).toMatchObject({ kind: "mzi", thetaRad: 0.25, phiRad: -0.5 });
    const both = read(/^[.]param theta_d0=.*\n(.* mzi) .*/m, "$1 theta=0.25 phi=-0.5")!;
    expect(both.sections[0]!.meshes[0]!.devices[0]).toMatchObject({ kind: "mzi", thetaRad: 0.25, phiRad: -0.5 });
    expect(read(/ neuron gain=\S+/, " neuron")!.sections[1]!.activations[0]).toMatchObject({ gain: 1 });
  });
});

describe("a SPICE file with every kind of device is refused for", () => {
  // tinyCircuit has attenuators, and sections whose meshes have dark inputs.
  const tiny = spiceText(tinyCircuit());

  const joined = tiny.replaceAll("\n+ ", " ");
  holdRefusals<readonly [pattern: string | RegExp, by: string]>(
    "spice-devices",
    [
      ["a parameter of no attenuator", "here", /( attenuator theta=\S+ phi=\S+)$/m, "$1 gain=1"],
      ["a loss of an attenuator", "here", /( attenuator theta=\S+ phi=\S+)$/m, "$1 il=-1"],
      ["a loss of a phase shifter", "here", /( phase phi=\S+)$/m, "$1 il=-1"],
      ["a coupler that is none", "here", /( mzi theta=\S+ phi=\S+)$/m, "$1 k1=-0.4"],
      ["another coupler that is none", "here", /( attenuator theta=\S+ phi=\S+)$/m, "$1 k2=0.4"],
      ["an offset", "here", / neuron gain=1[.]5$/m, " neuron gain=1.5 offset=0.1"],
      ["a saturation", "here", / neuron gain=1[.]5$/m, " neuron gain=1.5 saturation=2"],
      ["noise", "here", / neuron gain=1[.]5$/m, " neuron gain=1.5 noise=0.1"],
      ["another time of noise", "here", / neuron gain=1[.]5$/m, " neuron gain=1.5 nt=1e-9"],
      ["an attenuator on three fields", "here", /^(X_d0_c0 \S+ \S+)( .* attenuator )/m, "$1 0 0$2"],
      ["an interferometer on two fields", "here", /^(X_d0_c0) \S+ \S+ \S+ \S+( .* mzi )/m, "$1$2"],
    ],
    (pattern, by) => refusals(joined, edited(joined, pattern, by)),
  );

  it("nothing where ideal values are written out, and of dark inputs", () => {
    const joined = tiny.replaceAll("\n+ ", " ");
    const written = joined
      .replace(/( attenuator theta=\S+ phi=\S+)$/m, "$1 il=0 k1=0.5 k2=0.5")
      .replace(/ neuron gain=1[.]5$/m, " neuron gain=1.5 offset=0 saturation=1e30 noise=0 nt=5e-11");
    expect(written).not.toBe(joined);
    expect(refusals(joined, written)).toEqual([]);
    const devices = (text: string): unknown =>
      readSpice(text).value!.sections.flatMap(({ meshes }) => meshes.flatMap((mesh) => mesh.devices));
    expect(devices(written)).toEqual(devices(tiny));
    expect(devices(tiny)).toEqual(
      expect.arrayContaining([expect.objectContaining({ kind: "attenuator", thetaRad: 2.5, phiRad: -1.8 })]),
    );
    // A section whose input is ground is as dark inside as a mesh with ground of its own.
    const dark = joined.replace(/^(X_s1 \S+ \S+) /m, "$1 ");
    expect(devices(dark)).toEqual(devices(tiny));
  });
});

describe("subcircuits of a SPICE file", () => {
  /** The first section's input through as many subcircuits in each other, and a phase shifter in the innermost. */
  const deep = (levels: number): string => {
    const part = (i: number): string =>
      `.subckt s9_p${i} i0_re i0_im o0_re o0_im\nX_a i0_re i0_im o0_re o0_im ${i === 1 ? "phase phi=0" : `s9_p${i - 1}`}\n.ends s9_p${i}`;
    const parts = Array.from({ length: levels }, (_, i) => part(i + 1)).join("\n");
    const placed = edited(nested, "\n* light path\n", `\n${parts}\n* light path\n`);
    return edited(
      placed,
      "\nX_s0 w1_s0_re w1_s0_im",
      `\nX_x w1_s0_re w1_s0_im q1_re q1_im s9_p${levels}\nX_s0 q1_re q1_im`,
    );
  };

  it("stand in each other three deep and no deeper", () => {
    expect(refusals(nested, deep(1))).toEqual([]);
    expect(refusals(nested, deep(3))).toEqual([]);
    expect(said(refusals(nested, deep(4)))).toEqual([
      expect.stringMatching(/: s9_p1 is used twice, or contains itself, or is too deep$/),
    ]);
  });

  holdRefusals<readonly [pattern: string | RegExp, by: string]>(
    "spice-phases",
    [
      ["a phase twice", "here", /^([.]param phi_d1=.*)$/m, "$1\n$1"],
      ["a phase with a suffix", "here", /^([.]param phi_d1=.*)$/m, "$1k"],
      ["a phase beyond the numbers", "here", /^[.]param phi_d1=.*$/m, ".param phi_d1=1e999"],
      ["a phase of no device", "here", /^([.]param phi_d1=.*)$/m, "$1 phi_d9=1"],
      ["a device of no phase", "here", /phi=\{phi_d1\}/, "phi={phi_d9}"],
      ["a device of a phase that is out", ".param phi_d1=3.92699081", /phi=\{phi_d1\}/, "phi=1"],
    ],
    (pattern, by) => refusals(nested, edited(nested, pattern, by)),
  );

  it("have the name of a section from its first letter on", () => {
    expect(said(refusals(nested, nested.replaceAll("s1_reference", "as1_reference")))).toEqual([
      ".subckt as1_reference i2: as1_reference is not a name of a section or mesh: s<number>_<name>",
    ]);
  });

  it("need not hold the devices that nothing uses", () => {
    const without = nested.replace(/[.]subckt attenuator[\s\S]*?[.]ends attenuator\n/, "");
    expect(without).not.toBe(nested);
    expect(refusals(nested, without)).toEqual([]);
  });

  it("have no more nodes than ngspice takes", () => {
    const wide = (pins: number): string => {
      const nodes = Array.from({ length: pins / 2 }, (_, i) => `i${i}_re i${i}_im`).join(" ");
      const nets = Array.from({ length: pins / 2 }, () => "0 0").join(" ");
      const placed = edited(nested, "\n* light path\n", `\n.subckt s9_wide ${nodes}\n.ends s9_wide\n* light path\n`);
      return edited(placed, "\nX_s0 ", `\nX_wide ${nets} s9_wide\nX_s0 `);
    };
    expect(refusals(nested, wide(MOST_PINS - (MOST_PINS % 2)))).toEqual([]);
    const over = MOST_PINS - (MOST_PINS % 2) + 2;
    expect(said(refusals(nested, wide(over)))).toEqual([
      expect.stringContaining(`: ${over} nodes are more than ngspice takes`),
    ]);
  });
});

describe("a card of a SPICE file", () => {
  it.each([nested, flat])("is understood from its first word to its last", (text) => {
    const lines = text.replaceAll("\n+ ", " ").split("\n");
    for (const [i, line] of lines.entries()) {
      if (line === "" || line.startsWith("*")) continue;
      for (const changed of [`${line} 1`, `a ${line}`, `a${line}`, `${line} ${line}`]) {
        expect(readSpice(lines.with(i, changed).join("\n")).value, changed).toBeNull();
      }
    }
  });
});

describe("the circuit of a testbench", () => {
  const joined = nested.replaceAll("\n+ ", " ");
  const beside = (line: string): string => edited(joined, "\n* receivers", `\n${line}\n* receivers`);
  const inside = (line: string): string => edited(joined, "\n.ends circuit_", `\n${line}\n.ends circuit_`);
  const pins = (by: string): string => joined.replace(/^(([.]subckt circuit_mean_2x1|X_dut)) /gm, `$1 ${by} `);

  holdRefusals<readonly [text: string]>(
    "spice-testbench",
    [
      [
        "nodes exchanged",
        "here",
        joined.replace("X_dut w0_s0_re w0_s0_im w1_s0_re w1_s0_im", "X_dut w1_s0_re w1_s0_im w0_s0_re w0_s0_im"),
      ],
      ["a node too few", "here", joined.replace("X_dut w0_s0_re w0_s0_im", "X_dut")],
      ["no such subcircuit", "here", joined.replace(/^(X_dut .*) \S+$/m, "$1 circuit_other")],
      ["the name of no circuit", "X_dut w0_s0_re w0_s0_im ", joined.replaceAll("circuit_mean_2x1", "mean_2x1")],
      [
        "a name in front of that of a circuit",
        "X_dut w0_s0_re w0_s0_im ",
        joined.replaceAll("circuit_mean_2x1", "my_circuit_mean"),
      ],
      ["a name that goes on", "X_dut w0_s0_re w0_s0_im ", joined.replaceAll("circuit_mean_2x1", "circuit_mean-2x1")],
      ["a device beside it", "here", beside("X_more w0_s0_re w0_s0_im q1_re q1_im phase phi=0")],
      ["a field beside it", "here", beside("E_out_w0_s0_re out_w0_s0_re 0 s4_m2_re 0 1")],
      ["a source inside of it", "here", inside(".param w0_s0=0")],
      ["a pin that the testbench does not have", "", pins("q1_re q1_im")],
      ["a pin of the circuit twice", "here", pins("w0_s0_re w0_s0_im")],
      ["a saved node that is inside", "here", joined.replace(".save v(w0_s0_re)", ".save v(s0_m0_re) v(w0_s0_re)")],
      [
        "a saved node of another circuit",
        "here",
        joined.replace(".save v(w0_s0_re)", ".save v(x_dut.s9_m9_re) v(w0_s0_re)"),
      ],
      ["a saved pin inside", "here", joined.replace(".save v(w0_s0_re)", ".save v(x_dut.w0_s0_re) v(w0_s0_re)")],
      ["another command", "here", joined.replace("print v(rx_w0_s0)", "alter v(rx_w0_s0)")],
      ["a printed node that is none", "here", joined.replace("print v(rx_w0_s0)", "print v(rx_w7_s0)")],
      ["a printed expression", "here", joined.replace("print v(rx_w0_s0)", "print shell")],
      ["another end", "here", joined.replace("\nquit\n", "\nshell\n")],
      ["another condition", "here", joined.replace("$?rawfile = 0", "$?rawfile = 1")],
      ["an empty control section", "here", joined.replace(/[.]control[\s\S]*[.]endc/, ".control\n.endc")],
      ["a control section without an end", "print v(rx_w1_s0) v(leve", joined.replace(".endc\n", "")],
      ["a second control section", "quit", joined.replace(/([.]control[\s\S]*[.]endc)/, "$1\n$1")],
    ],
    (text) => {
      expect(text).not.toBe(joined);
      return refusals(joined, text);
    },
  );

  it.each([
    ["no control section", joined.replace(/[.]control[\s\S]*[.]endc\n/, "")],
    ["a control section that prints nothing", joined.replace(/^print .*\n/gm, "")],
    ["a saved node of the circuit", joined.replace(".save v(w0_s0_re)", ".save v(x_dut.s0_m0_re) v(w0_s0_re)")],
    ["a printed node of the circuit", joined.replace("print v(rx_w0_s0)", "print v(x_dut.s0_m0_re) v(rx_w0_s0)")],
  ])("is read with %s", (_, text) => {
    expect(text).not.toBe(joined);
    expect(refusals(joined, text)).toEqual([]);
  });
});

describe("a testbench that includes its circuit", () => {
  const files = new Map(
    spiceTarget
      .emit(subjectOf(mean, { kind: "circuit" }), {})
      .map(({ name, content }) => [name, [...content].join("")]),
  );
  const [bench = "", part = ""] = files.values();
  const [, library = ""] = files.keys();
  const found = (text: string, load: (name: string) => string | null): string[] =>
    readSpice(text, load).findings.map(({ where, message }) => `${where}: ${message}`);
  const line = (text: string, of: RegExp): number => text.split("\n").findIndex((it) => of.test(it)) + 1;

  it("is the file in which both stand", () => {
    expect(bench).toContain(`\n.include ${library}\n`);
    const { value, findings } = readSpice(bench, (name) => files.get(name) ?? null);
    expect(findings).toEqual([]);
    expect(value).toEqual(readSpice(nested).value);
    expect(found(bench.replaceAll("\n", "\r\n"), () => part.replaceAll("\n", "\r\n"))).toEqual([]);
  });

  it("is refused without it, or with that of another", () => {
    const at = line(bench, /^[.]include/);
    expect(found(bench, () => null)).toEqual([`line ${at}: ${library} is not beside the file that includes it`]);
    expect(readSpice(bench).findings.map(({ where }) => where)).toEqual([`line ${at}`]);
    const other = `line ${at}: ${library} is for another circuit: its first two lines differ`;
    expect(found(bench, () => `* other${part}`)).toEqual([other]);
    expect(found(bench, () => part.replace("workers=2", "workers=3"))).toEqual([other]);
    expect(found(bench, () => "")).toEqual([other]);
  });

  it("is refused with the line of the file that is at fault", () => {
    const broken = part.replace(/^X_s2 /m, " X_s2 ");
    expect(found(bench, () => broken)).toEqual([
      `line ${line(broken, /^ X_s2/)} of ${library}: the line starts with a blank`,
    ]);
    const late = bench.replace(/^E_rx_w1_s0/m, " E_rx_w1_s0");
    expect(found(late, () => part)).toEqual([`line ${line(late, /^ E_rx_w1_s0/)}: the line starts with a blank`]);
    const early = bench.replace(/\n[.]include/, "\n blank\n.include");
    expect(found(early, () => part)).toEqual([`line ${line(early, /^ blank/)}: the line starts with a blank`]);
  });

  it.each([
    ".include ../x.sp",
    ".include a/b.sp",
    ".include -x.sp",
    ".include x.sp y",
    " .include x.sp",
    ".include",
    `.include ${"x".repeat(252)}`,
  ])("includes a file of its own directory, not %s", (command) => {
    const asked: string[] = [];
    const text = bench.replace(/^[.]include .*$/m, command);
    const load = (name: string): string | null => {
      asked.push(name);
      return part;
    };
    expect(readSpice(text, load).value).toBeNull();
    expect(asked).toEqual([]);
  });

  it("asks for the name as it is written", () => {
    const asked: string[] = [];
    for (const name of ["x", "Ab_9.-c.sp", "x".repeat(251)]) {
      readSpice(bench.replace(/^[.]include .*$/m, `.include ${name}`), (it) => {
        asked.push(it);
        return null;
      });
    }
    expect(asked).toEqual(["x", "Ab_9.-c.sp", "x".repeat(251)]);
  });
});
