import { caution, type Finding, failure } from "../../check/finding.ts";
import type { Subject } from "../scope.ts";
import { optionValue, type Target, type TargetOptions } from "../target.ts";
import { bandwidthInWords, bandwidthPattern, delaysInWords, delaysPattern, timingOf } from "./delays.ts";
import { circuitLibrary, partLibrary, prefixed } from "./library.ts";
import { planOf } from "./plan.ts";
import { streamOf } from "./stream.ts";
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
    },
    {
      name: "save",
      summary: "what the analysis keeps: the fields at the ports, or those after every section too",
      values: ["outputs", "sections"],
    },
    {
      name: "hierarchy",
      summary: "subcircuits for sections and meshes, or for devices only",
      values: ["nested", "flat"],
    },
    {
      name: "prefix",
      summary: "put before the names of subcircuits, so that one deck can include several circuits",
      values: ["off"],
      also: { what: "a letter, then at most 30 letters and digits", pattern: /^[a-z][a-z0-9]{0,30}$/ },
    },
    {
      name: "analysis",
      summary:
        "op: one operating point; tran: a waveform, dark, all bright, then one worker after the other, 1 ns each",
      values: ["op", "tran"],
    },
    {
      name: "words",
      summary: "what analysis=tran sends: slots as above, or so many random words with the expected results",
      values: ["slots"],
      also: { what: "1 to 9999", pattern: /^[1-9]\d{0,3}$/ },
    },
    {
      name: "delays",
      summary:
        "of analysis=tran: every device and neuron answers later, and a slot is a symbol period; on: the delays of the technology that export is given",
      values: ["off", "on"],
      also: { what: delaysInWords, pattern: delaysPattern },
    },
    {
      name: "bandwidth",
      summary:
        "with delays: workers, neurons and receivers pass modulators, photodiodes and amplifiers; on: the bandwidths of the technology",
      values: ["off", "on"],
      also: { what: bandwidthInWords, pattern: bandwidthPattern },
    },
  ],
  check: (subject, options) => [...checkSpice(subject), ...checkStream(subject, options)],
  emit: ({ circuit, scope, stem }, options) => {
    const file = `${stem}.sp`;
    const asked = optionValue(spiceTarget.options, options, "prefix");
    const prefix = asked === "off" ? "" : `${asked}_`;
    if (scope.kind !== "circuit") {
      return [{ name: file, content: prefixed(partLibrary(circuit, scope, prefix), prefix) }];
    }
    const is = (name: string, value: string): boolean => optionValue(spiceTarget.options, options, name) === value;
    const flat = is("hierarchy", "flat");
    const plan = planOf(circuit, flat, prefix);
    const [delays, bandwidth] = (["delays", "bandwidth"] as const).map((name) =>
      optionValue(spiceTarget.options, options, name),
    );
    const timing = timingOf(delays!, bandwidth!);
    const words = optionValue(spiceTarget.options, options, "words");
    const stream = is("analysis", "op") ? null : streamOf(circuit, timing, words === "slots" ? null : Number(words));
    const library = prefixed(circuitLibrary(circuit, plan, flat, timing), prefix);
    const bench = (included: Iterable<string>): Iterable<string> =>
      testbench(circuit, plan, {
        library: included,
        saveSections: is("save", "sections"),
        stream,
        prefix,
      });
    return is("testbench", "inside")
      ? [{ name: file, content: bench(library) }]
      : [
          { name: `${stem}.test.sp`, content: bench([`.include ${file}\n`]) },
          { name: file, content: library },
        ];
  },
};

/** Delays and words are those of a waveform of a whole circuit, and delays have to be known. */
function checkStream({ scope }: Subject, options: TargetOptions): readonly Finding[] {
  const [analysis, words, delays, bandwidth] = ["analysis", "words", "delays", "bandwidth"].map((name) =>
    optionValue(spiceTarget.options, options, name),
  );
  const wrong = (message: string, help: string): readonly Finding[] => [failure("OPT0442", "", message, help)];
  if (delays === "off" && bandwidth !== "off")
    return wrong("`bandwidth` is about light that takes time, and `delays` is off", "add --option delays=on");
  if (words === "slots" && delays === "off") return [];
  if (scope.kind !== "circuit")
    return wrong("a part of a circuit has no inputs to send words into", "leave --scope out");
  if (analysis !== "tran") {
    return wrong("`words` and `delays` are about a waveform, and none is asked for", "add --option analysis=tran");
  }
  const name = (words: string): string => `name a technology, \`--technology foundry-si\`, or write ${words}`;
  if (delays === "on") return wrong("nothing says how long light takes", name(delaysInWords));
  if (bandwidth === "on") return wrong("nothing says the bandwidths", name(bandwidthInWords));
  const { filters, neuronDelayS } = timingOf(delays!, bandwidth!)!;
  if (filters === null) return [];
  const { modulatorHz, detectorHz, amplifierHz, receiverHz, halfStepS } = filters;
  if (!(Math.min(modulatorHz, detectorHz, amplifierHz, receiverHz) > 0))
    return wrong("a bandwidth is 0", "write one in Hz");
  if (halfStepS < neuronDelayS) return [];
  const late = `half of a step takes ${halfStepS} s through the filters, and a neuron ${neuronDelayS} s`;
  return wrong(late, "the delay of a neuron counts its filters: give a longer one");
}

/** ngspice needs 15 s and 0.6 GB for the 32 640 MZIs of a Clements mesh of 256 modes; it grows faster than linearly. */
const COMFORTABLE_DEVICES = 40_000;

function checkSpice({ circuit, scope }: Subject): readonly Finding[] {
  if (scope.kind !== "circuit") return [];
  const meshes = circuit.sections.flatMap((section) => section.meshes);
  const devices = meshes.reduce((sum, mesh) => sum + mesh.devices.length, 0);
  if (devices <= COMFORTABLE_DEVICES) return [];
  const message = `${devices} devices are more than ngspice solves in comfort`;
  return [caution("OPT0430", "", message, "simulate with `optinc verify`, or expect minutes and gigabytes in ngspice")];
}
