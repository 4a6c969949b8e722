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
  carries: "passive linear optics; a whole circuit with neurons becomes a file a section and an index that joins them",
  limits: "no neurons, receivers and constant light; SAX needs minutes and gigabytes beyond 25 000 devices a file",
  options: [
    {
      name: "form",
      summary:
        "nested: an MZI is a model of its own; flat: primitives only, which SAX evaluates far faster in large meshes",
      values: ["nested", "flat"],
      also: null,
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

/** The composite: settings of an instance go to the phase shifters `phi` and `theta` in it, in units of pi. */
const MZI_MODEL = `  "mzi": {
    "instances": {
      "phi": {"component": "phase_shifter", "settings": {"length": 0.0, "voltage": 0.0}},
      "bs0": {"component": "coupler_ideal", "settings": {"coupling": 0.5}},
      "theta": {"component": "phase_shifter", "settings": {"length": 0.0, "voltage": 0.0}},
      "bs1": {"component": "coupler_ideal", "settings": {"coupling": 0.5}}
    },
    "connections": {"phi,out0": "bs0,in0", "bs0,out0": "theta,in0", "theta,out0": "bs1,in0", "bs0,out1": "bs1,in1"},
    "ports": {"in0": "phi,in0", "in1": "bs0,in1", "out0": "bs1,out0", "out1": "bs1,out1"}
  }
`;

/** The same with an attenuator behind each output. */
const LOSSY_MZI_MODEL = `  "lossy_mzi": {
    "instances": {
      "phi": {"component": "phase_shifter", "settings": {"length": 0.0, "voltage": 0.0}},
      "bs0": {"component": "coupler_ideal", "settings": {"coupling": 0.5}},
      "theta": {"component": "phase_shifter", "settings": {"length": 0.0, "voltage": 0.0}},
      "bs1": {"component": "coupler_ideal", "settings": {"coupling": 0.5}},
      "il0": {"component": "attenuator", "settings": {"loss": 0.0}},
      "il1": {"component": "attenuator", "settings": {"loss": 0.0}}
    },
    "connections": {"phi,out0": "bs0,in0", "bs0,out0": "theta,in0", "theta,out0": "bs1,in0", "bs0,out1": "bs1,in1", "bs1,out0": "il0,in0", "bs1,out1": "il1,in0"},
    "ports": {"in0": "phi,in0", "in1": "bs0,in1", "out0": "il0,out0", "out1": "il1,out0"}
  }
`;

const LOSSY_PHASE_MODEL = `  "lossy_phase": {
    "instances": {
      "phi": {"component": "phase_shifter", "settings": {"length": 0.0, "voltage": 0.0}},
      "il": {"component": "attenuator", "settings": {"loss": 0.0}}
    },
    "connections": {"phi,out0": "il,in0"},
    "ports": {"in0": "phi,in0", "out0": "il,out0"}
  }
`;

/** The primitives of an MZI. */
function primitives(
  instance: string,
  phiRad: number,
  thetaRad: number,
  [first, second]: CrossPowers,
): readonly (readonly [string, string])[] {
  const coupler = (share: number): string => `{"component": "coupler_ideal", "settings": ${coupling(share)}}`;
  return [
    [`${instance}_phi`, phaseShifter(phiRad)],
    [`${instance}_bs0`, coupler(first)],
    [`${instance}_theta`, phaseShifter(thetaRad)],
    [`${instance}_bs1`, coupler(second)],
  ];
}

type CrossPowers = MziStep["crossPowers"];
const HALVES: CrossPowers = [0.5, 0.5];

function coupling(share: number): string {
  return `{"coupling": ${formatNumber(share)}}`;
}

/** A port of a device is a port of one of its primitives. */
type PrimitivePorts = Readonly<Record<string, string>>;
const MZI_PORTS: PrimitivePorts = { in0: "phi,in0", in1: "bs0,in1", out0: "bs1,out0", out1: "bs1,out1" };
const LOSSY_MZI_PORTS: PrimitivePorts = { in0: "phi,in0", in1: "bs0,in1", out0: "il0,out0", out1: "il1,out0" };
const LOSSY_PHASE_PORTS: PrimitivePorts = { in0: "phi,in0", out0: "il,out0" };

function innerConnections(instance: string): readonly (readonly [string, string])[] {
  const end = (part: string, port: string): string => `${instance}_${part},${port}`;
  return [
    [end("phi", "out0"), end("bs0", "in0")],
    [end("bs0", "out0"), end("theta", "in0")],
    [end("theta", "out0"), end("bs1", "in0")],
    [end("bs0", "out1"), end("bs1", "in1")],
  ];
}

function phaseShifter(phaseRad: number): string {
  return `{"component": "phase_shifter", "settings": {"length": 0.0, "voltage": ${volts(phaseRad)}}}`;
}

/** What is printed for a device: instances, the connections between them, and where its ports are; null ports: its own. */
interface Printed {
  readonly models: readonly (readonly [string, string])[];
  readonly inside: readonly (readonly [string, string])[];
  readonly ports: PrimitivePorts | null;
  /** The model of the file that it needs. */
  readonly composite: Composite | null;
}

type Composite = "mzi" | "lossy_mzi" | "lossy_phase";

const COMPOSITES: Readonly<Record<Composite, string>> = {
  mzi: MZI_MODEL,
  lossy_mzi: LOSSY_MZI_MODEL,
  lossy_phase: LOSSY_PHASE_MODEL,
};

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
      return alone(attenuator(fieldFactor), null);
    case "phase":
      if (!lossy) return alone(phaseShifter(step.phiRad), null);
      return flat
        ? {
            models: [
              [`${instance}_phi`, phaseShifter(step.phiRad)],
              [`${instance}_il`, attenuator(fieldFactor)],
            ],
            inside: [[`${instance}_phi,out0`, `${instance}_il,in0`]],
            ports: LOSSY_PHASE_PORTS,
            composite: null,
          }
        : alone(nestedPhase(step.phiRad, fieldFactor), "lossy_phase");
    case "mzi":
    case "attenuator": {
      const crossPowers = step.kind === "mzi" ? step.crossPowers : HALVES;
      if (!flat) {
        return alone(nestedMzi(step.phiRad, step.thetaRad, crossPowers, fieldFactor), lossy ? "lossy_mzi" : "mzi");
      }
      const losses = lossy ? ["0", "1"] : [];
      return {
        models: [
          ...primitives(instance, step.phiRad, step.thetaRad, crossPowers),
          ...losses.map((i) => [`${instance}_il${i}`, attenuator(fieldFactor)] as const),
        ],
        inside: [
          ...innerConnections(instance),
          ...losses.map((i) => [`${instance}_bs1,out${i}`, `${instance}_il${i},in0`] as const),
        ],
        ports: lossy ? LOSSY_MZI_PORTS : MZI_PORTS,
        composite: null,
      };
    }
    default:
      return step satisfies never;
  }
}

function* printSax(block: LinearBlock, flat: boolean): Generator<string> {
  const portsOf = new Map<string, PrimitivePorts>();
  const needed = new Set<Composite>();
  const inside: (readonly [string, string])[] = [];
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
    yield `,\n${COMPOSITES[composite].trimEnd()}`;
  }
  yield "\n}\n";
}

function nestedMzi(phiRad: number, thetaRad: number, [first, second]: CrossPowers, fieldFactor: number): string {
  const couplers = first === 0.5 && second === 0.5 ? "" : `, "bs0": ${coupling(first)}, "bs1": ${coupling(second)}`;
  const phases = `"phi": {"voltage": ${volts(phiRad)}}, "theta": {"voltage": ${volts(thetaRad)}}${couplers}`;
  if (fieldFactor === 1) return `{"component": "mzi", "settings": {${phases}}}`;
  const loss = `{"loss": ${decibels(fieldFactor)}}`;
  return `{"component": "lossy_mzi", "settings": {${phases}, "il0": ${loss}, "il1": ${loss}}}`;
}

function nestedPhase(phiRad: number, fieldFactor: number): string {
  const settings = `{"phi": {"voltage": ${volts(phiRad)}}, "il": {"loss": ${decibels(fieldFactor)}}}`;
  return `{"component": "lossy_phase", "settings": ${settings}}`;
}

function attenuator(fieldFactor: number): string {
  return `{"component": "attenuator", "settings": {"loss": ${decibels(fieldFactor)}}}`;
}

/** SAX: transmission 10^(-loss / 20). */
function decibels(fieldFactor: number): string {
  return formatNumber(fieldFactor === 1 ? 0 : -20 * Math.log10(fieldFactor));
}

/** SAX: phase = pi * voltage. */
function volts(phaseRad: number): string {
  return formatNumber(phaseRad / Math.PI);
}
