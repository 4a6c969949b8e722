import { caution, failure } from "../../check/finding.ts";
import { floorOfCircuit } from "../../placement/circuit-floor.ts";
import type { PortOrder } from "../../placement/place.ts";
import { lazily } from "../table/writer.ts";
import { optionValue, type Target, type TargetOptions } from "../target.ts";
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
      also: null,
    },
  ],
  check: ({ circuit, scope }) => {
    if (scope.kind !== "circuit") {
      const message = "a placement is of the whole circuit: svg has no part of one";
      return [failure("OPT0437", "", message, "leave --scope out")];
    }
    const { parts } = floorOfCircuit(circuit);
    if (parts.length <= COMFORTABLE_DEVICES) return [];
    const message = `${parts.length} meshes and neurons are hard to tell apart in a picture`;
    return [caution("OPT0434", "", message)];
  },
  emit: ({ circuit, stem }, options) => [
    { name: `${stem}.svg`, content: lazily(() => [drawCircuit(circuit, portOrder(options))]) },
  ],
};

function portOrder(options: TargetOptions): PortOrder {
  return optionValue(svgTarget, options, "ports") === "by-worker" ? "by-worker" : "free";
}
