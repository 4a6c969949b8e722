import { caution, type Finding, failure } from "../check/finding.ts";
import { hasMeasuredCouplers, losesLight } from "../circuit/version.ts";
import type { Subject } from "./scope.ts";

/** That a format has no losses, where the circuit of the subject has: the file is its ideal counterpart. */
export function lossesLeftOut({ circuit }: Subject, target: string): readonly Finding[] {
  if (!losesLight(circuit.sections)) return [];
  const message = `${target} leaves losses out: its devices are ideal`;
  return [caution("OPT0436", "", message, "spice, sax and touchstone carry losses")];
}

/** That a format has one coupler for all MZIs, where those of the circuit were measured: the file would be another circuit. */
export function couplersAlike({ circuit }: Subject, target: string): readonly Finding[] {
  if (!hasMeasuredCouplers(circuit.sections)) return [];
  const message = `${target} has only 50:50 couplers, and those of ${circuit.name} were measured`;
  return [
    failure("OPT0445", "", message, "spice, sax and touchstone carry them; phases lists what the heaters are set to"),
  ];
}
