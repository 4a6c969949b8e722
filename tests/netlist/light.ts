import { expect } from "vitest";
import {
  type Circuit,
  compileSimulation,
  type ModeFields,
  type Simulator,
  type SymbolBatch,
} from "../../netlist/index.ts";
import * as reference from "../../netlist/simulation/interpret.ts";
import { applyProgram } from "../../netlist/simulation/program.ts";
import { referenceStates } from "./reference.ts";

/** Fields at the inputs. */
export function inputFields(target: Circuit | Simulator, symbols: SymbolBatch): ModeFields {
  return reference.inputFields(simulatorOf(target), symbols);
}

/** Any fields through sections `from` .. `to - 1`, device by device; the argument is left alone. */
export function propagateFields(
  { program, circuit }: Simulator,
  fields: ModeFields,
  from: number = 0,
  to: number = circuit.sections.length,
): ModeFields {
  const moved = { ...fields, re: fields.re.slice(), im: fields.im.slice() };
  const starts = [0];
  for (const { meshes, activations } of circuit.sections) {
    const devices = meshes.reduce((sum, { devices, terminated }) => sum + devices.length + terminated.length, 0);
    starts.push(starts.at(-1)! + devices + activations.length);
  }
  applyProgram(program, starts[from]!, starts[to]!, moved);
  return moved;
}

/** The fields on all modes after section 0, 1, ... */
export function* sectionStates(target: Circuit | Simulator, symbols: SymbolBatch): Generator<ModeFields> {
  const simulator = simulatorOf(target);
  let fields = inputFields(simulator, symbols);
  for (let s = 0; s < simulator.circuit.sections.length; s += 1) {
    fields = propagateFields(simulator, fields, s, s + 1);
    yield fields;
  }
}

/** Every mode after every section is as dense matrices built from couplers have it. */
export function expectReferenceStates(target: Circuit, symbols: readonly number[]): void {
  const states = [...sectionStates(target, Int32Array.from(symbols))];
  expect(states).toHaveLength(target.sections.length);
  for (const [s, expected] of referenceStates(target, symbols).entries()) {
    for (const [mode, [re, im]] of expected.entries()) {
      expect(states[s]!.re[mode]).toBeCloseTo(re, 12);
      expect(states[s]!.im[mode]).toBeCloseTo(im, 12);
    }
  }
}

function simulatorOf(target: Circuit | Simulator): Simulator {
  return "program" in target ? target : compileSimulation(target);
}
