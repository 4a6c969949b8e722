import type { Certificate } from "../../netlist/index.ts";
import type { StateTable } from "../../proof/index.ts";

/** Nominal fields of the signals in `reads` for rows from..from+rows, [signal][row]. */
export function driveStates(
  certificate: Certificate,
  reads: readonly number[],
  table: StateTable,
  from: number,
  rows: number,
): Float64Array {
  const fields = new Float64Array(reads.length * rows);
  const width = table.signals.length;
  reads.forEach((id, j) => {
    const unit = certificate.signals[id]!.fieldPerUnit;
    const column = table.signals.indexOf(id);
    for (let v = 0; v < rows; v++) fields[j * rows + v] = unit * table.values[(from + v) * width + column]!;
  });
  return fields;
}

/** `s0=3 carry1=1` */
export function stateText({ signals }: Certificate, table: StateTable, row: number): string {
  const width = table.signals.length;
  return table.signals.map((id, k) => `${signals[id]!.name}=${table.values[row * width + k]}`).join(" ");
}
