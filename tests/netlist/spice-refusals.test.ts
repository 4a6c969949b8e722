import { describe, expect, it } from "vitest";
import { elementOf } from "../../netlist/formats/spice/elements.ts";
import { MOST_PINS } from "../../netlist/formats/spice/plan.ts";
import { readSpice, spiceTarget, subjectOf } from "../../netlist/index.ts";
import { tinyCircuit } from "./build.ts";
import { compiledMean } from "./spice/compiled.ts";
import { spiceText } from "./spice-text.ts";

const mean = compiledMean(2, 1, 2);
const nested = spiceText(mean);
const flat = spiceText(mean, { hierarchy: "flat" });

/** The text with one change that must take place. */
function changed(text: string, pattern: string | RegExp, by: string): string {
  const after = text.replace(pattern, by);
  expect(after).not.toBe(text);
  return after;
}

/** Why the file is refused and where: in the line that differs first from the original, in another that is quoted, or in no one. */
function refusals(original: string, text: string): string[] {
  const { value, findings } = readSpice(text);
  expect(value === null).toBe(findings.some(({ severity }) => severity === "error"));
  const lines = text.split("\n");
  const before = original.split("\n");
  const first = lines.findIndex((line, i) => line !== before[i]) + 1;
  return findings.map(({ code, where, message, help }) => {
    expect(code).toMatch(/^OPT04\d\d$/);
    const line = Number(/^line (\d+)$/.exec(where)?.[1] ?? Number.NaN);
    const place = Number.isNaN(line) ? where : line === first ? "here" : (lines[line - 1]?.slice(0, 24) ?? "no line");
    return `${place}: ${message}${code === "OPT0440" && help === null ? "" : ` ${code}`}`;
  });
}

describe("a SPICE file is refused for", () => {
  it.each<readonly [string, string, string | RegExp, string, readonly string[]]>([
    [
      "a source on the node of another worker",
      nested,
      "V_w0_s0_re w0_s0_re",
      "V_w0_s0_re w1_s0_re",
      [
        "here: `v_w0_s0_re w1_s0_re 0 {w0_s0*(1)}` is not read: a source is V_<name>_re <name>_re 0 {<name>*(<volts a level>)} or <volts>, and V_<name>_im <name>_im 0 0",
      ],
    ],
    [
      "both parts of a source elsewhere",
      nested,
      /(V_w0_s0_(re|im)) w0/g,
      "$1 w1",
      [
        "here: `v_w0_s0_re w1_s0_re 0 {w0_s0*(1)}` is not read: a source is V_<name>_re <name>_re 0 {<name>*(<volts a level>)} or <volts>, and V_<name>_im <name>_im 0 0",
      ],
    ],
    [
      "a source that another parameter sets",
      nested,
      "{w0_s0*",
      "{w1_s0*",
      [
        "here: `v_w0_s0_re w0_s0_re 0 {w1_s0*(1)}` is not read: a source is V_<name>_re <name>_re 0 {<name>*(<volts a level>)} or <volts>, and V_<name>_im <name>_im 0 0",
      ],
    ],
    [
      "a source of another name",
      nested,
      "V_w0_s0_re",
      "V_w0_s1_re",
      [
        "here: `v_w0_s1_re w0_s0_re 0 {w0_s0*(1)}` is not read: a source is V_<name>_re <name>_re 0 {<name>*(<volts a level>)} or <volts>, and V_<name>_im <name>_im 0 0",
      ],
    ],
    [
      "a source upside down",
      nested,
      "V_w0_s0_re w0_s0_re 0",
      "V_w0_s0_re 0 w0_s0_re",
      [
        "here: `v_w0_s0_re 0 w0_s0_re {w0_s0*(1)}` is not read: a source is V_<name>_re <name>_re 0 {<name>*(<volts a level>)} or <volts>, and V_<name>_im <name>_im 0 0",
      ],
    ],
    [
      "a source without its imaginary part",
      nested,
      /^V_w0_s0_im.*\n/m,
      "",
      ["V_w0_s0_re w0_s0_re 0 {w: V_w0_s0_im, the imaginary part, is missing"],
    ],
    [
      "constant light without its imaginary part",
      nested,
      /^V_ref_reference_im.*\n/m,
      "",
      ["V_ref_reference_re ref_r: V_ref_reference_im, the imaginary part, is missing"],
    ],
    [
      "constant light without its real part",
      nested,
      /^V_ref_reference_re.*\n/m,
      "",
      [": V_ref_reference_re, the real part, is missing"],
    ],
    [
      "a source without its real part",
      nested,
      /^V_w0_s0_re.*\n/m,
      "",
      [".param w0_s0=0: no source has the parameter w0_s0"],
    ],
    [
      "a source without its parameter",
      nested,
      /^[.]param w0_s0.*\n/m,
      "",
      ["V_w0_s0_re w0_s0_re 0 {w: .param w0_s0 is missing"],
    ],
    [
      "a parameter without its source",
      nested,
      /^V_w0_s0_(re|im).*\n/gm,
      "",
      [".param w0_s0=0: no source has the parameter w0_s0"],
    ],
    [
      "an imaginary part that is none",
      nested,
      "V_w0_s0_im w0_s0_im 0 0",
      "V_w0_s0_im w0_s0_im 0 1",
      [
        "here: `v_w0_s0_im w0_s0_im 0 1` is not read: a source is V_<name>_re <name>_re 0 {<name>*(<volts a level>)} or <volts>, and V_<name>_im <name>_im 0 0",
      ],
    ],
    [
      "a source that blinks",
      nested,
      "{w0_s0*(1)}",
      "{w0_s0*(1)} ac 1",
      [
        "here: `v_w0_s0_re w0_s0_re 0 {w0_s0*(1)} ac 1` is not read: a source is V_<name>_re <name>_re 0 {<name>*(<volts a level>)} or <volts>, and V_<name>_im <name>_im 0 0",
      ],
    ],
    ["a launch beyond the numbers", nested, "{w0_s0*(1)}", "{w0_s0*(1e999)}", ["here: 1e999 is beyond the numbers"]],
    [
      "constant light beyond the numbers",
      nested,
      /(V_ref_reference_re \S+ 0) .*/,
      "$1 1e400",
      ["here: 1e400 is beyond the numbers"],
    ],
    [
      "a receiver beyond the numbers",
      nested,
      /^(E_rx_w0_s0 .*) \S+$/m,
      "$1 -1e309",
      ["here: -1e309 is beyond the numbers"],
    ],
    [
      "a receiver beyond the numbers, at length",
      nested,
      /^(E_rx_w0_s0 .*) \S+$/m,
      "$1 999999999999999999999999999999.999999999999999999999999999999e999",
      ["here: 999999999999999999999999999999.9999999999999999999999999999… is beyond the numbers"],
    ],
    [
      "a receiver off ground",
      nested,
      /^(E_rx_w0_s0 rx_w0_s0) 0/m,
      "$1 w0_s0_re",
      [
        "here: `e_rx_w0_s0 rx_w0_s0 w0_s0_re out_w0_s0_re 0 1.1111111111111…` is not read: a receiver is E_rx_<name> rx_<name> 0 out_<name>_re 0 <levels a volt>",
      ],
    ],
    [
      "a receiver that reads the imaginary part",
      nested,
      /^(E_rx_w0_s0 .*)_re/m,
      "$1_im",
      [
        "here: `e_rx_w0_s0 rx_w0_s0 0 out_w0_s0_im 0 1.1111111111111112` is not read: a receiver is E_rx_<name> rx_<name> 0 out_<name>_re 0 <levels a volt>",
      ],
    ],
    [
      "a field of another net",
      nested,
      /^(E_out_w0_s0_re \S+ 0) \S+/m,
      "$1 w0_s0_re",
      ["E_rx_w0_s0 rx_w0_s0 0 ou: E_out_w0_s0_re and _im of one field are missing"],
    ],
    [
      "a field that is missing",
      nested,
      /^E_out_w0_s0_im.*\n/m,
      "",
      ["E_rx_w0_s0 rx_w0_s0 0 ou: E_out_w0_s0_re and _im of one field are missing"],
    ],
    [
      "a field with a gain",
      nested,
      /^(E_out_w0_s0_re .*) 1$/m,
      "$1 2",
      [
        "here: `e_out_w0_s0_re out_w0_s0_re 0 s4_m2_re 0 2` is not read: a field at a receiver is E_out_<name>_re out_<name>_re 0 <net>_re 0 1, and the same with _im",
      ],
    ],
    ["a field without a receiver", nested, /^E_rx_w0_s0.*\n/m, "", ["E_out_w0_s0_re out_w0_s0: E_rx_w0_s0 is missing"]],
    [
      "a level without a receiver",
      nested,
      /^E_(rx|out)_w0_s0.*\n/gm,
      "",
      ["B_level_w0_s0 level_w0_s: E_rx_w0_s0 is missing"],
    ],
    [
      "a level that is none",
      nested,
      /^(B_level_w0_s0 \S+ 0).*/m,
      "$1 V=0",
      [
        "here: `b_level_w0_s0 level_w0_s0 0 v=0` is not read: a level is B_level_<name> level_<name> 0 V=max(0,min(<highest>,floor(V(rx_<name>)+0.5)))",
      ],
    ],
    [
      "a level that is missing",
      nested,
      /^B_level_w0_s0.*\n/m,
      "",
      ["E_rx_w0_s0 rx_w0_s0 0 ou: B_level_w0_s0 with the highest level 1 is missing"],
    ],
    [
      "a level of another receiver",
      nested,
      "V(rx_w0_s0)",
      "V(rx_w1_s0)",
      [
        "here: `b_level_w0_s0 level_w0_s0 0 v=max(0,min(1,floor(v(rx_w1_s0)…` is not read: a level is B_level_<name> level_<name> 0 V=max(0,min(<highest>,floor(V(rx_<name>)+0.5)))",
      ],
    ],
    [
      "a level that is cut off elsewhere",
      nested,
      "min(1,",
      "min(2,",
      ["E_rx_w0_s0 rx_w0_s0 0 ou: B_level_w0_s0 with the highest level 1 is missing"],
    ],
    [
      "a source of another kind",
      nested,
      "B_level_w0_s0",
      "B_other_w0_s0",
      [
        "here: `b_other_w0_s0 level_w0_s0 0 v=max(0,min(1,floor(v(rx_w0_s0)…` is not read: a level is B_level_<name> level_<name> 0 V=max(0,min(<highest>,floor(V(rx_<name>)+0.5)))",
      ],
    ],
    [
      "a receiver on a dark net",
      nested,
      / s4_m2_re 0 (\S+)$/gm,
      " s0_m9_re 0 $1",
      ["E_rx_w0_s0 rx_w0_s0 0 ou: E_out_w0_s0_re and _im of one field are missing"],
    ],
    [
      "a receiver on an input",
      nested,
      /s4_m2_(re|im) 0/g,
      "w0_s0_$1 0",
      ["E_rx_w0_s0 rx_w0_s0 0 ou: a device takes the light of w0_s0 too: light cannot be copied"],
    ],
    [
      "two receivers of one field",
      nested,
      /(E_\S+_w1_s0\S* \S+ 0) s4_m4/g,
      "$1 s4_m2",
      ["E_rx_w1_s0 rx_w1_s0 0 ou: a device takes the light of s4_m2 too: light cannot be copied"],
    ],
    ["a second receiver", nested, /^(E_rx_w0_s0.*)$/m, "$1\n$1", ["here: a second e_rx_w0_s0"]],
    [
      "a node that is not saved",
      nested,
      " v(level_w0_s0)",
      "",
      ["E_rx_w0_s0 rx_w0_s0 0 ou: .save v(level_w0_s0) is missing"],
    ],
    [
      "a field that is not saved",
      nested,
      " v(out_w1_s0_im)",
      "",
      ["E_rx_w1_s0 rx_w1_s0 0 ou: .save v(out_w1_s0_im) is missing"],
    ],
    [
      "a saved node that is none",
      nested,
      " v(level_w0_s0)",
      " v(level_w0_s0) v(level_w9_s0)",
      ["here: there is no node level_w9_s0 to save, or it is saved twice"],
    ],
    [
      "a node that is saved twice",
      nested,
      " v(level_w0_s0)",
      " v(level_w0_s0) v(level_w0_s0)",
      ["here: there is no node level_w0_s0 to save, or it is saved twice"],
    ],
    [
      "a current that is saved",
      nested,
      " v(level_w0_s0)",
      " v(level_w0_s0) i(v_w0_s0_re)",
      ["here: `i(v_w0_s0_re)` is not read: what is saved is v(<node>)"],
    ],
    [
      "nothing that is saved",
      nested,
      /^[.]save .*$/m,
      ".save ",
      ["here: `.save` is not read: what is saved is v(<node>), each node once"],
    ],
    [
      "a line that is saved twice",
      nested,
      /^([.]save .*)$/m,
      "$1\n$1",
      ["here: a second .save v(w0_s0_re) v(w0_s0_im)"],
    ],
    [
      "a second theta",
      nested,
      /( mzi theta=\S+ phi=\S+)$/m,
      "$1 theta=0",
      ["here: `theta=0` is no plain number (suffixes are not read), or stands twice"],
    ],
    ["a multiplicity", nested, /( mzi theta=\S+ phi=\S+)$/m, "$1 m=2", ["here: mzi has no parameter m"]],
    ["a loss", nested, /( mzi theta=\S+ phi=\S+)$/m, "$1 il=-0.2", ["here: an insertion loss of -0.2 dB is none"]],
    ["a setting of another device", nested, /( phase phi=\S+)$/m, "$1 theta=0", ["here: phase has no parameter theta"]],
    ["parameters of a mesh", nested, /^(X_m0 .*)$/m, "$1 theta=0", ["here: s0_m0_sum0_sum0 has no parameters"]],
    ["a suffix", nested, /gain=([\d.]+)/g, "gain=$1k", ["here: the subcircuit neuron was edited"]],
    [
      "a hexadecimal number",
      nested,
      /neuron gain=[\d.]+/,
      "neuron gain=0x10",
      ["here: `gain=0x10` is no plain number (suffixes are not read), or stands twice"],
    ],
    [
      "an expression",
      nested,
      /neuron gain=([\d.]+)/,
      "neuron gain={$1}",
      ["here: `gain={2.982960920091892}` is no plain number (suffixes are not read), or stands twice"],
    ],
    [
      "a gain of too many digits",
      nested,
      /neuron gain=[\d.]+/,
      "neuron gain=1111111111111111111111111111111",
      ["here: `gain=1111111111111111111111111111111` is no plain number (suffixes are not read), or stands twice"],
    ],
    [
      "a phase that lost its digits",
      nested,
      /theta_d0=[\d.]+/,
      "theta_d0=1e15",
      ["X_d0_c0 i0_re i0_im i3_r: a phase of 1000000000000000 rad has lost its digits"],
    ],
    [
      "a phase one past the last",
      nested,
      /theta_d0=[\d.]+/,
      "theta_d0=10001",
      ["X_d0_c0 i0_re i0_im i3_r: a phase of 10001 rad has lost its digits"],
    ],
    [
      "another phase that lost its digits",
      nested,
      /phi_d1=[\d.]+/,
      "phi_d1=-10001",
      ["X_d1_c1 d0_0_re d0_0_im : a phase of -10001 rad has lost its digits"],
    ],
    ["a device with a net too few", nested, /^(X_d1_c1) \S+ \S+/m, "$1", ["here: phase has 2 fields, not 1"]],
    [
      "a device with a net too many",
      nested,
      /^(X_d1_c1 .*) phase/m,
      "$1 o0_re o0_im phase",
      ["here: phase has 2 fields, not 3"],
    ],
    [
      "an output on ground",
      nested,
      /^(X_d1_c1 \S+ \S+) \S+ \S+/m,
      "$1 0 0",
      ["here: an output of x_d1_c1 is on ground or on another output"],
    ],
    [
      "an output on another",
      nested,
      /^(X_d0_c0 .*) d0_0_re d0_0_im d0_3_re d0_3_im/m,
      "$1 d0_0_re d0_0_im d0_0_re d0_0_im",
      ["here: an output of x_d0_c0 is on ground or on another output"],
    ],
    [
      "light that is taken twice",
      nested,
      /^(X_s2) \S+ \S+/m,
      "$1 w0_s0_re w0_s0_im",
      ["X_d0_c0 i0_re i0_im i1_r: w0_s0 is taken twice: light cannot be copied"],
    ],
    [
      "light that a receiver takes as well",
      nested,
      /^(X_s2) \S+ \S+/m,
      "$1 s4_m2_re s4_m2_im",
      ["E_rx_w0_s0 rx_w0_s0 0 ou: a device takes the light of s4_m2 too: light cannot be copied"],
    ],
    [
      "light in a circle",
      nested,
      /^(X_s2) \S+ \S+/m,
      "$1 s2_m0_re s2_m0_im",
      ["X_d0_c0 i2_re i2_im i0_r: s2_m0 is taken twice: light cannot be copied"],
    ],
    [
      "light from nowhere",
      nested,
      /^(X_s2) \S+ \S+/m,
      "$1 s7_m0_re s7_m0_im",
      [": no source and no device drives s7_m0"],
    ],
    [
      "pins that are no field",
      nested,
      /^(X_s2 \S+)_re \S+_im/m,
      "$1_re s1_m1_im",
      ["here: s0_m0_re and s1_m1_im are no field: <net>_re <net>_im, or 0 0"],
    ],
    [
      "pins the wrong way round",
      nested,
      /^(X_s2) (\S+)_re \S+_im/m,
      "$1 $2_im $2_re",
      ["here: s0_m0_im and s0_m0_re are no field: <net>_re <net>_im, or 0 0"],
    ],
    [
      "half a field",
      nested,
      /^(X_s2) (\S+)_re \S+_im/m,
      "$1 $2_re",
      ["here: s0_m0_re and s1_m1_re are no field: <net>_re <net>_im, or 0 0"],
    ],
    [
      "half a ground",
      nested,
      /^(X_s2) (\S+)_re \S+_im/m,
      "$1 0 $2_im",
      ["here: 0 and s0_m0_im are no field: <net>_re <net>_im, or 0 0"],
    ],
    [
      "a field of no name",
      nested,
      /^(X_s2) (\S+)_re \S+_im/m,
      "$1 table_re table_im",
      ["here: table_re and table_im are no field: <net>_re <net>_im, or 0 0"],
    ],
    ["a device model that is not there", nested, / phase phi=/, " ring phi=", ["here: there is no subcircuit ring"]],
    [
      "a section that is not there",
      nested,
      "s0_combine\nX_s1",
      "s0_combined\nX_s1",
      ["here: there is no subcircuit s0_combined"],
    ],
    [
      "a section twice",
      nested,
      / s1_reference\n(?=X_s2)/,
      " s0_combine\n",
      ["here: s0_combine is used twice, or contains itself, or is too deep"],
    ],
    ["a mesh with a field too few", nested, /^(X_m0) \S+ \S+/m, "$1", ["here: s0_m0_sum0_sum0 has 3 fields, not 2"]],
    [
      "a mesh that nothing uses",
      nested,
      /^X_m0 .*\n/m,
      "",
      [".subckt s0_m0_sum0_sum0 : nothing uses the subcircuit s0_m0_sum0_sum0"],
    ],
    [
      "a device model edited",
      nested,
      "Rcr cr 0 1",
      "Rcr cr 0 2",
      [".subckt mzi ar ai br bi : the subcircuit mzi was edited"],
    ],
    [
      "a device model with another default",
      nested,
      "phi=0 il=0\n",
      "phi=1 il=0\n",
      ["here: the subcircuit phase was edited"],
    ],
    [
      "an instance of no name",
      nested,
      /^X_s2 /m,
      "X_ ",
      [
        "here: `x_ s0_m0_re s0_m0_im s1_m1_re s1_m1_im s2_m0_re s2_m0_im s2…` is not read: an instance is X_<name> <nodes> <subcircuit>",
      ],
    ],
    ["a device of the same name", nested, /^X_d1_c1 /m, "X_d0_c0 ", ["here: a second x_d0_c0"]],
    ["a section of the same name", nested, /^X_s1 /m, "x_S0 ", ["here: a second x_s0"]],
    [
      "an instance of nothing",
      nested,
      "X_s1 ref_reference_re ref_reference_im s1_m2_re s1_m2_im s1_m1_re s1_m1_im s1_reference",
      "X_s1",
      ["here: there is no subcircuit x_s1"],
    ],
    [
      "a section under the name of no section",
      nested,
      /s1_reference/g,
      "part1_reference",
      [".subckt part1_reference : part1_reference is no name of a section or mesh: s<number>_<name>"],
    ],
    [
      "a pin on ground",
      nested,
      /^([.]subckt s2_layer1) \S+ \S+/m,
      "$1 0 0",
      ["here: a pin is ground, or stands twice"],
    ],
    [
      "a pin twice",
      nested,
      /^([.]subckt s2_layer1) (\S+) (\S+) \S+ \S+/m,
      "$1 $2 $3 $2 $3",
      ["here: a pin is ground, or stands twice"],
    ],
    [
      "a subcircuit in another",
      nested,
      /\n([.]subckt s2_layer1 .*)/,
      "\n.subckt s9_x i0_re i0_im\n$1",
      [".subckt s2_layer1 i0_re : the subcircuit s2_layer1 stands in another one, or twice"],
    ],
    [
      "a subcircuit twice",
      nested,
      "\n* light path",
      "\n.subckt s2_layer1 i0_re i0_im\n.ends s2_layer1\n* light path",
      ["here: the subcircuit s2_layer1 stands in another one, or twice"],
    ],
    [
      "an end of another subcircuit",
      nested,
      ".ends s2_layer1",
      ".ends s3_layer1",
      ["here: `.ends s3_layer1` does not end the subcircuit that is open"],
    ],
    [
      "a subcircuit without an end",
      nested,
      /\n[.]ends circuit_mean_2x1/,
      "",
      [".subckt circuit_mean_2x1: the subcircuit circuit_mean_2x1 has no .ends: the file was cut"],
    ],
    [
      "an end of nothing",
      nested,
      "\n* light path",
      "\n.ends s4_broadcast\n* light path",
      ["here: `.ends s4_broadcast` does not end the subcircuit that is open"],
    ],
    [
      "words after .ends",
      nested,
      ".ends s2_layer1",
      ".ends s2_layer1 really",
      ["here: `.ends s2_layer1 really` does not end the subcircuit that is open"],
    ],
    [
      "no end",
      nested,
      "\n.end\n",
      "\n",
      [
        ".endc: the file does not end with .end: it was cut, something follows, or it is a circuit without its testbench, NAME.test.sp",
      ],
    ],
    [
      "words after .end",
      nested,
      "\n.end\n",
      "\n.end really\n",
      [
        "here: the file does not end with .end: it was cut, something follows, or it is a circuit without its testbench, NAME.test.sp",
      ],
    ],
    [
      "text after the end",
      nested,
      "\n.end\n",
      "\n.end\n.op\n",
      [
        "here: the file does not end with .end: it was cut, something follows, or it is a circuit without its testbench, NAME.test.sp",
      ],
    ],
    [
      "a word in a section",
      nested,
      /^X_m0 .*$/m,
      "hello",
      ["here: `hello` is not read: an instance is X_<name> <nodes> <subcircuit>"],
    ],
    ["a word at the top", nested, /^X_s2 .*$/m, "hello there", ["here: `hello there` is not read"]],
    [
      "a long word at the top",
      nested,
      /^X_s2 .*$/m,
      "hellooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooo",
      ["here: `hellooooooooooooooooooooooooooooooooooooooooooooooooooooooo…` is not read"],
    ],
    ["a load", nested, /\nX_s2 /, "\nR_load s0_m0_re 0 1\nX_s2 ", ["here: `r_load s0_m0_re 0 1` is not read"]],
    [
      "a source that shorts",
      nested,
      /\nX_s2 /,
      "\nV_short s0_m0_re 0 0\nX_s2 ",
      [
        "here: `v_short s0_m0_re 0 0` is not read: a source is V_<name>_re <name>_re 0 {<name>*(<volts a level>)} or <volts>, and V_<name>_im <name>_im 0 0",
      ],
    ],
    ["no analysis", nested, "\n.op\n", "\n", [": the analysis .op is missing"]],
    [
      "a waveform",
      nested,
      "\n.op\n",
      "\n.tran 1n 10n\n",
      ["here: `.tran 1n 10n` is not read: a waveform is not read: export with analysis=op"],
    ],
    ["a second analysis", nested, "\n.op\n", "\n.op\n.op\n", ["here: a second .op"]],
    [
      "another option",
      nested,
      "vntol=1e-12",
      "vntol=1e-9",
      [
        "here: `.options itl1=1050 reltol=1e-9 vntol=1e-9 abstol=1e-12` is not read: the options are itl1=<steps> reltol=1e-9 vntol=1e-12 abstol=1e-12",
      ],
    ],
    ["too few steps", nested, /itl1=\d+/, "itl1=10", ["here: .options itl1=1020 or more is missing"]],
    ["no options", nested, /^[.]options.*\n/m, "", [": .options itl1=1020 or more is missing"]],
    ["a parameter twice", nested, /^([.]param w0_s0=0)$/m, "$1\n$1", ["here: a second .param w0_s0"]],
    [
      "a parameter of something else",
      nested,
      /^([.]param w0_s0=0)$/m,
      "$1\n.param pi=3",
      [
        "here: `.param pi=3` is not read: a parameter is .param w<worker>_s<symbol>=<level>, theta_<name>=<rad> or phi_<name>=<rad>, once",
      ],
    ],
    ["a level beyond the last", nested, "w0_s0=0", "w0_s0=2", ["here: a level is 0..1"]],
    [
      "a level that is none at all",
      nested,
      "w0_s0=0",
      "w0_s0=0.5",
      [
        "here: `.param w0_s0=0.5` is not read: a parameter is .param w<worker>_s<symbol>=<level>, theta_<name>=<rad> or phi_<name>=<rad>, once",
      ],
    ],
    [
      "a worker that there is not",
      nested,
      /w1_s0/g,
      "w2_s0",
      [
        "inputs[1].worker: 2 is not a whole number in 0..1 OPT0404",
        "outputs[1].worker: 2 is not a whole number in 0..1 OPT0404",
      ],
    ],
    [
      "a symbol that there is not",
      nested,
      /w1_s0/g,
      "w1_s1",
      [
        "inputs[1].symbol: 1 is not a whole number in 0..0 OPT0404",
        "outputs[1].symbol: 1 is not a whole number in 0..0 OPT0404",
      ],
    ],
    ["a line that starts with a blank", nested, /^X_s2 /m, " X_s2 ", ["here: the line starts with a blank"]],
    ["a line that starts with a tab", nested, /^X_s2 /m, "\tX_s2 ", ["here: the line starts with a blank"]],
    [
      "a character that is not ASCII",
      nested,
      /^X_s2 /m,
      "X_s2 \u00e4 ",
      ["here: a character that is not plain ASCII stands outside of a comment"],
    ],
    [
      "a carriage return in a line",
      nested,
      /^X_s2 /m,
      "X_s2 \r",
      ["here: a character that is not plain ASCII stands outside of a comment"],
    ],
    [
      "a continued comment",
      nested,
      /\nX_s2 /,
      "\n* and\n+ X_s2 ",
      ["+ X_s2 s0_m0_re s0_m0_im: the line continues a comment, an empty line or nothing"],
    ],
    [
      "a continued empty line",
      nested,
      /\nX_s2 /,
      "\n\n+ X_s2 ",
      ["+ X_s2 s0_m0_re s0_m0_im: the line continues a comment, an empty line or nothing"],
    ],
    [
      "a continued nothing",
      nested,
      /\n[.]param w0_s0/,
      "\n+ theta=0\n.param w0_s0",
      ["here: the line continues a comment, an empty line or nothing"],
    ],
    [
      "a command in a comment",
      nested,
      /\nX_s2 /,
      "\n*#alter V_w0_s0_re 3\nX_s2 ",
      ["here: a comment starts with a star and a blank, anything else can be a command"],
    ],
    [
      "a star before a word",
      nested,
      /\nX_s2 /,
      "\n*X_s2 ",
      ["here: a comment starts with a star and a blank, anything else can be a command"],
    ],
    [
      "a control character in a comment",
      nested,
      /\nX_s2 /,
      "\n* bell \u0007\nX_s2 ",
      ["here: the comment holds a control character"],
    ],
    ["no header", nested, /^.*\n.*\n/, "", ["here: the header does not say what the circuit computes"]],
    [
      "a header of other bits",
      nested,
      /^(.* )1 bits/,
      "$12 bits",
      ["here: the first two lines of the header do not say the same"],
    ],
    [
      "a header of another rounding",
      nested,
      "rounding=half-up",
      "rounding=up",
      ["* mean-2x1: 2 workers, 1: the header does not say what the circuit computes"],
    ],
    [
      "a header that is cut",
      nested,
      / symbols=1\n/,
      "\n",
      ["* mean-2x1: 2 workers, 1: the header does not say what the circuit computes"],
    ],
    [
      "a fan-in that is none",
      nested,
      / symbols=1\n/,
      " symbols=1 fan-in=\n",
      ["* mean-2x1: 2 workers, 1: the header does not say what the circuit computes"],
    ],
    [
      "a title that says nothing",
      nested,
      /^.*\n/,
      "* a circuit\n",
      ["here: the header does not say what the circuit computes"],
    ],
    ["flat: a device of the same name", flat, /^X_s1_m0_d2_c1 /m, "X_s1_m0_d1_c1 ", ["here: a second x_s1_m0_d1_c1"]],
    [
      "flat: light in a circle",
      flat,
      /^(X_s2_n0) \S+ \S+/m,
      "$1 s2_m0_re s2_m0_im",
      ["X_s3_m0_d0_c0 s1_m2_re s: s2_m0 is taken twice: light cannot be copied"],
    ],
    [
      "flat: light that waits for itself",
      flat,
      /^(X_s3_m0_d0_c0 \S+ \S+) s2_m0_re s2_m0_im/m,
      "$1 s3_m0_d0_0_re s3_m0_d0_0_im",
      ["here: no light gets to x_s3_m0_d0_c0: it waits for its own"],
    ],
    [
      "flat: a neuron without light",
      flat,
      /^(X_s2_n0) \S+ \S+/m,
      "$1 s9_m0_re s9_m0_im",
      [": no source and no device drives s9_m0"],
    ],
    [
      "a phase that is computed",
      nested,
      /theta_d0=([\d.]+)/,
      "theta_d0={$1}",
      ["here: `theta_d0={1.5707963267948966}` is no plain number (suffixes are not read), or stands twice"],
    ],
    [
      "a phase without a name",
      nested,
      /theta_d0=([\d.]+)/,
      "theta_=$1",
      ["here: `theta_=1.5707963267948966` is no plain number (suffixes are not read), or stands twice"],
    ],
    [
      "a phase of another subcircuit",
      nested,
      "theta={theta_d0}",
      "theta={theta_s0_m0_d0}",
      ["here: the same subcircuit sets no phase theta_s0_m0_d0"],
    ],
    [
      "a phase outside of its subcircuit",
      nested,
      "\nX_dut ",
      "\n.param theta_d0=1\nX_dut ",
      ["here: no device of the same subcircuit has the phase theta_d0"],
    ],
    [
      "a phase that is computed where it is taken",
      nested,
      "theta={theta_d0}",
      "theta={2*theta_d0}",
      ["here: `theta={2*theta_d0}` is no plain number (suffixes are not read), or stands twice"],
    ],
    [
      "an MZI that loses light",
      nested,
      /( phi=\{phi_d0\})$/m,
      "$1 il=-0.1",
      ["here: an insertion loss of -0.1 dB is none"],
    ],
    [
      "an MZI with another coupler",
      nested,
      /( phi=\{phi_d0\})$/m,
      "$1 k1=1.45",
      ["here: a share of power k1=1.45 is none"],
    ],
    [
      "an MZI with another second coupler",
      nested,
      /( phi=\{phi_d0\})$/m,
      "$1 k2=0",
      ["here: a share of power k2=0 is none"],
    ],
    [
      "a neuron with an offset",
      nested,
      /( neuron gain=\S+)$/m,
      "$1 offset=0.1",
      ["here: verified are ideal devices, offset=0: offset=0.1 is for ngspice"],
    ],
    [
      "a neuron that saturates",
      nested,
      /( neuron gain=\S+)$/m,
      "$1 saturation=1",
      ["here: verified are ideal devices, saturation=1e+30: saturation=1 is for ngspice"],
    ],
    [
      "a neuron with noise",
      nested,
      /( neuron gain=\S+)$/m,
      "$1 noise=0.01",
      ["here: verified are ideal devices, noise=0: noise=0.01 is for ngspice"],
    ],
    [
      "a neuron with noise at another step",
      nested,
      /( neuron gain=\S+)$/m,
      "$1 nt=1e-9",
      ["here: verified are ideal devices, nt=5e-11: nt=1e-9 is for ngspice"],
    ],
    [
      "a neuron with a parameter of an MZI",
      nested,
      /( neuron gain=\S+)$/m,
      "$1 il=0",
      ["here: neuron has no parameter il"],
    ],
    [
      "pins that are none",
      nested,
      /^(X_dut|\.subckt circuit_\S+) /gm,
      "$1 a b ",
      ["here: a and b are no field: <net>_re <net>_im, or 0 0"],
    ],
    [
      "pins that are outputs of a part",
      nested,
      /^(\.subckt s0\S+ )(\S+ \S+)/m,
      "$1out_w0_s0_re out_w0_s0_im",
      ["here: out_w0_s0_re and out_w0_s0_im are no field: <net>_re <net>_im, or 0 0"],
    ],
    [
      "a source whose node is no pin",
      nested,
      /^((X_dut|\.subckt circuit_\S+)) \S+ \S+/gm,
      "$1",
      [": X_dut and the testbench do not share w0_s0"],
    ],
    [
      "a circuit that is not there",
      nested,
      /^X_dut .*\n(\+ .*\n)*/m,
      "",
      ["E_rx_w0_s0 rx_w0_s0 0 ou: E_out_w0_s0_re and _im of one field are missing"],
    ],
    [
      "a circuit twice",
      nested,
      /^(X_dut (.*\n(\+ .*\n)*))/m,
      "$1X_two $2",
      ["here: out_w0_s0_re and out_w0_s0_im are no field: <net>_re <net>_im, or 0 0"],
    ],
    [
      "a circuit of another name",
      nested,
      /^X_dut/m,
      "X_other",
      ["here: out_w0_s0_re and out_w0_s0_im are no field: <net>_re <net>_im, or 0 0"],
    ],
    [
      "a circuit with a parameter",
      nested,
      /^(X_dut .*(\n\+ .*)*)/m,
      "$1 m=2",
      ["X_dut w0_s0_re w0_s0_im : there is no subcircuit m=2"],
    ],
    [
      "an end of a control section that did not start",
      nested,
      "\nX_dut ",
      "\n.endc\nX_dut ",
      ["here: `.endc` is not read"],
    ],
    [
      "an include of another spelling",
      nested,
      "\nX_dut ",
      "\n.INC other.sp\nX_dut ",
      [
        "here: `.inc other.sp` is not read: one file of the same directory is included, by .include NAME in small letters",
      ],
    ],
  ])("%s", (_, text, pattern, by, expected) => {
    expect(refusals(text, changed(text, pattern, by))).toEqual(expected);
  });
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
        "left x_d0_c0_0: mzi 0 on 1,0",
        "left x_d0_c0_1:  on 0 without 0",
        "left x_d0_c0_0: mzi 0 on 2,3",
        "left x_d1_c1_0: phase 0 on 1",
        "left x_d1_c1_0: phase 0 on 2",
        "left x_d2_c1_0: phase 0 on 3",
        "left x_d0_c0_0: mzi 0 on 1,3",
        "left x_d0_c0_1:  on 3 without 3",
        "left x_d1_c1_0: phase 0 on 1",
      ],
      ["layer part1", "relu on 1 x 2.982961"],
      [
        "layer part2",
        "left x_d0_c0_0: mzi 0 on 2,1",
        "left x_d0_c0_1:  on 1 without 1",
        "left x_d1_c1_0: phase 0 on 2",
      ],
      ["layer part3", "relu on 2 x 2.982961"],
      ["layer part4", "left x_d0_c0_0: mzi 0 on 2,4", "left x_d1_c1_0: phase 0 on 2", "left x_d2_c1_0: phase 0 on 4"],
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
      readSpice(changed(nested, pattern, by)).value;
    expect(read(/\{w0_s0\*\(1\)\}/, "{w0_s0*(-2.5e-1)}")!.inputs[0]).toMatchObject({ fieldPerLevel: -0.25 });
    expect(read(/^(V_ref_reference_re \S+ 0) .*/m, "$1 0.5")!.inputs[2]).toMatchObject({ field: 0.5 });
    expect(read(/^(E_rx_w1_s0 .*) \S+$/m, "$1 3")!.outputs[1]).toMatchObject({ levelsPerField: 3 });
    expect(read(/neuron gain=[\d.]+/, "neuron gain=7")!.sections[1]!.activations[0]).toMatchObject({ gain: 7 });
    const bare = read(/^[.]param phi_d1=.*\n(.* phase) phi=\S+/m, "$1")!;
    expect(bare.sections[0]!.meshes[3]!.devices[0]).toMatchObject({ kind: "phase", phiRad: 0 });
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

  it.each<readonly [string, RegExp, string, readonly string[]]>([
    [
      "a parameter of no attenuator",
      /( attenuator theta=\S+ phi=\S+)$/m,
      "$1 gain=1",
      ["here: attenuator has no parameter gain"],
    ],
    [
      "a loss of an attenuator",
      /( attenuator theta=\S+ phi=\S+)$/m,
      "$1 il=-1",
      ["here: an insertion loss of -1 dB is none"],
    ],
    ["a loss of a phase shifter", /( phase phi=\S+)$/m, "$1 il=-1", ["here: an insertion loss of -1 dB is none"]],
    ["a coupler that is none", /( mzi theta=\S+ phi=\S+)$/m, "$1 k1=-0.4", ["here: a share of power k1=-0.4 is none"]],
    [
      "another coupler that is none",
      /( attenuator theta=\S+ phi=\S+)$/m,
      "$1 k2=0.4",
      ["here: verified are ideal devices, k2=0.5: k2=0.4 is for ngspice"],
    ],
    [
      "an offset",
      / neuron gain=1[.]5$/m,
      " neuron gain=1.5 offset=0.1",
      ["here: verified are ideal devices, offset=0: offset=0.1 is for ngspice"],
    ],
    [
      "a saturation",
      / neuron gain=1[.]5$/m,
      " neuron gain=1.5 saturation=2",
      ["here: verified are ideal devices, saturation=1e+30: saturation=2 is for ngspice"],
    ],
    [
      "noise",
      / neuron gain=1[.]5$/m,
      " neuron gain=1.5 noise=0.1",
      ["here: verified are ideal devices, noise=0: noise=0.1 is for ngspice"],
    ],
    [
      "another time of noise",
      / neuron gain=1[.]5$/m,
      " neuron gain=1.5 nt=1e-9",
      ["here: verified are ideal devices, nt=5e-11: nt=1e-9 is for ngspice"],
    ],
    [
      "an attenuator on three fields",
      /^(X_d0_c0 \S+ \S+)( .* attenuator )/m,
      "$1 0 0$2",
      ["here: attenuator has 2 fields, not 3"],
    ],
    [
      "an interferometer on two fields",
      /^(X_d0_c0) \S+ \S+ \S+ \S+( .* mzi )/m,
      "$1$2",
      ["here: mzi has 4 fields, not 2"],
    ],
  ])("%s", (_, pattern, by, expected) => {
    const joined = tiny.replaceAll("\n+ ", " ");
    expect(refusals(joined, changed(joined, pattern, by))).toEqual(expected);
  });

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
    const placed = changed(nested, "\n* light path\n", `\n${parts}\n* light path\n`);
    return changed(
      placed,
      "\nX_s0 w1_s0_re w1_s0_im",
      `\nX_x w1_s0_re w1_s0_im q1_re q1_im s9_p${levels}\nX_s0 q1_re q1_im`,
    );
  };

  it("stand in each other three deep and no deeper", () => {
    expect(refusals(nested, deep(1))).toEqual([]);
    expect(refusals(nested, deep(3))).toEqual([]);
    expect(refusals(nested, deep(4))).toEqual([
      expect.stringMatching(/: s9_p1 is used twice, or contains itself, or is too deep$/),
    ]);
  });

  it.each<readonly [string, RegExp, string, RegExp]>([
    [
      "a phase twice",
      /^([.]param phi_d1=.*)$/m,
      "$1\n$1",
      /^here: `phi_d1=\S+` is no plain number \(suffixes are not read\), or stands twice$/,
    ],
    ["a phase with a suffix", /^([.]param phi_d1=.*)$/m, "$1k", /^here: `phi_d1=\S+k` is no plain number/],
    [
      "a phase beyond the numbers",
      /^[.]param phi_d1=.*$/m,
      ".param phi_d1=1e999",
      /^here: 1e999 is beyond the numbers$/,
    ],
    [
      "a phase of no device",
      /^([.]param phi_d1=.*)$/m,
      "$1 phi_d9=1",
      /^here: no device of the same subcircuit has the phase phi_d9$/,
    ],
    ["a device of no phase", /phi=\{phi_d1\}/, "phi={phi_d9}", /^here: the same subcircuit sets no phase phi_d9$/],
    [
      "a device of a phase that is out",
      /phi=\{phi_d1\}/,
      "phi=1",
      /: no device of the same subcircuit has the phase phi_d1$/,
    ],
  ])("set and take their phases, not %s", (_, pattern, by, expected) => {
    expect(refusals(nested, changed(nested, pattern, by))).toEqual([expect.stringMatching(expected)]);
  });

  it("have the name of a section from its first letter on", () => {
    expect(refusals(nested, nested.replaceAll("s1_reference", "as1_reference"))).toEqual([
      ".subckt as1_reference i2: as1_reference is no name of a section or mesh: s<number>_<name>",
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
      const placed = changed(nested, "\n* light path\n", `\n.subckt s9_wide ${nodes}\n.ends s9_wide\n* light path\n`);
      return changed(placed, "\nX_s0 ", `\nX_wide ${nets} s9_wide\nX_s0 `);
    };
    expect(refusals(nested, wide(MOST_PINS - (MOST_PINS % 2)))).toEqual([]);
    const over = MOST_PINS - (MOST_PINS % 2) + 2;
    expect(refusals(nested, wide(over))).toEqual([
      expect.stringContaining(`: ${over} nodes are more than ngspice takes`),
    ]);
  });
});

describe("a card", () => {
  const card = (text: string) => ({ text, where: "line 7" });
  const phases = () => ({ values: new Map([["phi_d0", 0.5]]), taken: new Set<string>() });
  const refused = (text: string): string => {
    try {
      elementOf(card(text), phases());
    } catch (error) {
      expect(error).toMatchObject({ where: "line 7" });
      return String(error);
    }
    return "read";
  };

  it.each([
    [".param w12_s10=34", { kind: "level", place: { worker: 12, symbol: 10 }, level: 34 }],
    [
      "v_w12_s10_re w12_s10_re 0 {w12_s10*(0.5)}",
      { kind: "worker", net: "w12_s10", place: { worker: 12, symbol: 10 }, fieldPerLevel: 0.5 },
    ],
    ["v_ref_a_b2_re ref_a_b2_re 0 -2.5e-3", { kind: "reference", net: "ref_a_b2", field: -0.0025 }],
    ["v_ref_a_im ref_a_im 0 0", { kind: "imaginary", net: "ref_a" }],
    ["e_out_w0_s1_im out_w0_s1_im 0 s12_m34_im 0 1", { kind: "field", stem: "w0_s1", part: "im", net: "s12_m34" }],
    [
      "e_rx_w10_s0 rx_w10_s0 0 out_w10_s0_re 0 4",
      { kind: "receiver", stem: "w10_s0", place: { worker: 10, symbol: 0 }, levelsPerField: 4 },
    ],
    [
      "b_level_w0_s11 level_w0_s11 0 v=max(0,min(15,floor(v(rx_w0_s11)+0.5)))",
      { kind: "snap", stem: "w0_s11", place: { worker: 0, symbol: 11 }, highest: 15 },
    ],
    [".save v(a_1) v(b)", { kind: "save", nodes: ["a_1", "b"] }],
    [".options itl1=120 reltol=1e-9 vntol=1e-12 abstol=1e-12", { kind: "options", iterations: 120 }],
    [".op", { kind: "operating-point" }],
    [
      "x_a1 0 0 s0_m1_re s0_m1_im phase phi=1e-3",
      { kind: "instance", name: "x_a1", nets: [null, "s0_m1"], model: "phase", settings: new Map([["phi", 0.001]]) },
    ],
  ] as const)("is understood from its first word to its last: %s", (text, element) => {
    expect(elementOf(card(text), phases())).toEqual(element);
    expect(refused(`${text} 1`)).not.toBe("read");
    const taking = phases();
    expect(elementOf(card("x_a1 0 0 phase phi={phi_d0}"), taking)).toMatchObject({ settings: new Map([["phi", 0.5]]) });
    expect([...taking.taken]).toEqual(["phi_d0"]);
    expect(refused(`a ${text}`)).not.toBe("read");
    expect(refused(`a${text}`)).not.toBe("read");
  });

  it.each<readonly [string, string]>([
    [".save v(a) xv(b)", "`xv(b)` is not read: what is saved is v(<node>)"],
    [".save v(a)b", "`v(a)b` is not read: what is saved is v(<node>)"],
    [".save v(1a)", "`v(1a)` is not read: what is saved is v(<node>)"],
    ["x-x_a 0 0 phase", "`x-x_a 0 0 phase` is not read: an instance is X_<name> <nodes> <subcircuit>"],
    ["x_a- 0 0 phase", "`x_a- 0 0 phase` is not read: an instance is X_<name> <nodes> <subcircuit>"],
    ["x_a 0 0 phase phi={phi_d1}", "the same subcircuit sets no phase phi_d1"],
    ["x_a s0_m0_xx s0_m0_im phase", "s0_m0_xx and s0_m0_im are no field: <net>_re <net>_im, or 0 0"],
    ["x_a s0_m0_re 0 phase", "s0_m0_re and 0 are no field: <net>_re <net>_im, or 0 0"],
    ["x_a s0_m0_re phase", "s0_m0_re and nothing are no field: <net>_re <net>_im, or 0 0"],
    ["x_a 0 0 phase phi==1", "`phi==1` is no plain number (suffixes are not read), or stands twice"],
    ["x_a 0 0 phase phi=1 phi=1", "`phi=1` is no plain number (suffixes are not read), or stands twice"],
    ["x_a 0 0 phase phi=1e", "`phi=1e` is no plain number (suffixes are not read), or stands twice"],
    ["x_a 0 0 phase phi=1e999", "1e999 is beyond the numbers"],
    ["v_w0_s0_re w0_s0_re 0 {w0_s0*(1)} {w0_s0*(1)}", "is not read: a source is V_<name>_re"],
    ["k1 l1 l2 0.9", "`k1 l1 l2 0.9` is not read"],
  ])("is refused otherwise: %s", (text, message) => {
    expect(refused(text)).toContain(message);
  });
});

describe("the circuit of a testbench", () => {
  const joined = nested.replaceAll("\n+ ", " ");
  const beside = (line: string): string => changed(joined, "\n* receivers", `\n${line}\n* receivers`);
  const inside = (line: string): string => changed(joined, "\n.ends circuit_", `\n${line}\n.ends circuit_`);
  const pins = (by: string): string => joined.replace(/^(([.]subckt circuit_mean_2x1|X_dut)) /gm, `$1 ${by} `);

  it.each<readonly [string, string, readonly string[]]>([
    [
      "nodes exchanged",
      joined.replace("X_dut w0_s0_re w0_s0_im w1_s0_re w1_s0_im", "X_dut w1_s0_re w1_s0_im w0_s0_re w0_s0_im"),
      ["here: the nodes of X_dut are not the pins of circuit_mean_2x1, in their order"],
    ],
    [
      "a node too few",
      joined.replace("X_dut w0_s0_re w0_s0_im", "X_dut"),
      ["here: the nodes of X_dut are not the pins of circuit_mean_2x1, in their order"],
    ],
    [
      "no such subcircuit",
      joined.replace(/^(X_dut .*) \S+$/m, "$1 circuit_other"),
      ["here: there is no subcircuit circuit_other"],
    ],
    [
      "the name of no circuit",
      joined.replaceAll("circuit_mean_2x1", "mean_2x1"),
      ["X_dut w0_s0_re w0_s0_im : mean_2x1 is no circuit: circuit_<name>"],
    ],
    [
      "a name in front of that of a circuit",
      joined.replaceAll("circuit_mean_2x1", "my_circuit_mean"),
      ["X_dut w0_s0_re w0_s0_im : my_circuit_mean is no circuit: circuit_<name>"],
    ],
    [
      "a name that goes on",
      joined.replaceAll("circuit_mean_2x1", "circuit_mean-2x1"),
      ["X_dut w0_s0_re w0_s0_im : circuit_mean-2x1 is no circuit: circuit_<name>"],
    ],
    [
      "a device beside it",
      beside("X_more w0_s0_re w0_s0_im q1_re q1_im phase phi=0"),
      ["here: a device or a field stands beside X_dut"],
    ],
    [
      "a field beside it",
      beside("E_out_w0_s0_re out_w0_s0_re 0 s4_m2_re 0 1"),
      ["here: a device or a field stands beside X_dut"],
    ],
    ["a source inside of it", inside(".param w0_s0=0"), ["here: `.param w0_s0=0` stands inside of the circuit"]],
    ["a pin that the testbench does not have", pins("q1_re q1_im"), [": X_dut and the testbench do not share q1"]],
    [
      "a pin of the circuit twice",
      pins("w0_s0_re w0_s0_im"),
      [expect.stringContaining(": a pin is ground, or stands twice")],
    ],
    [
      "a saved node that is inside",
      joined.replace(".save v(w0_s0_re)", ".save v(s0_m0_re) v(w0_s0_re)"),
      ["here: there is no node s0_m0_re to save, or it is saved twice"],
    ],
    [
      "a saved node of another circuit",
      joined.replace(".save v(w0_s0_re)", ".save v(x_dut.s9_m9_re) v(w0_s0_re)"),
      ["here: there is no node x_dut.s9_m9_re to save, or it is saved twice"],
    ],
    [
      "a saved pin inside",
      joined.replace(".save v(w0_s0_re)", ".save v(x_dut.w0_s0_re) v(w0_s0_re)"),
      ["here: there is no node x_dut.w0_s0_re to save, or it is saved twice"],
    ],
    [
      "another command",
      joined.replace("print v(rx_w0_s0)", "alter v(rx_w0_s0)"),
      [
        "here: `alter v(rx_w0_s0) v(level_w0_s0)` is not read: a control section runs the analysis and prints v(<node>)",
      ],
    ],
    [
      "a printed node that is none",
      joined.replace("print v(rx_w0_s0)", "print v(rx_w7_s0)"),
      [
        "here: `print v(rx_w7_s0) v(level_w0_s0)` is not read: a control section runs the analysis and prints v(<node>)",
      ],
    ],
    [
      "a printed expression",
      joined.replace("print v(rx_w0_s0)", "print shell"),
      ["here: `print shell v(level_w0_s0)` is not read: a control section runs the analysis and prints v(<node>)"],
    ],
    [
      "another end",
      joined.replace("\nquit\n", "\nshell\n"),
      ["here: `shell` is not read: a control section runs the analysis and prints v(<node>)"],
    ],
    [
      "another condition",
      joined.replace("$?rawfile = 0", "$?rawfile = 1"),
      [expect.stringMatching(/^here: `if .* = 1` is not read: a control section/)],
    ],
    [
      "an empty control section",
      joined.replace(/[.]control[\s\S]*[.]endc/, ".control\n.endc"),
      ["here: `.endc` is not read: a control section runs the analysis and prints v(<node>)"],
    ],
    [
      "a control section without an end",
      joined.replace(".endc\n", ""),
      [expect.stringContaining(" is not read: a control section runs")],
    ],
    [
      "a second control section",
      joined.replace(/([.]control[\s\S]*[.]endc)/, "$1\n$1"),
      [expect.stringContaining(" is not read: a control section runs")],
    ],
  ])("is refused with %s", (_, text, expected) => {
    expect(text).not.toBe(joined);
    expect(refusals(joined, text)).toEqual(expected);
  });

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
