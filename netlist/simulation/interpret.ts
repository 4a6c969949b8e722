import { type SymbolBatch, vectorsOf } from "./blocks.ts";
import { applyProgram, darkFields, type ModeFields } from "./program.ts";
import type { Simulator } from "./simulator.ts";

/** Steps of the program, ascending, where the callbacks read or change all fields; `mode` is the step's first. */
export interface Probe {
  readonly steps: readonly number[];
  /** At the inputs. */
  readonly launched?: (fields: ModeFields) => void;
  readonly before?: (fields: ModeFields, step: number, mode: number) => void;
  readonly after?: (fields: ModeFields, step: number, mode: number) => void;
}

/**
 * The reference that `simulate` is held to: sends symbols through every device, one after the other, with nothing folded.
 * Gives the fields on all modes at the end. Throws a RangeError when `symbols` is not a whole number of vectors.
 */
export function interpret(simulator: Simulator, symbols: SymbolBatch, probe: Probe = { steps: [] }): ModeFields {
  const { program } = simulator;
  const fields = inputFields(simulator, symbols);
  probe.launched?.(fields);
  let from = 0;
  for (const step of probe.steps) {
    const mode = program.first[step]!;
    applyProgram(program, from, step, fields);
    probe.before?.(fields, step, mode);
    applyProgram(program, step, step + 1, fields);
    probe.after?.(fields, step, mode);
    from = step + 1;
  }
  applyProgram(program, from, program.op.length, fields);
  return fields;
}

/** Fields on every mode at the input ports for the given symbols; modes without a port are dark. */
export function inputFields({ circuit, launch }: Simulator, symbols: SymbolBatch): ModeFields {
  const width = circuit.aggregate.workers * circuit.aggregate.symbols;
  const fields = darkFields(circuit.modes, vectorsOf(symbols, width));
  const { vectors, re, im } = fields;
  for (const [p, port] of circuit.inputs.entries()) {
    const [ofRe, ofIm] = [launch.re[p]!, launch.im[p]!];
    const to = port.mode * vectors;
    switch (port.kind) {
      case "reference":
        re.fill(port.field * ofRe, to, to + vectors);
        im.fill(port.field * ofIm, to, to + vectors);
        break;
      case "worker": {
        const from = port.worker * circuit.aggregate.symbols + port.symbol;
        for (let v = 0; v < vectors; v += 1) {
          const field = port.fieldPerLevel * symbols[from + v * width]!;
          re[to + v] = field * ofRe + (launch.dark?.re[p] ?? 0);
          im[to + v] = field * ofIm + (launch.dark?.im[p] ?? 0);
        }
        break;
      }
      default:
        port satisfies never;
    }
  }
  return fields;
}
