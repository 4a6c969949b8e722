import {
  type Circuit,
  chipCircuit,
  compileSimulation,
  drawNumbers,
  type ErrorDeviations,
  errorsOfChip,
  type MeasuredChip,
  type MeasuredMzi,
  namedMzis,
  noErrors,
} from "../../netlist/index.ts";

/** What measurements without errors find on a chip that `yield` draws: its couplers and losses, not its phases. */
export function measuredChip(circuit: Circuit, errors: ErrorDeviations, seed: number, chip: number): MeasuredChip {
  const simulator = compileSimulation(circuit);
  const { program } = simulator;
  const draw = drawNumbers(simulator, seed, chip);
  const { couplerRad, couplerCommonRad, lossDb } = errors;
  const asked = { ...noErrors, couplerRad, couplerCommonRad, lossDb };
  const { devices } = errorsOfChip(chipCircuit(simulator), draw, asked, null);
  const crossing = (couplerRad: number): number => Math.sin(Math.PI / 4 + couplerRad) ** 2;
  const mzis = namedMzis(circuit).map(({ name, step }): [string, MeasuredMzi] => {
    const crossPower = [
      crossing(program.firstCouplerRad[step]! + devices.firstCouplerRad[step]!),
      crossing(program.secondCouplerRad[step]! + devices.secondCouplerRad[step]!),
    ] as const;
    // a spread of losses can leave more light than there was
    const lossDb = Math.max(0, -20 * Math.log10(program.fieldFactor[step]! * devices.factor[step]!));
    return [name, { crossPower, lossDb }];
  });
  return { format: "optinc.measured-chip", version: 1, circuit: circuit.name, mzis: new Map(mzis) };
}
