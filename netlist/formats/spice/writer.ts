import type { Finding } from "../../check/finding.ts";
import type { Subject } from "../scope.ts";
import { optionValue, type Target } from "../target.ts";
import { circuitLibrary, partLibrary } from "./library.ts";
import { planOf } from "./plan.ts";
import { testbench } from "./testbench.ts";

/**
 * SPICE for ngspice 39 and later. A field is two nodes, real and imaginary part in volts; light runs one way, so every
 * matrix entry is a voltage-controlled current source into 1 ohm. Hierarchy: device, mesh, section, circuit, testbench.
 */
export const spiceTarget: Target = {
  name: "spice",
  summary: "netlist for ngspice, fields as (re, im) voltages",
  carries:
    "everything: meshes, neurons, constant light, receivers; two files, a circuit to include and a testbench; a layer or a mesh becomes a subcircuit",
  limits: "ngspice needs minutes beyond 40 000 devices",
  options: [
    {
      name: "testbench",
      summary: "NAME.test.sp beside NAME.sp, which is the circuit to include; or one file that runs as it is",
      values: ["beside", "inside"],
      also: null,
    },
    {
      name: "save",
      summary: "what the analysis keeps: the fields at the ports, or those after every section too",
      values: ["outputs", "sections"],
      also: null,
    },
    {
      name: "hierarchy",
      summary: "subcircuits for sections and meshes, or for devices only",
      values: ["nested", "flat"],
      also: null,
    },
    {
      name: "analysis",
      summary:
        "op: one operating point; tran: a waveform, dark, all bright, then one worker after the other, 1 ns each",
      values: ["op", "tran"],
      also: null,
    },
  ],
  check: (subject) => checkSpice(subject),
  emit: ({ circuit, scope, stem }, options) => {
    const file = `${stem}.sp`;
    if (scope.kind !== "circuit") {
      return [{ name: file, content: partLibrary(circuit, scope) }];
    }
    const is = (name: string, value: string): boolean => optionValue(spiceTarget, options, name) === value;
    const flat = is("hierarchy", "flat");
    const plan = planOf(circuit, flat);
    const library = circuitLibrary(circuit, plan, flat);
    const bench = (included: Iterable<string>): Iterable<string> =>
      testbench(circuit, plan, {
        library: included,
        saveSections: is("save", "sections"),
        waveform: is("analysis", "tran"),
      });
    return is("testbench", "inside")
      ? [{ name: file, content: bench(library) }]
      : [
          { name: `${stem}.test.sp`, content: bench([`.include ${file}\n`]) },
          { name: file, content: library },
        ];
  },
};

/** ngspice needs 15 s and 0.6 GB for the 32 640 MZIs of a Clements mesh of 256 modes; it grows faster than linearly. */
const COMFORTABLE_MZIS = 40_000;

function checkSpice({ circuit, scope }: Subject): readonly Finding[] {
  let mzis = 0;
  if (scope.kind !== "circuit") {
    return [];
  }
  for (const section of circuit.sections) {
    for (const mesh of section.meshes) {
      mzis += mesh.devices.length;
    }
  }
  return mzis <= COMFORTABLE_MZIS
    ? []
    : [
        {
          code: "OPT0430",
          severity: "warning",
          message: `${mzis} devices are more than ngspice solves in comfort`,
          where: "",
          help: "simulate with `optinc verify`, or expect minutes and gigabytes in ngspice",
        },
      ];
}
