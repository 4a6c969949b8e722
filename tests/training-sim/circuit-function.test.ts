import fc from "fast-check";
import { expect, test } from "vitest";
import { compileSimulation, type Simulator, seededRandom } from "../../netlist/index.ts";
import { type CircuitFunction, sumFunction, wordFunction } from "../../training-sim/index.ts";
import { referenceWords, throughDevices, wordRange } from "../../verify/index.ts";
import { perturbSimulator } from "../netlist/perturbed.ts";
import { circuitOf } from "./small.ts";

const circuits = [circuitOf(4, 8, 4), circuitOf(3, 5, 4), circuitOf(2, 4, 2)].map(compileSimulation);

function randomWords({ circuit }: Simulator, length: number, seed: number): Float64Array[] {
  const random = seededRandom(seed);
  const { min, max } = wordRange(circuit.aggregate);
  const { workers } = circuit.aggregate;
  return Array.from({ length: workers }, () =>
    Float64Array.from({ length }, () => min + Math.floor(random() * (max - min + 1))),
  );
}

function expectSimulated(simulator: Simulator, { aggregate }: CircuitFunction, words: Float64Array[]): void {
  expect(aggregate(words)).toEqual(throughDevices(simulator, words));
}

test.each(circuits)("the table of sums is what $circuit.name does to the workers' own words", (simulator) => {
  const table = sumFunction(simulator);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e6 }), (seed) => {
      const words = randomWords(simulator, 40, seed);
      expectSimulated(simulator, table, words);
      const received = table.aggregate(words);
      expect(received[0]).toEqual(referenceWords(words, simulator.circuit.aggregate));
      expect(new Set(received).size).toBe(1);
    }),
    { numRuns: 20 },
  );
});

test("the table of mean-4x8 has one row for each of the 13^4 vectors of sums", () => {
  expect(sumFunction(circuits[0]!).simulated()).toBe(28_561);
});

test.each(circuits)("a chip of $circuit.name with phase errors is simulated tuple by tuple", (simulator) => {
  const chip = perturbSimulator(simulator, 0.05, seededRandom(3));
  const memory = wordFunction(chip);
  const words = randomWords(simulator, 60, 1);
  expectSimulated(chip, memory, words);
  const tuples = (rows: readonly Float64Array[]): string[] =>
    Array.from(rows[0]!, (_, v) => rows.map((r) => r[v]).join());
  const distinct = new Set(tuples(words)).size;
  expect(memory.simulated()).toBe(distinct);
  expectSimulated(chip, memory, words);
  expect(memory.simulated()).toBe(distinct);
  const more = randomWords(simulator, 60, 2);
  expectSimulated(chip, memory, more);
  expect(memory.simulated()).toBe(new Set([...tuples(words), ...tuples(more)]).size);
});

test("more new tuples than go through the circuit at once keep their places", () => {
  const simulator = circuits[1]!;
  const chip = perturbSimulator(simulator, 0.05, seededRandom(3));
  const memory = wordFunction(chip);
  expectSimulated(chip, memory, randomWords(simulator, 12_000, 6));
  expect(memory.simulated()).toBeGreaterThan(8192);
});

test("words whose tuples do not fit into one number are told apart too", () => {
  const simulator = compileSimulation(circuitOf(8, 8, 4));
  const words = randomWords(simulator, 20, 4);
  expectSimulated(simulator, wordFunction(simulator), words);
});

test("tables that do not fit are refused", () => {
  expect(() => sumFunction(compileSimulation(circuitOf(4, 16, 4)))).toThrow(RangeError);
});
