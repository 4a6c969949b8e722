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
  const read = (signal: number, at: string): void => {
    if (known[signal] === 0) {
      dangling(at, `signal ${signal} is read before a cell writes it`, reports);
    }
  };
  const readTerms = (terms: readonly Term[], at: string): void => {
    terms.forEach((term, i) => {
      read(term.signal, `${at}[${i}].signal`);
    });
  };
  const write = (signal: number, at: string): void => {
    if (known[signal] === 1) {
      dangling(at, `signal ${signal} is written twice, or is a sum of the workers`, reports);
    }
    known[signal] = 1;
  };
  cells.forEach((cell, i) => {
    walkCell(cell, `${where}.cells[${i}]`, read, readTerms, write);
  });
  const wanted = resultOf(circuit.aggregate).symbols;
  if (symbols.length !== wanted) {
    const message = `${symbols.length} symbols are claimed, the aggregate has ${wanted}`;
    dangling(`${where}.symbols`, message, reports);
  }
  symbols.forEach((terms, i) => {
    readTerms(terms, `${where}.symbols[${i}]`);
  });
}

function walkCell(
  cell: Cell,
  where: string,
  read: (signal: number, at: string) => void,
  readTerms: (terms: readonly Term[], at: string) => void,
  write: (signal: number, at: string) => void,
): void {
  switch (cell.kind) {
    case "split":
      readTerms(cell.terms, `${where}.terms`);
      cell.bits.forEach((bit, i) => {
        write(bit.signal, `${where}.bits[${i}].signal`);
      });
      if (cell.residual !== null) {
        write(cell.residual, `${where}.residual`);
      }
      break;
    case "nonzero":
      readTerms(cell.terms, `${where}.terms`);
      write(cell.bit, `${where}.bit`);
      break;
    case "sum":
      readTerms(cell.terms, `${where}.terms`);
      write(cell.total, `${where}.total`);
      break;
    case "only":
      read(cell.set, `${where}.set`);
      read(cell.unless, `${where}.unless`);
      write(cell.bit, `${where}.bit`);
      break;
    default:
      cell satisfies never;
  }
}

function dangling(where: string, message: string, reports: Reports): void {
  reports.fail(
    "OPT0413",
    where,
    message,
    "the circuit may still be right; set the certificate to null to check it without a proof",
  );
}
