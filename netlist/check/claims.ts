import type { Cell, Term } from "../circuit/certificate.ts";
import type { Circuit } from "../circuit/circuit.ts";
import { resultOf } from "../circuit/symbols.ts";
import type { Reports } from "./reports.ts";

/**
 * That a well-formed certificate reads only what is known where it is read, and writes every signal once. Whether its
 * claims are true is for the proof to find out.
 */
export function checkCertificate(circuit: Circuit, reports: Reports): void {
  const where = "certificate";
  if (circuit.certificate === null) {
    return;
  }
  const { signals, cells, symbols } = circuit.certificate;
  /** Signals that may be read: sums from the start, others once a cell has written them. */
  const known = Uint8Array.from(signals, (signal) => (signal.kind === "sum" ? 1 : 0));
  const read = ({ signal, at }: Place): void => {
    if (known[signal] === 0) dangling(at, `signal ${signal} is read before a cell writes it`, reports);
  };
  for (const [i, cell] of cells.entries()) {
    const { reads, writes } = namedIn(cell, `${where}.cells[${i}]`);
    reads.forEach(read);
    for (const { signal, at } of writes) {
      if (known[signal] === 1) dangling(at, `signal ${signal} is written twice, or is a sum of the workers`, reports);
      known[signal] = 1;
    }
  }
  const wanted = resultOf(circuit.aggregate).symbols;
  if (symbols.length !== wanted) {
    const message = `${symbols.length} symbols are claimed, the aggregate has ${wanted}`;
    dangling(`${where}.symbols`, message, reports);
  }
  for (const [i, terms] of symbols.entries()) termPlaces(terms, `${where}.symbols[${i}]`).forEach(read);
}

/** Where the file names a signal. */
interface Place {
  readonly signal: number;
  readonly at: string;
}

function termPlaces(terms: readonly Term[], where: string): Place[] {
  return terms.map(({ signal }, i) => ({ signal, at: `${where}[${i}].signal` }));
}

function namedIn(cell: Cell, where: string): { readonly reads: readonly Place[]; readonly writes: readonly Place[] } {
  const place = (signal: number, key: string): Place => ({ signal, at: `${where}.${key}` });
  switch (cell.kind) {
    case "split": {
      const rest = cell.residual === null ? [] : [place(cell.residual, "residual")];
      const writes = [...termPlaces(cell.bits, `${where}.bits`), ...rest];
      return { reads: termPlaces(cell.terms, `${where}.terms`), writes };
    }
    case "nonzero":
      return { reads: termPlaces(cell.terms, `${where}.terms`), writes: [place(cell.bit, "bit")] };
    case "sum":
      return { reads: termPlaces(cell.terms, `${where}.terms`), writes: [place(cell.total, "total")] };
    case "only":
      return { reads: [place(cell.set, "set"), place(cell.unless, "unless")], writes: [place(cell.bit, "bit")] };
  }
}

function dangling(where: string, message: string, reports: Reports): void {
  const help = "the circuit may still be right; set the certificate to null to check it without a proof";
  reports.fail("OPT0413", where, message, help);
}
