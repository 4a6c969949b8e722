import type { Finding } from "../finding.ts";
import { identifierOf, PYTHON_WORDS } from "../legalise.ts";
import { formatNumber } from "../numbers.ts";
import { deviceCount, type LinearBlock, leftOut, linearBlocks, steps } from "./block.ts";
import { blockFiles } from "./join.ts";
import { connections, instanceName, portNames } from "./nets.ts";
import type { Subject } from "./scope.ts";
import type { Target } from "./target.ts";

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
  options: [],
  check: (subject) => [...leftOut(subject, "sax"), ...tooLarge(subject, "sax", SAX_DEVICES)],
  emit: (subject) =>
    blockFiles(subject, "sax", (block) => ({ name: `${block.stem}.sax.json`, content: printSax(block) })),
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

function* printSax(block: LinearBlock): Generator<string> {
  yield `{\n  "${identifierOf(block.name, RESERVED)}": {\n    "instances": {`;
  let first = true;
  for (const step of steps(block)) {
    if (step.kind === "absorb") {
      continue;
    }
    const model =
      step.kind === "phase"
        ? `{"component": "phase_shifter", "settings": {"length": 0.0, "voltage": ${volts(step.phiRad)}}}`
        : `{"component": "mzi", "settings": {"phi": {"voltage": ${volts(step.phiRad)}}, "theta": {"voltage": ${volts(step.thetaRad)}}}}`;
    yield `${first ? "" : ","}\n      "${instanceName(step)}": ${model}`;
    first = false;
  }
  yield '\n    },\n    "connections": {';
  first = true;
  const joints = connections(block);
  let joint = joints.next();
  for (; joint.done !== true; joint = joints.next()) {
    const [from, to] = joint.value;
    yield `${first ? "" : ","}\n      "${from.instance},${from.port}": "${to.instance},${to.port}"`;
    first = false;
  }
  yield `${first ? "" : "\n    "}},\n    "ports": {`;
  const names = portNames(block);
  const ends = joint.value;
  const ports = [
    ...names.inputs.map((name, i) => [name, ends.inputs[i]!] as const),
    ...names.outputs.map((name, i) => [name, ends.outputs[i]!] as const),
  ];
  yield ports.map(([name, end]) => `\n      "${name}": "${end.instance},${end.port}"`).join(",");
  yield `\n    }\n  },\n${MZI_MODEL}}\n`;
}

/** SAX: phase = pi * voltage. */
function volts(phaseRad: number): string {
  return formatNumber(phaseRad / Math.PI);
}
