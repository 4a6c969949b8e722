import type { Finding } from "../../check/finding.ts";
import { formatNumber } from "../../circuit/numbers.ts";
import { deviceCount, type LinearBlock, leftOut, linearBlocks, steps } from "../block.ts";
import { lossesLeftOut } from "../ideal-only.ts";
import { identifierOf, PYTHON_WORDS } from "../identifiers.ts";
import { blockFiles } from "../join.ts";
import { connections, type Endpoint, instanceName, portNames } from "../nets.ts";
import type { Subject } from "../scope.ts";
import { optionValue, type Target } from "../target.ts";

/**
 * Recursive netlist of SAX (0.15 and later) that needs its built-in models only: an MZI is phase_shifter, coupler_ideal,
 * phase_shifter, coupler_ideal; a phase shifter has length 0 and turns by pi a volt. The first entry is the block. `forward` and `additive` are not
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
  check: (subject) => [
    ...lossesLeftOut(subject, "sax"),
    ...leftOut(subject, "sax"),
    ...tooLarge(subject, "sax", SAX_DEVICES),
  ],
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
          {
            code: "OPT0434",
            severity: "warning",
            message: `${block.name} has ${deviceCount(block)} devices, more than ${most}, which ${target} loads in comfort`,
            where: block.section === null ? "" : `sections[${block.section}]`,
            help: "export a layer or a mesh at a time with --scope",
          },
        ],
  );
}

/** Names of other models, besides the words of Python. */
const RESERVED: ReadonlySet<string> = new Set([...PYTHON_WORDS, "mzi", "phase_shifter", "coupler_ideal"]);

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

/** The primitives of an MZI, and which of them has which of its ports. */
function primitives(instance: string, phiRad: number, thetaRad: number): readonly (readonly [string, string])[] {
  const coupler = '{"component": "coupler_ideal", "settings": {"coupling": 0.5}}';
  return [
    [`${instance}_phi`, phaseShifter(phiRad)],
    [`${instance}_bs0`, coupler],
    [`${instance}_theta`, phaseShifter(thetaRad)],
    [`${instance}_bs1`, coupler],
  ];
}

const PRIMITIVE_OF_PORT: Readonly<Record<string, string>> = { in0: "phi", in1: "bs0", out0: "bs1", out1: "bs1" };

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

function* printSax(block: LinearBlock, flat: boolean): Generator<string> {
  const mzis = new Set<string>();
  const at = ({ instance, port }: Endpoint): string =>
    flat && mzis.has(instance) ? `${instance}_${PRIMITIVE_OF_PORT[port]!},${port}` : `${instance},${port}`;
  yield `{\n  "${saxName(block.name)}": {\n    "instances": {`;
  let first = true;
  for (const step of steps(block)) {
    if (step.kind === "absorb") {
      continue;
    }
    const instance = instanceName(step);
    if (step.kind !== "phase") mzis.add(instance);
    const models: readonly (readonly [string, string])[] =
      step.kind === "phase"
        ? [[instance, phaseShifter(step.phiRad)]]
        : flat
          ? primitives(instance, step.phiRad, step.thetaRad)
          : [[instance, nestedMzi(step.phiRad, step.thetaRad)]];
    for (const [name, model] of models) {
      yield `${first ? "" : ","}\n      "${name}": ${model}`;
      first = false;
    }
  }
  yield '\n    },\n    "connections": {';
  first = true;
  if (flat) {
    for (const [from, to] of [...mzis].flatMap(innerConnections)) {
      yield `${first ? "" : ","}\n      "${from}": "${to}"`;
      first = false;
    }
  }
  const joints = connections(block);
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
  yield flat ? "\n    }\n  }\n}\n" : `\n    }\n  },\n${MZI_MODEL}}\n`;
}

function nestedMzi(phiRad: number, thetaRad: number): string {
  return `{"component": "mzi", "settings": {"phi": {"voltage": ${volts(phiRad)}}, "theta": {"voltage": ${volts(thetaRad)}}}}`;
}

/** SAX: phase = pi * voltage. */
function volts(phaseRad: number): string {
  return formatNumber(phaseRad / Math.PI);
}
