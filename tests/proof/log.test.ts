import { expect, test } from "vitest";
import { synthesise } from "../../compiler/synthesise.ts";
import type { Circuit } from "../../netlist/index.ts";
import { inputsOf, termsOf } from "../../proof/index.ts";
import { proofLog, prove } from "../../verify/index.ts";
import { specOf } from "../compiler/specs.ts";

interface Log {
  readonly format: string;
  readonly version: number;
  readonly circuit: string;
  readonly holds: boolean;
  readonly problems: string[];
  readonly signals: { name: string; deviation: number | null }[];
  readonly cells: { name: string; kind: string; states: number | null; margin: number | null; deviation: number }[];
  readonly receivers: { name: string; states: number; error: number }[];
}

function logOf(circuit: Circuit): Log {
  const text = proofLog(circuit.name, prove(circuit).log);
  expect(text.endsWith("\n")).toBe(true);
  expect(text.trimEnd()).not.toContain("\n");
  return JSON.parse(text);
}

/** Three workers of two bits at four levels, with ties to the larger: one sum of 0..9, halves of a third added, split by 3. */
const { circuit } = synthesise(specOf(3, 2, 4));
const certificate = circuit.certificate!;

test("names what the certificate names, in its order", () => {
  const log = logOf(circuit);
  expect([log.format, log.version, log.circuit, log.holds, log.problems]).toEqual([
    "optinc.proof-log",
    1,
    circuit.name,
    true,
    [],
  ]);
  expect(log.signals.map(({ name }) => name)).toEqual(certificate.signals.map(({ name }) => name));
  expect(log.cells.map(({ name, kind }) => `${name} ${kind}`)).toEqual(
    certificate.cells.map(({ name, kind }) => `${name} ${kind}`),
  );
  expect(log.receivers.map(({ name }) => name)).toEqual(circuit.outputs.map(({ name }) => name));
});

test("counts states: the ten sums of three workers in the first cell", () => {
  const { cells } = logOf(circuit);
  expect(cells[0]!.states).toBe(10);
  for (const { kind, states } of cells) expect(states === null).toBe(kind === "sum");
});

test("adds a cell's deviation up from its inputs', and keeps the designed margin", () => {
  const { cells, signals } = logOf(circuit);
  for (const [i, { deviation, margin }] of cells.entries()) {
    const cell = certificate.cells[i]!;
    const sum = termsOf(cell).reduce(
      (all, { signal, weight }) => all + Math.abs(weight) * signals[signal]!.deviation!,
      0,
    );
    expect(inputsOf(cell).length).toBeGreaterThan(0);
    expect(deviation / sum).toBeCloseTo(1, 9);
    expect(margin).toBeCloseTo(0.25, 9);
  }
});

test("bounds what unequal workers are off by, and no more than a thousandth above", () => {
  const inputs = circuit.inputs.map((port) =>
    port.kind === "worker" && port.worker === 1
      ? { ...port, fieldPerLevel: port.fieldPerLevel * (1 + 2 ** -34) }
      : port,
  );
  const { holds, signals } = logOf({ ...circuit, inputs });
  expect(holds).toBe(true);
  // one worker's symbol is 0..3
  expect(signals[0]!.deviation! / (3 * 2 ** -34)).toBeGreaterThanOrEqual(1);
  expect(signals[0]!.deviation! / (3 * 2 ** -34)).toBeLessThan(1.001);
});

test("says what is not decided, and null where nothing is known", () => {
  const inputs = circuit.inputs.map((port) =>
    port.kind === "worker" && port.worker === 1 ? { ...port, fieldPerLevel: port.fieldPerLevel * 1.2 } : port,
  );
  const { holds, problems } = logOf({ ...circuit, inputs });
  expect(holds).toBe(false);
  expect(problems.length).toBeGreaterThan(0);
  const nothing = logOf({ ...circuit, certificate: null });
  expect([nothing.holds, nothing.signals, nothing.cells]).toEqual([false, [], []]);
});
