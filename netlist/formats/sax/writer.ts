import { caution, type Finding } from "../../check/finding.ts";
import { formatNumber } from "../../circuit/numbers.ts";
import {
  type BlockStep,
  deviceCount,
  type LinearBlock,
  leftOut,
  linearBlocks,
  lossySteps,
  type MziStep,
} from "../block.ts";
import { identifierOf, PYTHON_WORDS } from "../identifiers.ts";
import { blockFiles } from "../join.ts";
import { connections, type Endpoint, instanceName, portNames } from "../nets.ts";
import type { Subject } from "../scope.ts";
import { optionValue, type Target } from "../target.ts";

/**
 * Recursive netlist of SAX (0.15 and later) that needs its built-in models only: an MZI is phase_shifter, coupler_ideal,
 * phase_shifter, coupler_ideal; a phase shifter has length 0 and turns by pi a volt; what is lost is an attenuator. The first entry is the block. `forward` and `additive` are not
 * backends for this circuit: evaluate it with backend="klu".
 */
export const saxTarget: Target = {
  name: "sax",
  summary: "recursive netlist for SAX with its built-in models (JSON)",
  carries: "passive linear optics; of a circuit with neurons a file a section, and an index",
  limits: "no neurons, receivers and constant light; SAX needs minutes and gigabytes beyond 25 000 devices a file",
  options: [
    {
      name: "form",
      summary:
        "nested: an MZI is a model of its own; flat: primitives only, which SAX evaluates far faster in large meshes",
      values: ["nested", "flat"],
    },
  ],
  check: (subject) => [...leftOut(subject, "sax"), ...tooLarge(subject, "sax", SAX_DEVICES)],
  emit: (subject, options) => {
    const flat = optionValue(saxTarget, options, "form") === "flat";
    return blockFiles(subject, "sax", (block) => ({ name: `${block.stem}.sax.json`, content: printSax(block, flat) }));
  },
};

/** klu takes 68 s and 5.6 GB for the 12 720 MZIs of 160 modes; memory grows with the square of the modes. */
const SAX_DEVICES = 25_000;

/** Warnings for blocks beyond `most` devices. */
export function tooLarge(subject: Subject, target: string, most: number): readonly Finding[] {
  return linearBlocks(subject).flatMap((block): Finding[] =>
    deviceCount(block) <= most
      ? []
      : [
          caution(
            "OPT0434",
            block.section === null ? "" : `sections[${block.section}]`,
            `${block.name} has ${deviceCount(block)} devices, more than ${most}, which ${target} loads in comfort`,
            "export a layer or a mesh at a time with --scope",
          ),
        ],
  );
}

/** Names of other models, besides the words of Python. */
const RESERVED: ReadonlySet<string> = new Set([
  ...PYTHON_WORDS,
  "mzi",
  "lossy_mzi",
  "lossy_phase",
  "phase_shifter",
  "coupler_ideal",
  "attenuator",
]);

/** Of the model of a block. */
export function saxName(name: string): string {
  return identifierOf(name, RESERVED);
}

type CrossPowers = MziStep["crossPowers"];
const HALVES: CrossPowers = [0.5, 0.5];

function coupling(share: number): string {
  return `{"coupling": ${formatNumber(share)}}`;
}

type Pair = readonly [string, string];

/** Primitives of a device, the connections between them, and where its ports are. */
interface Parts {
  readonly models: readonly Pair[];
  readonly inside: readonly Pair[];
  /** A port of a device is a port of one of its primitives. */
  readonly ports: Readonly<Record<string, string>>;
}

/** An MZI, with an attenuator behind each output where it has a loss. `prefix` stands before the names of its primitives; figures as they are printed. */
function mziParts(
  prefix: string,
  phi: string,
  theta: string,
  [first, second]: CrossPowers,
  loss: string | null,
): Parts {
  const coupler = (share: number): string => `{"component": "coupler_ideal", "settings": ${coupling(share)}}`;
  const losses = loss === null ? [] : ["0", "1"].map((i) => [i, attenuator(loss)] as const);
  return {
    models: [
      [`${prefix}phi`, phaseShifter(phi)],
      [`${prefix}bs0`, coupler(first)],
      [`${prefix}theta`, phaseShifter(theta)],
      [`${prefix}bs1`, coupler(second)],
      ...losses.map(([i, model]): Pair => [`${prefix}il${i}`, model]),
    ],
    inside: [
      [`${prefix}phi,out0`, `${prefix}bs0,in0`],
      [`${prefix}bs0,out0`, `${prefix}theta,in0`],
      [`${prefix}theta,out0`, `${prefix}bs1,in0`],
      [`${prefix}bs0,out1`, `${prefix}bs1,in1`],
      ...losses.map(([i]): Pair => [`${prefix}bs1,out${i}`, `${prefix}il${i},in0`]),
    ],
    ports: {
      ...{ in0: "phi,in0", in1: "bs0,in1" },
      ...(losses.length > 0 ? { out0: "il0,out0", out1: "il1,out0" } : { out0: "bs1,out0", out1: "bs1,out1" }),
    },
  };
}

function lossyPhaseParts(prefix: string, phi: string, loss: string): Parts {
  return {
    models: [
      [`${prefix}phi`, phaseShifter(phi)],
      [`${prefix}il`, attenuator(loss)],
    ],
    inside: [[`${prefix}phi,out0`, `${prefix}il,in0`]],
    ports: { in0: "phi,in0", out0: "il,out0" },
  };
}

function phaseShifter(voltage: string): string {
  return `{"component": "phase_shifter", "settings": {"length": 0.0, "voltage": ${voltage}}}`;
}

function attenuator(loss: string): string {
  return `{"component": "attenuator", "settings": {"loss": ${loss}}}`;
}

/** What is printed for a device: its parts, or one model with its own ports. */
interface Printed extends Omit<Parts, "ports"> {
  readonly ports: Parts["ports"] | null;
  /** The model of the file that it needs. */
  readonly composite: Composite | null;
}

type Composite = "mzi" | "lossy_mzi" | "lossy_phase";

/** Settings of an instance go to its primitives: to the phase shifters in units of pi, to attenuators in dB. */
function compositeText(name: Composite): string {
  const { models, inside, ports } =
    name === "lossy_phase"
      ? lossyPhaseParts("", "0.0", "0.0")
      : mziParts("", "0.0", "0.0", HALVES, name === "mzi" ? null : "0.0");
  const listed = (pairs: readonly Pair[]): string => pairs.map(([key, value]) => `"${key}": "${value}"`).join(", ");
  return `  "${name}": {
    "instances": {
${models.map(([key, model]) => `      "${key}": ${model}`).join(",\n")}
    },
    "connections": {${listed(inside)}},
    "ports": {${listed(Object.entries(ports))}}
  }`;
}

function printed(step: Exclude<BlockStep, { kind: "absorb" }>, flat: boolean): Printed {
  const instance = instanceName(step);
  const { fieldFactor } = step;
  const lossy = fieldFactor !== 1;
  const alone = (model: string, composite: Composite | null): Printed => ({
    models: [[instance, model]],
    inside: [],
    ports: null,
    composite,
  });
  switch (step.kind) {
    case "waveguide":
      return alone(attenuator(decibels(fieldFactor)), null);
    case "phase":
      if (!lossy) return alone(phaseShifter(volts(step.phiRad)), null);
      return flat
        ? { ...lossyPhaseParts(`${instance}_`, volts(step.phiRad), decibels(fieldFactor)), composite: null }
        : alone(nestedPhase(step.phiRad, fieldFactor), "lossy_phase");
    case "mzi":
    case "attenuator": {
      const crossPowers = step.kind === "mzi" ? step.crossPowers : HALVES;
      const [phi, theta] = [volts(step.phiRad), volts(step.thetaRad)];
      const loss = lossy ? decibels(fieldFactor) : null;
      return flat
        ? { ...mziParts(`${instance}_`, phi, theta, crossPowers, loss), composite: null }
        : alone(nestedMzi(phi, theta, crossPowers, loss), lossy ? "lossy_mzi" : "mzi");
    }
  }
}

function* printSax(block: LinearBlock, flat: boolean): Generator<string> {
  const portsOf = new Map<string, Parts["ports"]>();
  const needed = new Set<Composite>();
  const inside: Pair[] = [];
  const at = ({ instance, port }: Endpoint): string => {
    const ports = portsOf.get(instance);
    return ports === undefined ? `${instance},${port}` : `${instance}_${ports[port]!}`;
  };
  yield `{\n  "${saxName(block.name)}": {\n    "instances": {`;
  let first = true;
  for (const step of lossySteps(block)) {
    if (step.kind === "absorb") {
      continue;
    }
    const { models, ports, inside: own, composite } = printed(step, flat);
    if (ports !== null) portsOf.set(instanceName(step), ports);
    if (composite !== null) needed.add(composite);
    for (const connection of own) inside.push(connection);
    for (const [name, model] of models) {
      yield `${first ? "" : ","}\n      "${name}": ${model}`;
      first = false;
    }
  }
  yield '\n    },\n    "connections": {';
  first = true;
  for (const [from, to] of inside) {
    yield `${first ? "" : ","}\n      "${from}": "${to}"`;
    first = false;
  }
  const joints = connections(block, lossySteps);
  let joint = joints.next();
  for (; joint.done !== true; joint = joints.next()) {
    const [from, to] = joint.value;
    yield `${first ? "" : ","}\n      "${at(from)}": "${at(to)}"`;
    first = false;
  }
  yield `${first ? "" : "\n    "}},\n    "ports": {`;
  const names = portNames(block);
  const ends = joint.value;
  const ports = [
    ...names.inputs.map((name, i) => [name, ends.inputs[i]!] as const),
    ...names.outputs.map((name, i) => [name, ends.outputs[i]!] as const),
  ];
  yield ports.map(([name, end]) => `\n      "${name}": "${at(end)}"`).join(",");
  yield "\n    }\n  }";
  if (!flat && needed.size === 0) needed.add("mzi");
  for (const composite of needed) {
    yield `,\n${compositeText(composite)}`;
  }
  yield "\n}\n";
}

function nestedMzi(phi: string, theta: string, [first, second]: CrossPowers, decibels: string | null): string {
  const couplers = first === 0.5 && second === 0.5 ? "" : `, "bs0": ${coupling(first)}, "bs1": ${coupling(second)}`;
  const phases = `"phi": {"voltage": ${phi}}, "theta": {"voltage": ${theta}}${couplers}`;
  if (decibels === null) return `{"component": "mzi", "settings": {${phases}}}`;
  const loss = `{"loss": ${decibels}}`;
  return `{"component": "lossy_mzi", "settings": {${phases}, "il0": ${loss}, "il1": ${loss}}}`;
}

function nestedPhase(phiRad: number, fieldFactor: number): string {
  const settings = `{"phi": {"voltage": ${volts(phiRad)}}, "il": {"loss": ${decibels(fieldFactor)}}}`;
  return `{"component": "lossy_phase", "settings": ${settings}}`;
}

/** SAX: transmission 10^(-loss / 20). */
function decibels(fieldFactor: number): string {
  return formatNumber(fieldFactor === 1 ? 0 : -20 * Math.log10(fieldFactor));
}

/** SAX: phase = pi * voltage. */
function volts(phaseRad: number): string {
  return formatNumber(phaseRad / Math.PI);
}
