import type { Finding } from "../check/finding.ts";
import { losesLight } from "../circuit/version.ts";
import type { Subject } from "./scope.ts";

/** That a format has no losses, where the circuit of the subject has: the file is its ideal counterpart. */
export function lossesLeftOut({ circuit }: Subject, target: string): readonly Finding[] {
  return !losesLight(circuit.sections)
    ? []
    : [
        {
          code: "OPT0436",
          severity: "warning",
          message: `${target} has no losses here: the file is the circuit with ideal devices`,
          where: "",
          help: "spice, sax, blackbird and touchstone carry losses",
        },
      ];
}
