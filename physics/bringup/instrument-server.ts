import { isFields } from "../../formats/index.ts";
import { chipSimulator, compileSimulation, resultOf, simulateWords } from "../../netlist/index.ts";
import { decodeWords, encodeWords, wordRange } from "../../verify/index.ts";
import type { Drive, Knob, Monitor, Procedure, Rule } from "./procedure.ts";
import { neuronName } from "./procedure-json.ts";
import type { SimulatedChip } from "./simulated-chip.ts";
import type { Wiring } from "./wiring.ts";

/** What a laboratory's program may ask of a simulated chip, a line of JSON each; every one is answered by a line. */
export type InstrumentAnswer =
  | { readonly ok: true; readonly value?: number; readonly words?: readonly number[][] }
  | Refusal;

interface Refusal {
  readonly ok: false;
  readonly error: string;
}

/** Answers requests `set`, `read` and `words` on a chip; never throws for a text. Requests name knobs as bringup.json does. */
export function instrumentServer(
  procedure: Procedure,
  wiring: Wiring,
  chip: SimulatedChip,
): (line: string) => InstrumentAnswer {
  const knobs = new Map<string, Knob>();
  const monitors = new Map<string, Monitor>();
  for (const { knob, rule } of procedure.steps) {
    knobs.set(`${knob.kind} ${knob.name}`, knob);
    if (rule.kind === "power-maximum") knobs.set(`${rule.quadrature.kind} ${rule.quadrature.name}`, rule.quadrature);
    for (const monitor of monitorsOf(rule)) monitors.set(`${monitor.kind} ${monitor.name}`, monitor);
  }
  const inputs = new Map(wiring.circuit.inputs.map(({ name }, input) => [name, input]));
  const neurons = new Map(wiring.neurons.map(({ number }) => [neuronName(wiring, number), number]));
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
    switch (request["do"]) {
      case "set": {
        const knob = knobs.get(`${request["kind"]} ${request["name"]}`);
        const { value } = request;
        if (knob === undefined) throw new Error(`there is no knob ${request["kind"]} ${request["name"]}`);
        if (typeof value !== "number" || !Number.isFinite(value)) throw new Error("a value is a finite number");
        instruments.set(knob, value);
        return { ok: true };
      }
      case "read": {
        const monitor = monitors.get(`${request["kind"]} ${request["name"]}`);
        if (monitor === undefined) throw new Error(`there is no detector ${request["kind"]} ${request["name"]}`);
        const { times = 1 } = request;
        if (typeof times !== "number" || !Number.isSafeInteger(times) || times < 1) {
          throw new Error("times is a whole number from 1 on");
        }
        return { ok: true, value: instruments.read(monitor, driveOf(request["drive"]), times) };
      }
      case "words":
        return { ok: true, words: readBack(request["words"]) };
      default:
        throw new Error("a request does set, read or words");
    }
  }

  function driveOf(value: unknown): Drive {
    if (!isFields(value) || !isFields(value["levels"])) throw new Error("a drive has levels and a list on");
    const levels = Object.entries(value["levels"]).map(([name, level]) => {
      const input = inputs.get(name);
      if (input === undefined) throw new Error(`there is no port ${name}`);
      if (typeof level !== "number" || !Number.isFinite(level)) throw new Error("a level is a finite number");
      return { input, level };
    });
    const named = (list: unknown): number[] => {
      if (!Array.isArray(list)) throw new Error("a drive has levels and a list on");
      return list.map((name) => {
        const neuron = neurons.get(name);
        if (neuron === undefined) throw new Error(`there is no neuron ${name}`);
        return neuron;
      });
    };
    return { levels, on: named(value["on"]), live: named(value["live"] ?? []) };
  }

  /** A row of one word a worker each; what each worker reads. */
  function readBack(value: unknown): number[][] {
    const { circuit } = wiring;
    const { workers } = circuit.aggregate;
    const { min, max } = wordRange(circuit.aggregate);
    const isWord = (word: unknown): word is number =>
      typeof word === "number" && Number.isInteger(word) && word >= min && word <= max;
    const isRow = (row: unknown): row is number[] => Array.isArray(row) && row.length === workers && row.every(isWord);
    if (!Array.isArray(value) || !value.every(isRow)) {
      throw new Error(`words are rows of ${workers} whole numbers from ${min} to ${max}`);
    }
    const { devices, launch, receivers } = chip.light();
    const symbols = encodeWords(value.flat(), circuit.aggregate);
    const simulator = chipSimulator(compileSimulation(circuit), devices, launch, receivers);
    const read = decodeWords(simulateWords(simulator, symbols), resultOf(circuit.aggregate));
    return value.map((_, v) => [...read.subarray(v * workers, (v + 1) * workers)]);
  }
}

function monitorsOf(rule: Rule): readonly Monitor[] {
  switch (rule.kind) {
    case "ratio":
      return [...rule.over, ...rule.under].map(({ monitor }) => monitor);
    case "midpoint":
      return [rule.monitor];
    default:
      return [rule.response.monitor];
  }
}
