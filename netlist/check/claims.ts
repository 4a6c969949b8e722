import type { Circuit } from "../circuit/circuit.ts";
import { type Fields, type Inspector, place } from "./shape.ts";

/**
 * That the certificate is well formed and refers to what exists, in the order it promises. Whether its claims are true
 * is for the proof to find out.
 */
export function checkCertificate(circuit: Circuit, look: Inspector): void {
  const where = "certificate";
  if (circuit.certificate === null) {
    return;
  }
  const fields = look.object(circuit.certificate, where, ["signals", "cells", "symbols"]);
  if (fields === null) {
    return;
  }
  const signals = look.list(fields, "signals", where);
  /** Signals that may be read: sums from the start, others once a cell has written them. */
  const known = new Uint8Array(signals.length);
  signals.forEach((signal, i) => {
    known[i] = checkSignal(signal, `${where}.signals[${i}]`, circuit, look) === "sum" ? 1 : 0;
  });
  look.list(fields, "cells", where).forEach((cell, i) => {
    checkCell(cell, `${where}.cells[${i}]`, known, look);
  });
  const symbols = look.list(fields, "symbols", where);
  if (symbols.length !== circuit.aggregate.symbols) {
    const message = `${symbols.length} symbols are claimed, the aggregate has ${circuit.aggregate.symbols}`;
    dangling(`${where}.symbols`, message, look);
  }
  symbols.forEach((_, i) => {
    const key = `symbols[${i}]`;
    checkTerms({ [key]: symbols[i] }, key, where, known, look);
  });
}

function checkSignal(value: unknown, where: string, circuit: Circuit, look: Inspector): string | null {
  const fields = look.object(value, where, ["name", "kind", "max", "section", "mode", "fieldPerUnit"]);
  if (fields === null) {
    return null;
  }
  look.text(fields, "name", where);
  look.integer(fields, "max", where, 0, Number.MAX_SAFE_INTEGER);
  look.integer(fields, "section", where, 0, circuit.sections.length - 1);
  look.integer(fields, "mode", where, 0, circuit.modes - 1);
  look.finite(fields, "fieldPerUnit", where, "nonzero");
  return look.oneOf(fields, "kind", where, ["sum", "bit", "residual", "total"]);
}

const CELL_KEYS: Readonly<Record<string, readonly string[]>> = {
  split: ["terms", "offset", "bits", "residual"],
  nonzero: ["terms", "bit"],
  only: ["set", "unless", "bit"],
  sum: ["terms", "total"],
};

function checkCell(value: unknown, where: string, known: Uint8Array, look: Inspector): void {
  const own = CELL_KEYS[String((value as Fields | null)?.["kind"])] ?? [];
  const fields = look.object(value, where, ["kind", "name", ...own]);
  const kind = fields === null ? null : look.oneOf(fields, "kind", where, ["split", "nonzero", "only", "sum"]);
  if (fields === null || kind === null) {
    return;
  }
  look.text(fields, "name", where);
  switch (kind) {
    case "split": {
      checkTerms(fields, "terms", where, known, look);
      look.integer(fields, "offset", where, -Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
      look.list(fields, "bits", where).forEach((bit, i) => {
        const at = `${where}.bits[${i}]`;
        const term = look.object(bit, at, ["signal", "weight"]);
        if (term !== null) {
          weight(term, at, look);
          write(term, "signal", at, known, look);
        }
      });
      if (fields["residual"] !== null) {
        write(fields, "residual", where, known, look);
      }
      break;
    }
    case "nonzero":
      checkTerms(fields, "terms", where, known, look);
      write(fields, "bit", where, known, look);
      break;
    case "sum":
      checkTerms(fields, "terms", where, known, look);
      write(fields, "total", where, known, look);
      break;
    default:
      read(fields, "set", where, known, look);
      read(fields, "unless", where, known, look);
      write(fields, "bit", where, known, look);
  }
}

function checkTerms(fields: Fields, key: string, where: string, known: Uint8Array, look: Inspector): void {
  look.list(fields, key, where).forEach((term, i) => {
    const at = `${place(where, key)}[${i}]`;
    const it = look.object(term, at, ["signal", "weight"]);
    if (it !== null) {
      weight(it, at, look);
      read(it, "signal", at, known, look);
    }
  });
}

function weight(fields: Fields, where: string, look: Inspector): void {
  look.integer(fields, "weight", where, -Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
}

function read(fields: Fields, key: string, where: string, known: Uint8Array, look: Inspector): void {
  const signal = look.integer(fields, key, where, 0, known.length - 1);
  if (signal !== null && known[signal] === 0) {
    dangling(place(where, key), `signal ${signal} is read before a cell writes it`, look);
  }
}

function write(fields: Fields, key: string, where: string, known: Uint8Array, look: Inspector): void {
  const signal = look.integer(fields, key, where, 0, known.length - 1);
  if (signal !== null) {
    if (known[signal] === 1) {
      dangling(place(where, key), `signal ${signal} is written twice, or is a sum of the workers`, look);
    }
    known[signal] = 1;
  }
}

function dangling(where: string, message: string, look: Inspector): void {
  look.report({
    code: "OPT0413",
    severity: "error",
    message,
    where,
    help: "the circuit may still be right; set the certificate to null to check it without a proof",
  });
}
