import {
  type Circuit,
  chipCircuit,
  compileSimulation,
  type DieErrors,
  drawDie,
  errorsOfDie,
  type MeasuredDie,
  type MeasuredMzi,
  namedMzis,
} from "../../netlist/index.ts";

/** What measurements without errors find on a die that `yield` draws: its couplers and losses, not its phases. */
export function measuredDie(circuit: Circuit, errors: DieErrors, seed: number, die: number): MeasuredDie {
  const simulator = compileSimulation(circuit);
  const { program } = simulator;
  const draw = drawDie(simulator, seed, die);
  const { devices } = errorsOfDie(chipCircuit(simulator), draw, { ...errors, offset: 0, dac: null }, null);
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
  return { format: "optinc.die", version: 1, circuit: circuit.name, mzis: new Map(mzis) };
}
