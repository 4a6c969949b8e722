import { isFields } from "../../formats/index.ts";
import { chipSimulator, compileSimulation, resultOf, simulateWords } from "../../netlist/index.ts";
import { decodeWords, encodeWords, wordRange } from "../../verify/index.ts";
import { withLate } from "../chips/tried-words.ts";
import type { Drive } from "./procedure.ts";
import type { DriftedPhases, SimulatedChip } from "./simulated-chip.ts";
import type { Wiring } from "./wiring.ts";

/** What a laboratory's program may ask of a simulated chip, a line of JSON each; every one is answered by a line. */
export type InstrumentAnswer =
  | { readonly ok: true; readonly value?: number; readonly words?: readonly number[][] }
  | { readonly ok: false; readonly error: string };

/**
 * Answers requests `set`, `read`, `words` and `wait` on a chip; never throws for a text. Requests name knobs as bringup.json does.
 * `after`: how it drifts in so many seconds; null where nobody says.
 */
export function instrumentServer(
  { circuit, neurons }: Wiring,
  chip: SimulatedChip,
  after: ((seconds: number) => DriftedPhases) | null,
): (line: string) => InstrumentAnswer {
  const ports = new Set(circuit.inputs.map(({ name }) => name));
  const names = new Set(neurons.map(({ name }) => name));
  const { instruments } = chip;
  return (line) => {
    try {
      return answer(JSON.parse(line));
    } catch (error) {
      return { ok: false, error: error instanceof Error ? error.message : String(error) };
    }
  };

  function answer(request: unknown): InstrumentAnswer {
    if (!isFields(request)) throw new Error("a request is an object");
    // the instruments refuse what they do not have
    const place = { kind: String(request["kind"]), name: String(request["name"]) };
    switch (request["do"]) {
      case "set": {
        const { value } = request;
        if (typeof value !== "number" || !Number.isFinite(value)) throw new Error("a value is a finite number");
        instruments.set(place, value);
        return { ok: true };
      }
      case "read": {
        const { times = 1 } = request;
        if (typeof times !== "number" || !Number.isSafeInteger(times) || times < 1) {
          throw new Error("times is a whole number from 1 on");
        }
        return { ok: true, value: instruments.read(place, driveOf(request["drive"]), times) };
      }
      case "words":
        return { ok: true, words: readBack(request["words"]) };
      case "wait": {
        const { seconds } = request;
        if (typeof seconds !== "number" || !(seconds > 0 && seconds <= 1e6))
          throw new Error("seconds are above 0, at most 1e6");
        if (after === null) throw new Error("no technology says how the chip drifts: name one with --technology");
        chip.turn(after(seconds));
        return { ok: true };
      }
      default:
        throw new Error("a request does set, read, words or wait");
    }
  }

  function driveOf(value: unknown): Drive {
    const { levels, on, live = [] } = isFields(value) ? value : {};
    if (!isFields(levels) || !Array.isArray(on) || !Array.isArray(live)) {
      throw new Error("a drive has levels and a list on");
    }
    const checked = Object.entries(levels).map(([name, level]): [string, number] => {
      if (!ports.has(name)) throw new Error(`there is no port ${name}`);
      if (typeof level !== "number" || !Number.isFinite(level)) throw new Error("a level is a finite number");
      return [name, level];
    });
    for (const name of [...on, ...live]) if (!names.has(name)) throw new Error(`there is no neuron ${name}`);
    return { levels: Object.fromEntries(checked), on, live };
  }

  /** A row of one word a worker each; what each worker reads. */
  function readBack(value: unknown): number[][] {
    const { workers } = circuit.aggregate;
    const { min, max } = wordRange(circuit.aggregate);
    const isWord = (word: unknown): word is number =>
      typeof word === "number" && Number.isInteger(word) && word >= min && word <= max;
    const isRow = (row: unknown): row is number[] => Array.isArray(row) && row.length === workers && row.every(isWord);
    if (!Array.isArray(value) || !value.every(isRow)) {
      throw new Error(`words are rows of ${workers} whole numbers from ${min} to ${max}`);
    }
    const { devices, launch, receivers } = chip.light();
    const symbols = withLate(encodeWords(value.flat(), circuit.aggregate), circuit.aggregate, chip.late);
    const simulator = chipSimulator(compileSimulation(circuit), devices, launch, receivers);
    const read = decodeWords(simulateWords(simulator, symbols), resultOf(circuit.aggregate));
    return value.map((_, v) => [...read.subarray(v * workers, (v + 1) * workers)]);
  }
}
