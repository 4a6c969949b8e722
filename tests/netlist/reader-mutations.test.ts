import { describe, expect, it } from "vitest";
import { meshesOf, type NetlistReading, type PlacedDevice } from "../../netlist/formats/reading.ts";
import {
  blockMatrix,
  type Circuit,
  findTarget,
  type LinearBlock,
  linearBlocks,
  readIndex,
  readSax,
  seededRandom,
  simulate,
  subjectOf,
} from "../../netlist/index.ts";
import { tinyCircuit } from "./build.ts";
import { jsonMutant, type Mutant, textMutant } from "./netlist-mutants.ts";
import { type Complex, saxMatrix } from "./sax-model.ts";
import { randomVectors } from "./spice/compiled.ts";
import { pinningCircuit, unitaryCircuit } from "./subjects.ts";
import { changeAt, circuitReasons, deviceReasons, newSurvivorList, reasonFor, type SurvivorList } from "./survivors.ts";

/** Fields at the outputs for unit fields at the inputs, of devices that were read for the block. */
function matrixOf(devices: readonly PlacedDevice[], { modes, outputs }: LinearBlock): Complex[][] {
  const ports = devices.reduce((most, it) => Math.max(most, ...it.ports.map((port) => port + 1)), modes.length);
  const all = Array.from({ length: ports }, (_, i) => i);
  const meshes = meshesOf(devices, all, "m");
  const { re, im } = blockMatrix({ name: "", stem: "", section: null, modes: all, outputs, meshes });
  return outputs.map((_, row) =>
    modes.map((_, column): Complex => [re[row * ports + column]!, im[row * ports + column]!]),
  );
}

function difference(a: readonly (readonly Complex[])[], b: readonly (readonly Complex[])[]): number {
  let worst = 0;
  a.forEach((row, i) => {
    row.forEach(([re, im], j) => {
      const [x, y] = b[i]![j]!;
      const off = Math.hypot(re - x, im - y);
      if (!(off <= worst)) worst = off;
    });
  });
  return worst;
}

interface Subject {
  readonly name: string;
  readonly text: string;
  readonly read: (text: string) => NetlistReading<readonly PlacedDevice[]>;
  /** What the tool of the format computes; throws where it refuses. */
  readonly judge: (text: string) => Complex[][];
  readonly block: LinearBlock;
}

function subjectsOf(options: Readonly<Record<string, string>>): Subject[] {
  return [unitaryCircuit(3), pinningCircuit()].map((circuit): Subject => {
    const subject = subjectOf(circuit, { kind: "layer", section: 0 });
    const [block] = linearBlocks(subject);
    const [file] = findTarget("sax")!.emit(subject, options);
    const { modes, outputs } = block!;
    const [ins, outs] = [modes.map((mode) => `in${mode}`), outputs.map((port) => `out${modes[port]!}`)];
    return {
      name: `${circuit.name} ${JSON.stringify(options)}`,
      text: [...file!.content].join(""),
      read: (text) => readSax(text, block!),
      judge: (text) => saxMatrix(text, ins, outs),
      block: block!,
    };
  });
}

interface Outcome {
  refused: number;
  /** Read, and another matrix than the original's. */
  wrong: number;
}

/** Every mutant is refused, or read as the tool of the format reads it; one that changes nothing is listed with the reason. */
function mutate(
  subject: Subject,
  count: number,
  mutant: (text: string, random: () => number) => Mutant,
  list: SurvivorList,
): Outcome {
  const original = subject.judge(subject.text);
  const devices = subject.read(subject.text).value!;
  expect(difference(matrixOf(devices, subject.block), original)).toBeLessThan(1e-12);
  const reasons = deviceReasons(subject.block.modes.length, subject.block.outputs);
  const outcome: Outcome = { refused: 0, wrong: 0 };
  const random = seededRandom(8);
  for (let i = 0; i < count; i += 1) {
    const { change, text } = mutant(subject.text, random);
    if (text === subject.text || change === "nothing") continue;
    const { value, findings } = subject.read(text);
    if (value === null) {
      expect(findings).toMatchObject([{ code: "OPT0440", severity: "error" }]);
      outcome.refused += 1;
      continue;
    }
    const tool = subject.judge(text);
    const off = difference(matrixOf(value, subject.block), tool);
    if (!(off < 1e-9)) expect.fail(`${subject.name}, ${change}: read otherwise than by the tool, by ${off}\n${text}`);
    if (difference(tool, original) > 1e-9) {
      outcome.wrong += 1;
      continue;
    }
    const reason = reasonFor(devices, value, reasons);
    const entry = changeAt(subject.text, text, change);
    if (reason === null) expect.fail(`${subject.name}, ${entry}: changes nothing, and nobody says why`);
    list.add(reason, entry);
  }
  return outcome;
}

const fieldText = ([re, im]: readonly [number, number]): string => `${re.toFixed(9)} ${im.toFixed(9)}`;

/** What the receivers get for some words, by worker and symbol, and what the circuit says it is for. */
function behaviour(circuit: Circuit): string {
  const vectors = Uint8Array.from(randomVectors(circuit, 8, 3).flat());
  const fields = simulate(circuit, vectors);
  const received = circuit.outputs.map((port, o) => {
    const levels = Array.from({ length: fields.vectors }, (_, v) =>
      fieldText([
        fields.re[v * fields.ports + o]! * port.levelsPerField,
        fields.im[v * fields.ports + o]! * port.levelsPerField,
      ]),
    );
    return `${port.worker} ${port.symbol}: ${levels.join()}`;
  });
  return JSON.stringify([circuit.aggregate, received.sort()]);
}

describe("a mutated index", () => {
  it("of sax is refused, gives another circuit, or differs in what does not matter", async () => {
    const tiny = tinyCircuit();
    const files = new Map(
      findTarget("sax")!
        .emit(subjectOf(tiny, { kind: "circuit" }), {})
        .map((file) => [file.name, [...file.content].join("")]),
    );
    const index = files.values().next().value!;
    const load = (name: string): string | null => files.get(name) ?? null;
    const circuit = readIndex(index, load).value!;
    const original = behaviour(circuit);
    const list = newSurvivorList();
    const random = seededRandom(9);
    const outcome = { refused: 0, other: 0 };
    for (let i = 0; i < 2500; i += 1) {
      const { change, text } = (i % 2 === 0 ? jsonMutant : textMutant)(index, random);
      if (text === index || change === "nothing") continue;
      const { value, findings } = readIndex(text, load);
      if (value === null) {
        expect(findings.some((it) => it.severity === "error")).toBe(true);
        outcome.refused += 1;
      } else if (behaviour(value) !== original) {
        outcome.other += 1;
      } else {
        const reason = reasonFor(circuit, value, circuitReasons);
        const entry = changeAt(index, text, change);
        if (reason === null) expect.fail(`${entry}: changes nothing, and nobody says why`);
        list.add(reason, entry);
      }
    }
    expect(outcome.refused).toBeGreaterThan(1000);
    expect(outcome.other).toBeGreaterThan(50);
    await expect(list.print()).toMatchFileSnapshot(`golden/survivors-sax-index.txt`);
  });
});

describe("mutated netlists are refused or read as their tool reads them", () => {
  it.each([
    ["unitary-3", "nested", 1500],
    ["unitary-3", "flat", 1000],
    ["lambda", "nested", 500],
  ] as const)("sax, %s, %s", async (name, form, count) => {
    const subject = subjectsOf({ form }).find((it) => it.name.startsWith(name))!;
    const list = newSurvivorList();
    for (const mutant of [textMutant, jsonMutant]) {
      const outcome = mutate(subject, count, mutant, list);
      expect(outcome.refused).toBeGreaterThan(count / 3);
      expect(outcome.wrong).toBeGreaterThan(count / 100);
    }
    await expect(list.print()).toMatchFileSnapshot(`golden/survivors-sax-${name}-${form}.txt`);
  });
});
