import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { synthesise } from "../../compiler/index.ts";
import { inOrderOfLight, type SpiceDevice, takersOf } from "../../netlist/formats/spice/network.ts";
import { readSpice, seededRandom, simulate, spiceTarget, subjectOf } from "../../netlist/index.ts";
import { passed, verifyCircuit } from "../../verify/index.ts";
import { specOf } from "../compiler/specs.ts";
import { allRounds } from "../rounds.ts";
import { attenuator, circuit as circuitOf, mesh, output, section, tinyCircuit, worker } from "./build.ts";
import { edited } from "./changed.ts";
import { circuitDifference } from "./spice/compare.ts";
import { compiledMean } from "./spice/compiled.ts";
import { mutateSpice, spiceMutations } from "./spice-mutations.ts";
import { spiceText } from "./spice-text.ts";
import { changeAt, circuitReasons, newSurvivorList, reasonFor, verifiedReasons } from "./survivors.ts";

const mean = compiledMean(2, 2, 4);
const nested = spiceText(mean);
const flat = spiceText(mean, { hierarchy: "flat" });

/** What `optinc verify --netlist` says of a file; a refusal has a code and, but for what is missing everywhere, a line. */
function verdict(text: string): "refused" | "wrong" | "verified" {
  const { value, findings } = readSpice(text);
  if (value === null) {
    expect(findings.some((it) => it.severity === "error" && /^OPT04\d\d$/.test(it.code))).toBe(true);
    return "refused";
  }
  return passed(verifyCircuit(value, { inputs: { kind: "exhaustive" }, seed: 1 })) ? "verified" : "wrong";
}

/** The top of the file before its first line that starts so, with a line more. */
const inserted = (start: string, line: string, text: string = nested): string =>
  edited(text, `\n${start}`, `\n${line}\n${start}`);

describe("a SPICE file that ngspice computes otherwise", () => {
  it("is verified as it was written, nested and flat", () => {
    expect([verdict(nested), verdict(flat)]).toEqual(["verified", "verified"]);
  });

  it("is verified with numbers in place of phases that have names, and without what it prints", () => {
    const numbers = edited(
      nested.replaceAll("\n+ ", " "),
      /^\.param theta_(d\d+)=(\S+) phi_\1=(\S+)\n(.*) theta=\S+ phi=\S+$/gm,
      "$4 theta=$2 phi=$3",
    );
    expect(numbers).not.toContain("{theta_d");
    expect(verdict(numbers)).toBe("verified");
    expect(verdict(edited(nested, /^print .*\n/gm, ""))).toBe("verified");
    expect(verdict(edited(nested, /^\.control\n[\s\S]*^\.endc\n/m, ""))).toBe("verified");
  });

  it.each<[string, () => string]>([
    ["a source off ground", () => edited(nested, "V_w0_s0_re w0_s0_re 0", "V_w0_s0_re w0_s0_re w1_s0_re")],
    ["a receiver against another node", () => edited(nested, /^(E_rx_w0_s0 rx_w0_s0 0 \S+) 0/m, "$1 w0_s0_re")],
    ["a receiver twice", () => edited(nested, /^(E_rx_w0_s0 .*)$/m, "$1 m=2")],
    [
      "a level under the name of another node",
      () => edited(nested, "B_level_w0_s0 level_w0", "B_level_w0_s0 level_w1"),
    ],
    ["a second level", () => edited(nested, /^(B_level_w0_s0.*)$/m, "$1\n$1")],
    ["a second level of another name", () => edited(nested, /^(B_level_w0_s0.*)$/m, "$1\nB_levels level_w0_s0 0 V=0")],
    ["a parameter that a model uses inside", () => edited(nested, /( mzi theta=\S+ phi=\S+)$/m, "$1 s=0")],
    [
      "a device model redefined",
      () => inserted("* light path", ".subckt neuron ar ai cr ci gain=1\nRcr cr 0 1\n.ends neuron"),
    ],
    [
      "an edited model that nothing uses",
      () => edited(nested, ".subckt phase ar ai cr ci phi=0 il=0", ".subckt phase ar ai cr ci phi=0 il=1"),
    ],
    ["a parameter of another case twice", () => inserted(".param w0_s0", ".PARAM W0_S0=1")],
    ["a parameter that depends on another", () => edited(nested, ".param w0_s0=0", ".param w0_s0={w1_s0}")],
    ["a parameter beyond the levels", () => edited(nested, ".param w0_s0=0", ".param w0_s0=4")],
    ["a parameter that is no level", () => edited(nested, ".param w0_s0=0", ".param w0_s0=0.5")],
    ["a parameter of ngspice", () => inserted(".param w0_s0", ".param pi=3")],
    ["a function", () => inserted(".param w0_s0", ".func sin(x) {0}")],
    ["an include", () => inserted(".param w0_s0", ".include other.sp")],
    ["a control section", () => inserted("X_s0 ", ".control\nalter V_w0_s0_re 3\n.endc")],
    ["options beside the written ones", () => inserted(".op", ".options reltol=1")],
    ["options that are loose", () => edited(nested, "reltol=1e-9", "reltol=1e-1")],
    ["an initial condition", () => inserted(".op", ".nodeset v(s0_m0_re)=1")],
    ["a global node", () => inserted("X_s0 ", ".global d0_0_re")],
    ["another temperature", () => inserted(".op", ".temp 100")],
    ["another analysis", () => edited(nested, "\n.op\n", "\n.dc V_w0_s0_re 0 3 1\n")],
    ["a second file after the end", () => `${nested}${nested}`],
    ["words after .op", () => edited(nested, "\n.op\n", "\n.op really\n")],
    ["pins that are no field", () => edited(nested, /^(\.subckt s\d\S* \S+ \S+)_im/m, "$1_re")],
    ["a phase that is another one's", () => edited(nested, "theta={theta_d0}", "theta={phi_d0}")],
    ["a phase that was altered", () => edited(nested, /theta_d0=[\d.]+/, "theta_d0=0.3")],
    ["a comment in a line", () => edited(nested, /( mzi theta=\S+) (phi=\S+)$/m, "$1 $$ $2")],
    ["a comment behind a semicolon", () => edited(nested, /( mzi theta=\S+) (phi=\S+)$/m, "$1 ; $2")],
    ["a letter that is k for some", () => edited(nested, /^X_m0/m, "\u212a_m0")],
    ["a carriage return within a line", () => edited(nested, /( mzi theta=\S+) (phi=\S+)$/m, "$1\r$2")],
    ["an element of the same name", () => edited(nested, /^X_m1 /m, "X_m0 ")],
    [
      "a device that has its output on a receiver's node",
      () => edited(nested, /^(X_s0 .*) \S+_re \S+_im (s0_combine)$/m, "$1 out_w0_s0_re out_w0_s0_im $2"),
    ],
    [
      "a header that contradicts itself",
      () => edited(nested, "* mean-2x2: 2 workers, 2 bits", "* mean-2x2: 2 workers, 4 bits"),
    ],
    ["two headers", () => `* optinc aggregate: workers=1\n${nested}`],
  ])("%s", (_, change) => {
    expect(["refused", "wrong"]).toContain(verdict(change()));
  });

  it("keeps the units of a cascade, without which fewer inputs would be tried", () => {
    const { circuit } = synthesise(specOf(4, 2, 4, "half-up", true, 0.25, { kind: "cascade", fanIn: [2, 2] }));
    expect(circuit.aggregate.fanIn).toEqual([2, 2]);
    expect(readSpice(spiceText(circuit)).value!.aggregate).toEqual(circuit.aggregate);
  });

  it("is verified where it says of devices that they are ideal", () => {
    const said = edited(nested, / mzi (theta=\S+ phi=\S+)$/gm, " mzi $1 il=0 k1=0.5 k2=0.50");
    expect(verdict(edited(said, / neuron (gain=\S+)$/gm, " neuron $1 offset=0 saturation=1e30 noise=0 nt=5e-11"))).toBe(
      "verified",
    );
    const unequal = edited(nested, /( mzi theta=\S+ phi=\S+)$/m, "$1 k1=0.45");
    const measured = readSpice(unequal).value!;
    expect(measured.version).toBe(4);
    const couplers = measured.sections.flatMap(({ meshes }) =>
      meshes.flatMap((mesh) => mesh.devices.flatMap((it) => (it.kind === "mzi" ? (it.firstCrossPower ?? []) : []))),
    );
    expect(couplers).toEqual([0.45]);
    const lossy = readSpice(edited(nested, /( mzi theta=\S+ phi=\S+)$/m, "$1 il=0.1")).value!;
    const factors = lossy.sections.flatMap(({ meshes }) =>
      meshes.flatMap((mesh) => mesh.devices.flatMap(({ fieldFactor }) => fieldFactor ?? [])),
    );
    expect(lossy.version).toBe(2);
    expect(factors).toEqual([expect.closeTo(10 ** -0.005, 12)]);
  });

  it("says the line and the form that is wanted", () => {
    const text = edited(nested, /^(B_level_w0_s0 \S+ 0).*/m, "$1 V=0");
    const line = text.split("\n").findIndex((it) => it.startsWith("B_level_w0_s0")) + 1;
    expect(readSpice(text).findings).toEqual([
      {
        code: "OPT0440",
        severity: "error",
        message:
          "`b_level_w0_s0 level_w0_s0 0 v=0` is not read: the level of a receiver is B_level_<name> level_<name> 0 V=max(0,min(<highest>,floor(V(rx_<name>)+0.5)))",
        where: `line ${line}`,
        help: null,
      },
    ]);
  });
});

describe("a SPICE file with its lines in another order", () => {
  function shuffled(text: string, seed: number): string {
    const lines = text.trimEnd().replaceAll("\n+ ", " ").split("\n");
    const [head, body] = [lines.slice(0, 2), lines.slice(2, -1)];
    const blocks: string[] = [];
    let open = false;
    for (const line of body) {
      if (open) {
        blocks[blocks.length - 1] += `\n${line}`;
      } else {
        blocks.push(line);
      }
      open = /^[.](subckt|control)/.test(line) || (open && !/^[.]end[sc]/.test(line));
    }
    const random = seededRandom(seed);
    const order = blocks.map((block) => ({ block, at: seed === 0 ? 0 : random() })).sort((a, b) => a.at - b.at);
    const mixed = order.map(({ block }) => block);
    return [...head, ...(seed === 0 ? mixed.reverse() : mixed), ".end", ""].join("\n");
  }

  it.each([0, 1, 2, 3])("is the same circuit (seed %d)", (seed) => {
    for (const circuit of [mean, tinyCircuit()]) {
      for (const hierarchy of ["nested", "flat"]) {
        const { value, findings } = readSpice(shuffled(spiceText(circuit, { hierarchy }), seed));
        expect(findings.filter((it) => it.severity === "error")).toEqual([]);
        expect(circuitDifference(circuit, value!)).toBeLessThan(1e-12);
      }
    }
  });

  it.each(["in order", "in reverse", "mixed"])("asks every device a few times only: %s", (order) => {
    const count = 2000;
    const random = seededRandom(4);
    let asked = 0;
    const devices = Array.from({ length: count }, (_, i): SpiceDevice => {
      return {
        name: `x_d${i}`,
        model: "phase",
        get inputs() {
          asked += 1;
          return [`d${i}`];
        },
        outputs: [`d${i + 1}`],
        settings: new Map(),
        where: "",
      };
    });
    const at = devices.map((_, i) => (order === "mixed" ? random() : order === "in order" ? i : -i));
    const given = devices.toSorted((a, b) => at[devices.indexOf(a)]! - at[devices.indexOf(b)]!);
    const ordered = inOrderOfLight(given, ["d0"], takersOf(given, ["d0"], []));
    expect(ordered.map(({ name }) => name)).toEqual(devices.map((it) => it.name));
    expect(asked).toBeLessThanOrEqual(3 * count);
  });

  it.each(["in order", "in reverse", "mixed"])("is read with 16 000 devices: %s", (order) => {
    const count = 16_000;
    const random = seededRandom(4);
    const chain = Array.from(
      { length: count },
      (_, i) => `X_d${i} ${netOf(i)} ${netOf(i + 1)} ${i % 2 === 0 ? "phase phi=0.1" : "neuron gain=1.01"}`,
    );
    const at = chain.map((_, i) => (order === "mixed" ? random() : order === "in order" ? i : -i));
    const lines = [...chain.keys()].sort((a, b) => at[a]! - at[b]!).map((i) => chain[i]!);
    function netOf(i: number): string {
      const stem = i === 0 ? "w0_s0" : i === count ? "s0_m0" : `d${i}`;
      return `${stem}_re ${stem}_im`;
    }
    const { value, findings } = readSpice(
      [
        "* chain: 1 workers, 2 bits, 4 levels, floor",
        "* optinc aggregate: workers=1 bits=2 levels=4 signed=false rounding=floor symbols=1",
        ".param w0_s0=0",
        "V_w0_s0_re w0_s0_re 0 {w0_s0*(1)}",
        "V_w0_s0_im w0_s0_im 0 0",
        ...nested.slice(nested.indexOf(".subckt phase"), nested.indexOf(".ends neuron")).split("\n").slice(0, -1),
        ".ends neuron",
        ...lines,
        "E_out_w0_s0_re out_w0_s0_re 0 s0_m0_re 0 1",
        "E_out_w0_s0_im out_w0_s0_im 0 s0_m0_im 0 1",
        "E_rx_w0_s0 rx_w0_s0 0 out_w0_s0_re 0 1",
        "B_level_w0_s0 level_w0_s0 0 V=max(0,min(3,floor(V(rx_w0_s0)+0.5)))",
        ".save v(out_w0_s0_re) v(out_w0_s0_im) v(rx_w0_s0) v(level_w0_s0)",
        ".options itl1=81000 reltol=1e-9 vntol=1e-12 abstol=1e-12",
        ".op",
        ".end",
        "",
      ].join("\n"),
    );
    expect(findings).toEqual([]);
    expect(value!.sections.length).toBe(count);
  });
});

describe("subcircuits that no file of ours has", () => {
  const top = "X_s0 ";
  it.each<[string, string]>([
    ["contains itself", ".subckt s99_a i0_re i0_im\nX_a i0_re i0_im s99_a\n.ends s99_a\nX_s99 w0_s0_re w0_s0_im s99_a"],
    [
      "contains one that contains it",
      ".subckt s98_a i0_re i0_im\nX_a i0_re i0_im s98_b\n.ends s98_a\n.subckt s98_b i0_re i0_im\nX_b i0_re i0_im s98_a\n.ends s98_b\nX_s99 w0_s0_re w0_s0_im s98_a",
    ],
    ["contains itself, and nothing uses it", ".subckt s99_a i0_re i0_im\nX_a i0_re i0_im s99_a\n.ends s99_a"],
    [
      "doubles forty times",
      `${Array.from(
        { length: 40 },
        (_, i) =>
          `.subckt s1${i}_a i0_re i0_im\nX_a i0_re i0_im s1${i + 1}_a\nX_b i0_re i0_im s1${i + 1}_a\n.ends s1${i}_a`,
      ).join("\n")}\n.subckt s140_a i0_re i0_im\n.ends s140_a\nX_s99 w0_s0_re w0_s0_im s10_a`,
    ],
    [
      "is ten thousand deep",
      `${Array.from(
        { length: 10_000 },
        (_, i) => `.subckt s1${i}_a i0_re i0_im\nX_a i0_re i0_im s1${i + 1}_a\n.ends s1${i}_a`,
      ).join("\n")}\n.subckt s110000_a i0_re i0_im\n.ends s110000_a\nX_s99 w0_s0_re w0_s0_im s10_a`,
    ],
    ["has a name of JavaScript", "X_s99 w0_s0_re w0_s0_im __proto__"],
    ["has another name of JavaScript", "X_s99 w0_s0_re w0_s0_im constructor"],
  ])("one that %s is refused", (_, lines) => {
    expect(readSpice(inserted(top, lines))).toMatchObject({ value: null, findings: [{ code: "OPT0440" }] });
  });
});

describe("any text", () => {
  it("is read or refused, never thrown at", () => {
    const words = [...new Set(nested.split(/\s+/))];
    const line = fc.array(fc.oneof(fc.constantFrom(...words), fc.string(), fc.constantFrom("+", "*", "0", "{", "=")), {
      maxLength: 8,
    });
    const body = fc.array(
      line.map((it) => it.join(" ")),
      { maxLength: 12 },
    );
    const head = nested.split("\n").slice(0, 2);
    fc.assert(
      fc.property(fc.boolean(), body, (whole, lines) => {
        const text = [...head, ...lines, ...(whole ? nested.split("\n").slice(2) : [".end", ""])].join("\n");
        expect(["refused", "wrong", "verified"]).toContain(verdict(text));
      }),
      { numRuns: 60 },
    );
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(verdict(text)).toBe("refused");
      }),
    );
  });

  it("with bytes changed, cut out or doubled", () => {
    const random = seededRandom(12);
    const below = (n: number): number => Math.floor(random() * n);
    for (let i = 0; i < 400; i += 1) {
      let text = i % 2 === 0 ? nested : flat;
      for (let k = 0; k <= below(3); k += 1) {
        const [from, size] = [below(text.length), below(40)];
        const middle = [String.fromCharCode(below(256)), "", text.slice(from, from + 2 * size)][below(3)]!;
        text = text.slice(0, from) + middle + text.slice(from + size);
      }
      expect(["refused", "wrong", "verified"]).toContain(verdict(text));
    }
  });
});

describe("mutated lines", () => {
  /** The same files and seeds as in tests/interop, where ngspice judges what is listed here. */
  it.each(allRounds ? spiceMutations : spiceMutations.slice(-1))(
    "of %s that are verified are listed, each with the reason",
    async (_, circuit, hierarchy, count) => {
      const list = newSurvivorList();
      const text = spiceText(circuit, { hierarchy });
      const plain = readSpice(text).value!;
      const random = seededRandom(8);
      for (let i = 0; i < count; i += 1) {
        const mutant = mutateSpice(text, random);
        if (mutant.text === text || verdict(mutant.text) !== "verified") {
          continue;
        }
        const entry = changeAt(text, mutant.text, mutant.what.replace(/:.*/s, ""));
        const reason = reasonFor(plain, readSpice(mutant.text).value!, [...circuitReasons, ...verifiedReasons]);
        if (reason === null) expect.fail(`${entry}: verified, and nobody says why`);
        // What is there twice or not at all, or was not there before, is seen or is no part of the circuit.
        if (/^(dropped|doubled|hostile|after|appended)/.test(mutant.what)) {
          expect(reason, mutant.what).toBe(circuitReasons[0]!.reason);
        }
        list.add(reason, entry);
      }
      const file = `survivors-spice-${circuit.aggregate.symbols}-${hierarchy}.txt`;
      await expect(list.print()).toMatchFileSnapshot(`golden/${file}`);
    },
  );
});

describe("a SPICE circuit beside its testbench", () => {
  it("is refused alone, with the name of what drives it", () => {
    const [, library] = spiceTarget.emit(subjectOf(mean, { kind: "circuit" }), {});
    expect(readSpice([...library!.content].join("")).findings[0]!.message).toContain("NAME.test.sp");
  });

  it("stands at the top where it has too many ports for a subcircuit", () => {
    const [workers, symbols] = [21, 12];
    const lanes = Array.from({ length: workers * symbols }, (_, i) => i);
    const wide = circuitOf({
      modes: lanes.length,
      aggregate: { workers, bits: 12, levels: 2, signed: false, rounding: "floor", symbols },
      inputs: lanes.map((i) => worker(Math.floor(i / symbols), i % symbols, i)),
      sections: [
        section("layer", "wide", [mesh("singular", "S", lanes, [attenuator(0, 0, 1, 1), attenuator(240, 0, 2, 1)])]),
      ],
      outputs: lanes.map((i) => output(Math.floor(i / symbols), i % symbols, i, 1)),
    });
    const [bench, library] = spiceTarget.emit(subjectOf(wide, { kind: "circuit" }), {});
    const text = [...library!.content].join("");
    expect(text).not.toContain(".subckt circuit_");
    const { value, findings } = readSpice([...bench!.content].join(""), () => text);
    expect(findings).toEqual([]);
    const vector = Uint8Array.from(lanes, (i) => i % 2);
    const sum = ({ re }: { re: Float64Array }): number => re.reduce((total, it, i) => total + it * (i + 1), 0);
    expect(sum(simulate(value!, vector))).toBeCloseTo(sum(simulate(wide, vector)), 9);
    expect(readSpice(spiceText(wide)).value).toEqual(value);
  });
});
