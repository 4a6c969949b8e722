import type { Target } from "../../netlist/index.ts";
import { finish } from "../../verify/index.ts";
import { calibrationSteps, noBringup } from "./calibrated-chips.ts";
import { loopOf } from "./pilots.ts";
import { pythonScript } from "./python-script.ts";

/** The procedure of `optinc bringup` as a program. */
export const bringupPythonTarget: Target = {
  name: "bringup-python",
  summary: "bring-up of a fabricated chip as a Python program: every step, and one class to fill in for instruments",
  carries: "the procedure of the whole circuit; it runs on a simulated chip as it is",
  limits: "constructed circuits whose neurons saturate, as a whole",
  options: [],
  check: ({ circuit, scope }) => {
    const problem =
      scope.kind === "circuit" ? finish(calibrationSteps(circuit, "bring-up")) : "a part has no receivers of its own";
    if (typeof problem !== "string") return [];
    const { code, message, help } = noBringup(circuit, problem);
    return [{ code, severity: "error", message, where: "", help }];
  },
  emit: ({ circuit, stem }) => {
    const calibration = finish(calibrationSteps(circuit, "bring-up"));
    if (typeof calibration === "string") throw new Error(calibration);
    return [{ name: `${stem}.bringup.py`, content: pythonScript(calibration, loopOf(calibration)) }];
  },
};
