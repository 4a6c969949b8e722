import { caution } from "../../check/finding.ts";
import { floorOfCircuit } from "../../placement/circuit-floor.ts";
import { partFindings } from "../scope.ts";
import { lazily } from "../table/writer.ts";
import { optionValue, type Target } from "../target.ts";
import { drawCircuit } from "./writer.ts";

const COMFORTABLE_DEVICES = 1_000;

/** The placed chip as a picture. */
export const svgTarget: Target = {
  name: "svg",
  summary: "picture of the placed chip",
  carries: "lanes, crossings, devices, neurons, their wires to other lanes, names of ports",
  limits: "no lengths and no losses; not to scale; hard to read beyond a thousand devices",
  options: [
    {
      name: "ports",
      summary: "of a circuit without a placement: where its ports stand",
      values: ["free", "by-worker"],
    },
  ],
  check: (subject) => {
    const { parts } = floorOfCircuit(subject.circuit);
    if (subject.scope.kind !== "circuit" || parts.length <= COMFORTABLE_DEVICES)
      return partFindings(subject, "svg", "the placement");
    const message = `${parts.length} meshes and neurons are hard to tell apart in a picture`;
    return [caution("OPT0434", "", message)];
  },
  emit: ({ circuit, stem }, options) => {
    const ports = optionValue(svgTarget.options, options, "ports") === "by-worker" ? "by-worker" : "free";
    return [{ name: `${stem}.svg`, content: lazily(() => [drawCircuit(circuit, ports)]) }];
  },
};
