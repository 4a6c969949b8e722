import { formatNumber } from "../../circuit/numbers.ts";
import { type LinearBlock, leftOut, steps } from "../block.ts";
import { couplersAlike, lossesLeftOut } from "../ideal-only.ts";
import { blockFiles } from "../join.ts";
import { connections, instanceName, portNames } from "../nets.ts";
import { tooLarge } from "../sax/writer.ts";
import type { Target } from "../target.ts";

/**
 * Netlist of kfactory (kfnetlist 0.3 JSON), a connection list without geometry. The components are `mzi` (settings theta, phi in
 * radians; ports in0, in1, out0, out1; an attenuator leaves in1 and out1 open) and `phase_shifter` (setting phi).
 */
export const kfnetlistTarget: Target = {
  name: "kfnetlist",
  summary: "kfactory netlist: instances and nets (JSON)",
  carries: "passive linear optics; a whole circuit with neurons becomes a file a section and an index that joins them",
  limits: "no neurons, receivers and constant light; the models of `mzi` and `phase_shifter` are the reader's",
  options: [],
  check: (subject) => [
    ...couplersAlike(subject, "kfnetlist"),
    ...lossesLeftOut(subject, "kfnetlist"),
    ...leftOut(subject, "kfnetlist"),
    ...tooLarge(subject, "kfnetlist", 1_000_000),
  ],
  emit: (subject) =>
    blockFiles(subject, "kfnetlist", (block) => ({
      name: `${block.stem}.kfnetlist.json`,
      content: printKfnetlist(block),
    })),
};

function* printKfnetlist(block: LinearBlock): Generator<string> {
  yield '{\n  "instances": {';
  let first = true;
  for (const step of steps(block)) {
    if (step.kind === "absorb") {
      continue;
    }
    const phi = `"phi": ${formatNumber(step.phiRad)}`;
    const model =
      step.kind === "phase"
        ? `"component": "phase_shifter", "settings": {${phi}}`
        : `"component": "mzi", "settings": {"theta": ${formatNumber(step.thetaRad)}, ${phi}}`;
    yield `${first ? "" : ","}\n    "${instanceName(step)}": {"kcl": "optinc", ${model}}`;
    first = false;
  }
  yield '\n  },\n  "nets": [';
  first = true;
  const joints = connections(block);
  let joint = joints.next();
  for (; joint.done !== true; joint = joints.next()) {
    const [from, to] = joint.value;
    yield `${first ? "" : ","}\n    [${reference(from)}, ${reference(to)}]`;
    first = false;
  }
  const names = portNames(block);
  const ends = joint.value;
  const outer = [
    ...names.inputs.map((name, i) => `[{"name": "${name}"}, ${reference(ends.inputs[i]!)}]`),
    ...names.outputs.map((name, i) => `[{"name": "${name}"}, ${reference(ends.outputs[i]!)}]`),
  ];
  yield outer.map((net, i) => `${first && i === 0 ? "" : ","}\n    ${net}`).join("");
  const ports = [...names.inputs, ...names.outputs].map((name) => `\n    {"name": "${name}"}`);
  yield `\n  ],\n  "ports": [${ports.join(",")}\n  ]\n}\n`;
}

function reference(end: { readonly instance: string; readonly port: string }): string {
  return `{"instance": "${end.instance}", "port": "${end.port}"}`;
}
