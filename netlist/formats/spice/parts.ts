import type { Activation, Circuit, Device, Mesh, Section } from "../../circuit/circuit.ts";
import { formatNumber } from "../../circuit/numbers.ts";
import { type DeckTiming, delayIn, lateModels, timed } from "./delays.ts";
import { localsOf, type MeshPlan, type PartPlan, type SectionPlan } from "./plan.ts";

/**
 * The matrix of convention.ts as controlled sources, for any couplers: t1, x1 is what stays in its waveguide and what crosses in the
 * first one, in field. With h = theta/2, row c is (e^{i(h + phi)} (a + i b), e^{ih} (i e - d)), row d is
 * (e^{i(h + phi)} (d + i e), e^{ih} (a - i b)); at 50:50, a = d = 0, b = sin h, e = cos h. Every letter has its name below.
 */
export const DEVICE_MODELS = `
* Parameters of devices, ideal as they stand: il is the insertion loss in dB of power; k1 and k2 are the shares of
* power across the first and the second coupler. For all devices of a kind at once: alterparam mzi il = 0.2, then reset.
* MZI: phase phi on input a, coupler k1, phase theta on the upper arm, coupler k2; a, b in, c, d out
.subckt mzi ar ai br bi cr ci dr di theta=0 phi=0 il=0 k1=0.5 k2=0.5
.param s={sin(theta/2)} k={cos(theta/2)} u={sin(theta/2+phi)} w={cos(theta/2+phi)}
.param t1={sqrt(1-k1)} x1={sqrt(k1)} t2={sqrt(1-k2)} x2={sqrt(k2)} g={pow(10,-il/20)}
.param a={g*(t1*t2-x1*x2)*k} b={g*(t1*t2+x1*x2)*s} d={g*(x1*t2-t1*x2)*s} e={g*(x1*t2+t1*x2)*k}
Gcr0 0 cr ar 0 {w*a-u*b}
Gcr1 0 cr ai 0 {-w*b-u*a}
Gcr2 0 cr br 0 {-k*d-s*e}
Gcr3 0 cr bi 0 {s*d-k*e}
Rcr cr 0 1
Gci0 0 ci ar 0 {w*b+u*a}
Gci1 0 ci ai 0 {w*a-u*b}
Gci2 0 ci br 0 {k*e-s*d}
Gci3 0 ci bi 0 {-k*d-s*e}
Rci ci 0 1
Gdr0 0 dr ar 0 {w*d-u*e}
Gdr1 0 dr ai 0 {-w*e-u*d}
Gdr2 0 dr br 0 {k*a+s*b}
Gdr3 0 dr bi 0 {k*b-s*a}
Rdr dr 0 1
Gdi0 0 di ar 0 {w*e+u*d}
Gdi1 0 di ai 0 {w*d-u*e}
Gdi2 0 di br 0 {s*a-k*b}
Gdi3 0 di bi 0 {k*a+s*b}
Rdi di 0 1
.ends mzi

* attenuator: the same MZI with a dark second input and an absorbed second output
.subckt attenuator ar ai cr ci theta=0 phi=0 il=0 k1=0.5 k2=0.5
.param u={sin(theta/2+phi)} w={cos(theta/2+phi)} t={sqrt(1-k1)*sqrt(1-k2)} x={sqrt(k1)*sqrt(k2)} g={pow(10,-il/20)}
.param a={g*(t-x)*cos(theta/2)} b={g*(t+x)*sin(theta/2)}
Gcr0 0 cr ar 0 {w*a-u*b}
Gcr1 0 cr ai 0 {-w*b-u*a}
Rcr cr 0 1
Gci0 0 ci ar 0 {w*b+u*a}
Gci1 0 ci ai 0 {w*a-u*b}
Rci ci 0 1
.ends attenuator

* phase shifter: field times e^{i phi}
.subckt phase ar ai cr ci phi=0 il=0
.param g={pow(10,-il/20)}
Gcr0 0 cr ar 0 {g*cos(phi)}
Gcr1 0 cr ai 0 {-g*sin(phi)}
Rcr cr 0 1
Gci0 0 ci ar 0 {g*sin(phi)}
Gci1 0 ci ai 0 {g*cos(phi)}
Rci ci 0 1
.ends phase

* neuron: detects the real part, rectifies, sends a real field again. In volts: offset is added to what is detected.
* Gaussian noise is added too: its standard deviation is noise, with a new value every nt seconds of a waveform. saturation is the highest
* field that it sends. (ngspice has a function limit: no parameter can be called that)
.subckt neuron ar ai cr ci gain=1 offset=0 saturation=1e30 noise=0 nt=5e-11
Vnoise n 0 dc 0 trnoise({noise} {nt*sgn(noise)} 0 0)
Bcr cr 0 V=min(saturation,gain*max(0,V(ar)+offset+V(n)))
Rci ci 0 1
.ends neuron
`;

/** The neuron that saturates, for files that have one. */
export const SATURATING_MODEL = `
* neuron that saturates: detects the real part, subtracts the threshold, clips the difference to 0..range, multiplies by gain. In
* volts: from threshold + range on it sends gain * range; offset and noise are added to what is detected, as in a neuron
.subckt saturating ar ai cr ci gain=1 threshold=0 range=1 offset=0 noise=0 nt=5e-11
Vnoise n 0 dc 0 trnoise({noise} {nt*sgn(noise)} 0 0)
Bcr cr 0 V=gain*min(range,max(0,V(ar)-threshold+offset+V(n)))
Rci ci 0 1
.ends saturating
`;

/** Every model that these sections need, and those of all devices; with `timing` also of those whose light comes out later. */
export function modelsOf(sections: Circuit["sections"], timing: DeckTiming | null = null): string {
  const saturates = sections.some(({ activations }) => activations.some(({ kind }) => kind === "saturating"));
  const models = saturates ? `${DEVICE_MODELS}${SATURATING_MODEL}` : DEVICE_MODELS;
  return timing === null ? models : `${models}${lateModels(timing, saturates)}`;
}

const LINE_WIDTH = 110;

/** Words as one netlist line, continued with "+" where it would be long. */
export function wrapped(words: readonly string[]): string {
  let text = "";
  let width = 0;
  for (const word of words) {
    if (width > 0 && width + 1 + word.length > LINE_WIDTH) {
      text += `\n+ ${word}`;
      width = 2 + word.length;
    } else {
      text += width === 0 ? word : ` ${word}`;
      width += 1 + word.length;
    }
  }
  return `${text}\n`;
}

/** The two nodes of a field; a dark one is ground. */
export function fieldNodes(stem: string | null): string {
  return stem === null ? "0 0" : `${stem}_re ${stem}_im`;
}

/** How the lines of a part are named where they stand: stems of the nets on its walls, prefix of all that is inside. */
export interface Spelling {
  readonly prefix: string;
  readonly input: (mode: number) => string | null;
  readonly output: (mode: number) => string;
}

/** A part where it stands: an instance of its subcircuit between these nets, or its lines. */
export function* partInPlace(
  part: PartPlan,
  name: string,
  before: ReadonlyMap<number, string | null>,
  after: ReadonlyMap<number, string>,
  lines: (inside: Spelling) => Iterable<string>,
): Generator<string> {
  if (part.touched.length === 0) return;
  if (part.walls) {
    yield wrapped([`X_${name}`, ...[...before.values(), ...after.values()].map(fieldNodes), part.subcircuit]);
    return;
  }
  yield* lines({
    prefix: `${name}_`,
    input: (mode) => before.get(mode) ?? null,
    output: (mode) => after.get(mode)!,
  });
}

const INSIDE_WALLS: Spelling = { prefix: "", input: (mode) => `i${mode}`, output: (mode) => `o${mode}` };

/** Pins: i<mode> of the lit inputs, then o<mode> of the outputs; modes are those of the circuit. */
export function* meshSubcircuit(mesh: Mesh, plan: MeshPlan, timing: DeckTiming | null = null): Generator<string> {
  yield definition(plan);
  yield* meshLines(mesh, plan, INSIDE_WALLS, timing);
  yield `.ends ${plan.subcircuit}\n`;
}

/** The same for those of a section that have walls: its meshes, then the section around them. */
export function* sectionSubcircuits(
  section: Section,
  plan: SectionPlan,
  timing: DeckTiming | null = null,
): Generator<string> {
  for (const [m, mesh] of section.meshes.entries()) {
    const own = plan.meshes[m]!;
    if (own.touched.length > 0 && own.walls) yield* meshSubcircuit(mesh, own, timing);
  }
  if (!plan.walls) return;
  yield definition(plan);
  yield* sectionLines(section, plan, INSIDE_WALLS, timing);
  yield `.ends ${plan.subcircuit}\n`;
}

export function* sectionLines(
  section: Section,
  plan: SectionPlan,
  spelling: Spelling,
  timing: DeckTiming | null,
): Generator<string> {
  const { prefix } = spelling;
  const nets = new Map<number, string | null>(plan.inputs.map((mode) => [mode, spelling.input(mode)]));
  const leaves = new Set(plan.outputs);
  const neurons = new Set(section.activations.map((it) => it.mode));
  const lastMesh = new Map<number, number>();
  plan.meshes.forEach((mesh, m) => {
    for (const mode of mesh.touched) {
      lastMesh.set(mode, m);
    }
  });
  for (const [m, mesh] of plan.meshes.entries()) {
    const before = new Map(mesh.inputs.map((mode) => [mode, nets.get(mode) ?? null]));
    for (const mode of section.meshes[m]!.terminated) {
      nets.delete(mode);
    }
    const after = new Map<number, string>();
    for (const mode of mesh.outputs) {
      const final = lastMesh.get(mode) === m && leaves.has(mode) && !neurons.has(mode);
      after.set(mode, final ? spelling.output(mode) : `${prefix}m${m}_${mode}`);
      nets.set(mode, after.get(mode)!);
    }
    yield* partInPlace(mesh, `${prefix}m${m}`, before, after, (inside) =>
      meshLines(section.meshes[m]!, mesh, inside, timing),
    );
  }
  for (const neuron of section.activations) {
    const { mode } = neuron;
    const pins = [fieldNodes(nets.get(mode) ?? null), fieldNodes(spelling.output(mode))];
    const [kind, ...words] = neuronWords(neuron);
    const [model, settings] = timed(kind!, delayIn(timing, neuron));
    yield wrapped([`X_${prefix}n${mode}`, ...pins, model, ...words, ...settings]);
  }
}

function* meshLines(mesh: Mesh, plan: MeshPlan, spelling: Spelling, timing: DeckTiming | null): Generator<string> {
  const { prefix } = spelling;
  const lit = new Set(plan.inputs);
  const leaves = new Set(plan.outputs);
  const nets = mesh.modes.map((mode) => (lit.has(mode) ? spelling.input(mode) : null));
  const last = new Int32Array(mesh.modes.length);
  mesh.devices.forEach((device, d) => {
    for (const local of localsOf(device)) {
      last[local] = d;
    }
  });
  for (const [d, device] of mesh.devices.entries()) {
    const locals = localsOf(device);
    const before = locals.map((local) => fieldNodes(nets[local]!));
    for (const local of locals) {
      const mode = mesh.modes[local]!;
      nets[local] = last[local] === d && leaves.has(mode) ? spelling.output(mode) : `${prefix}d${d}_${mode}`;
    }
    const after = locals.map((local) => fieldNodes(nets[local]!));
    const phases = phasesOf(device);
    const swept = plan.parameters && device.kind !== "waveguide";
    const values = swept ? phases.map(([name]) => [name, `{${name}_${prefix}d${d}}`] as const) : phases;
    if (swept) {
      yield `.param ${phases.map(([name, value]) => `${name}_${prefix}d${d}=${value}`).join(" ")}\n`;
    }
    const settings = [...values, ...lossOf(device), ...couplersOf(device)].map(([name, value]) => `${name}=${value}`);
    const [model, delay] = timed(device.kind === "waveguide" ? "phase" : device.kind, delayIn(timing, device));
    yield wrapped([`X_${prefix}d${d}_c${device.column}`, ...before, ...after, model, ...settings, ...delay]);
  }
}

/** The model of a neuron, and its settings. */
function neuronWords(neuron: Activation): readonly string[] {
  const gain = `gain=${formatNumber(neuron.gain)}`;
  switch (neuron.kind) {
    case "relu":
      return ["neuron", gain];
    case "saturating":
      return ["saturating", gain, `threshold=${formatNumber(neuron.threshold)}`, `range=${formatNumber(neuron.range)}`];
  }
}

function definition(plan: PartPlan): string {
  return wrapped([
    `.subckt ${plan.subcircuit}`,
    ...plan.inputs.map((mode) => fieldNodes(`i${mode}`)),
    ...plan.outputs.map((mode) => fieldNodes(`o${mode}`)),
  ]);
}

/** The phases of a device by the names of its subcircuit, as they are printed; a waveguide is a phase shifter of 0. */
function phasesOf(device: Device): (readonly [name: string, value: string])[] {
  if (device.kind === "waveguide") {
    return [["phi", "0"]];
  }
  const phi = ["phi", formatNumber(device.phiRad)] as const;
  return device.kind === "phase" ? [phi] : [["theta", formatNumber(device.thetaRad)], phi];
}

/** Those that are no halves. */
function couplersOf(device: Device): (readonly [name: string, value: string])[] {
  if (device.kind !== "mzi") return [];
  const named = [
    ["k1", device.firstCrossPower],
    ["k2", device.secondCrossPower],
  ] as const;
  return named.flatMap(([name, share]) => (share === undefined ? [] : [[name, formatNumber(share)] as const]));
}

/** The insertion loss, where there is one. */
function lossOf({ fieldFactor = 1 }: Device): (readonly [name: string, value: string])[] {
  return fieldFactor === 1 ? [] : [["il", formatNumber(-20 * Math.log10(fieldFactor))]];
}
