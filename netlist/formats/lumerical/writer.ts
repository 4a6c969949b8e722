import { formatNumber } from "../../circuit/numbers.ts";
import { type LinearBlock, leftOut, linearBlocks, steps } from "../block.ts";
import { couplersAlike, lossesLeftOut } from "../ideal-only.ts";
import { comment, identifierOf } from "../identifiers.ts";
import { blockFiles } from "../join.ts";
import { connections, instanceName } from "../nets.ts";
import { tooLarge } from "../sax/writer.ts";
import type { Target, TargetFile } from "../target.ts";

/**
 * Lumerical INTERCONNECT, three files a block:
 * - NAME.spi: a subcircuit in the dialect of SiEPIC-Tools with the models of the EBeam library. It has no ideal phase shifter,
 *   so that a phase is a length of ebeam_wg_integral_1550 at 1550 nm, and its models have losses and dispersion;
 * - NAME.main.spi: the circuit with an optical network analyser at the first input and all outputs;
 * - NAME.lsf: a script that builds the block from ideal primitives, Waveguide Coupler and Optical Phase Shift.
 */
export const lumericalTarget: Target = {
  name: "lumerical",
  summary:
    "netlist in SiEPIC-Tools' dialect (.spi), main file with the analyser, and a script with ideal primitives (.lsf)",
  carries: "passive linear optics; a whole circuit with neurons becomes three files a section and an index",
  limits:
    "no neurons, receivers and constant light; read back by Simphony's parser only, INTERCONNECT itself was not at hand",
  options: [],
  check: (subject) => [
    ...couplersAlike(subject, "lumerical"),
    ...lossesLeftOut(subject, "lumerical"),
    ...leftOut(subject, "lumerical", "three files a section"),
    ...tooLarge(subject, "INTERCONNECT", 5_000),
  ],
  emit: (subject) => {
    const spi = (block: LinearBlock): TargetFile => ({ name: `${block.stem}.spi`, content: printNetlist(block) });
    const blocks = linearBlocks(subject);
    return [
      ...blockFiles(subject, "lumerical", spi, blocks),
      ...blocks.map((block) => ({ name: `${block.stem}.main.spi`, content: printMain(block) })),
      ...blocks.map((block) => ({ name: `${block.stem}.lsf`, content: printScript(block) })),
    ];
  },
};

/** ebeam_wg_integral_1550, 500 nm x 220 nm, TE: effective index at 1550 nm of the compact model. */
const EFFECTIVE_INDEX = 2.4468;
const WAVELENGTH_M = 1.55e-6;
/** A whole number of wavelengths in the waveguide, near 100 um, stands for phase 0. */
const ZERO_LENGTH_M = (158 * WAVELENGTH_M) / EFFECTIVE_INDEX;

const NO_WORDS: ReadonlySet<string> = new Set(["end", "ends", "subckt", "param", "for", "if", "function", "and", "or"]);

/** Ports end in laser or detector and a number, which is how SiEPIC-Tools and Simphony tell them from nets. */
function portsOf(block: LinearBlock): { inputs: string[]; outputs: string[] } {
  return {
    inputs: block.modes.map((mode, i) => `in${mode}_laser${(i % 9) + 1}`),
    outputs: block.outputs.map((port, i) => `out${block.modes[port]!}_detector${(i % 9) + 1}`),
  };
}

function* printNetlist(block: LinearBlock): Generator<string> {
  const name = identifierOf(block.name, NO_WORDS);
  const ports = portsOf(block);
  yield `* Spice output of optinc in the dialect of SiEPIC-Tools\n\n`;
  yield `.subckt ${name} ${[...ports.inputs, ...ports.outputs].join(" ")}\n`;
  const spread =
    "uniformity_width=0 uniformity_thickness=0 resolution_x=100 resolution_y=100 grid=10e-6 non_uniform=99";
  for (const parameter of spread.split(" ")) yield `.param MC_${parameter}\n`;
  let nets = 0;
  const net = (): string => {
    nets += 1;
    return `N$${nets}`;
  };
  /** Where light leaves the block. */
  const outputOf = new Map(
    connections(block).ends.outputs.map(({ instance, port }, i) => [`${instance} ${port}`, ports.outputs[i]!]),
  );
  const tails = block.modes.map((_, port) => ports.inputs[port]!);
  for (const step of steps(block)) {
    if (step.kind === "absorb") {
      tails[step.port] = net();
      continue;
    }
    const { column, port } = step;
    const instance = instanceName(step);
    const outlet = (side: 0 | 1): string => outputOf.get(`${instance} out${side}`) ?? net();
    const place = `lay_x=${formatNumber(column * 5e-4)} lay_y=${formatNumber(port * -1.27e-4)} sch_x=${column} sch_y=${-port}`;
    const line = (part: string, nodes: readonly string[], model: string, rest = ""): string =>
      ` ${instance}${part} ${nodes.join(" ")} ${model} library="Design kits/ebeam"${rest} ${place}\n`;
    const waveguide = (part: string, from: string, to: string, phaseRad: number): string => {
      const metres = ZERO_LENGTH_M + ((phaseRad / (2 * Math.PI)) * WAVELENGTH_M) / EFFECTIVE_INDEX;
      const rest = ` wg_length=${formatNumber(metres * 1e6)}u wg_width=0.500u`;
      return line(part, [from, to], "ebeam_wg_integral_1550", rest);
    };
    if (step.kind === "phase") {
      const to = outlet(0);
      yield waveguide("", tails[port]!, to, step.phiRad);
      tails[port] = to;
      continue;
    }
    const second = step.kind === "mzi" ? tails[step.second]! : net();
    const [shifted, upper, lower, delayed, even] = [net(), net(), net(), net(), net()];
    yield waveguide("_phi", tails[port]!, shifted, step.phiRad);
    yield line("_bdc0", [shifted, second, upper, lower], "ebeam_bdc_te1550");
    yield waveguide("_theta", upper, delayed, step.thetaRad);
    yield waveguide("_arm", lower, even, 0);
    const first = outlet(0);
    const other = step.kind === "mzi" ? outlet(1) : net();
    yield line("_bdc1", [delayed, even, first, other], "ebeam_bdc_te1550");
    tails[port] = first;
    if (step.kind === "mzi") tails[step.second] = other;
  }
  yield `.ends ${name}\n\n${name} ${[...ports.inputs, ...ports.outputs].join(" ")} ${name} sch_x=-1 sch_y=-1\n`;
}

function* printMain(block: LinearBlock): Generator<string> {
  const name = identifierOf(block.name, NO_WORDS);
  const ports = portsOf(block);
  yield `* Spice output of optinc: circuit and analyser\n\n.INCLUDE "${block.stem}.spi"\n`;
  yield `* Optical Network Analyzer\n.ona input_unit=wavelength input_parameter=start_and_stop\n`;
  yield `+ minimum_loss=80 analysis_type=scattering_data multithreading=user_defined number_of_threads=1\n`;
  yield `+ orthogonal_identifier=1 start=1549.000e-9 stop=1551.000e-9 number_of_points=201\n`;
  for (const [i, output] of ports.outputs.entries()) {
    yield `+ input(${i + 1})=${name},${output}\n`;
  }
  yield `+ output=${name},${ports.inputs[0] ?? ""}\n`;
}

/** Lumerical script: couplers and phase shifters side by side, connected port by port. */
function* printScript(block: LinearBlock): Generator<string> {
  yield `# optinc: ${comment(block.name)} from ideal primitives; run in an empty INTERCONNECT project.\n`;
  yield `# Inputs and outputs are left open. Of the element below, in<mode> is port 1 or 2; out<mode> is port 2, 3 or 4.
# Fields are e^{-i omega t}: a positive phase is a delay.
function shifter(label, phase, x, y) {
  addelement("Optical Phase Shift"); set("name", label); set("phase shift", phase); setposition(label, x, y);
}
function splitter(label, x, y) {
  addelement("Waveguide Coupler"); set("name", label); set("coupling coefficient 1", 0.5); setposition(label, x, y);
}
function mzi(label, theta, phi, x, y) {
  shifter(label + "_phi", phi, x, y); splitter(label + "_bs0", x + 150, y);
  shifter(label + "_theta", theta, x + 300, y); splitter(label + "_bs1", x + 450, y);
  connect(label + "_phi", "port 2", label + "_bs0", "port 1"); connect(label + "_bs0", "port 3", label + "_theta", "port 1");
  connect(label + "_theta", "port 2", label + "_bs1", "port 1"); connect(label + "_bs0", "port 4", label + "_bs1", "port 2");
}
`;
  const simple = new Set<string>();
  for (const step of steps(block)) {
    if (step.kind === "absorb") {
      continue;
    }
    const at = `${step.column * 700}, ${step.port * 200}`;
    const name = instanceName(step);
    if (step.kind === "phase") {
      simple.add(name);
      yield `shifter("${name}", ${formatNumber(step.phiRad)}, ${at});\n`;
    } else {
      yield `mzi("${name}", ${formatNumber(step.thetaRad)}, ${formatNumber(step.phiRad)}, ${at});\n`;
    }
  }
  const element = (instance: string, port: string): readonly [string, string] => {
    if (simple.has(instance)) {
      return [instance, port === "in0" ? "port 1" : "port 2"];
    }
    switch (port) {
      case "in0":
        return [`${instance}_phi`, "port 1"];
      case "in1":
        return [`${instance}_bs0`, "port 2"];
      case "out0":
        return [`${instance}_bs1`, "port 3"];
      default:
        return [`${instance}_bs1`, "port 4"];
    }
  };
  const { joints, ends } = connections(block);
  for (const joint of joints) {
    const [from, to] = joint.map((end) => element(end.instance, end.port));
    yield `connect("${from![0]}", "${from![1]}", "${to![0]}", "${to![1]}");\n`;
  }
  for (const [i, end] of ends.inputs.entries()) {
    yield `# in${block.modes[i]!}: ${element(end.instance, end.port).join(", ")}\n`;
  }
  for (const [i, end] of ends.outputs.entries()) {
    yield `# out${block.modes[block.outputs[i]!]!}: ${element(end.instance, end.port).join(", ")}\n`;
  }
}
